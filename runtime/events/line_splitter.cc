// SPDX-License-Identifier: Apache-2.0
#include "runtime/events/line_splitter.h"

namespace attune::events {

void LineSplitter::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t end = bytes.find('\n');
    if (end == bytes.npos) return keep(bytes);
    end_line(bytes.substr(0, end));
    bytes.remove_prefix(end + 1);
  }
}

void LineSplitter::end_line(std::string_view piece) {
  if (begun_.empty() && !dropping_ && piece.size() < max_line_) {  // the usual case, without a copy
    if (!piece.empty() && piece.back() == '\r') piece.remove_suffix(1);
    return on_line_(piece);
  }
  keep(piece);
  if (!dropping_) {
    if (!begun_.empty() && begun_.back() == '\r') begun_.pop_back();
    on_line_(begun_);
  }
  begun_.clear();
  dropping_ = false;
}

void LineSplitter::keep(std::string_view piece) {
  if (dropping_) return;
  begun_ += piece.substr(0, max_line_ - begun_.size());
  if (begun_.size() < max_line_) return;
  on_line_(begun_);
  begun_.clear();
  dropping_ = true;
}

}  // namespace attune::events
