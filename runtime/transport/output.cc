// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/output.h"

#include <algorithm>

#include <fmt/format.h>

namespace attune::transport {

void KeptOutput::add(std::string_view bytes) {
  const size_t first = std::min(bytes.size(), half_ - head_.size());
  head_ += bytes.substr(0, first);
  tail_ += bytes.substr(first);
  if (tail_.size() <= 2 * half_) return;
  dropped_ += tail_.size() - half_;
  tail_.erase(0, tail_.size() - half_);
}

std::string KeptOutput::take() {
  if (tail_.size() > half_) {
    dropped_ += tail_.size() - half_;
    tail_.erase(0, tail_.size() - half_);
  }
  if (dropped_ == 0) return std::move(head_) + tail_;
  return fmt::format("{}\n[... {} bytes left out ...]\n{}", head_, dropped_, tail_);
}

bool OutputCue::feed(std::string_view bytes) {
  const std::string_view awaited = std::string_view(cue_).substr(matched_);
  const size_t count = std::min(awaited.size(), bytes.size());
  is_other_ = is_other_ || awaited.substr(0, count) != bytes.substr(0, count);
  if (!is_other_) matched_ += count;
  return has_come();
}

void LineCutter::add(std::string_view bytes, const Sink& sink) {
  while (!bytes.empty()) {
    const size_t end = std::min(bytes.find('\n'), bytes.size());
    const size_t taken = std::min(end, limit_ - begun_.size());
    begun_ += bytes.substr(0, taken);
    bytes.remove_prefix(taken);
    const bool ended = !bytes.empty() && bytes[0] == '\n';
    if (ended) bytes.remove_prefix(1);
    if (!ended && begun_.size() < limit_) return;
    if (!(ended && begun_.empty() && was_cut_)) sink(begun_);
    was_cut_ = !ended;
    begun_.clear();
  }
}

void LineCutter::finish(const Sink& sink) {
  if (begun_.empty()) return;
  sink(begun_);
  begun_.clear();
}

}  // namespace attune::transport
