// SPDX-License-Identifier: Apache-2.0
#include "runtime/deploy/progress.h"

#include <algorithm>

#include <fmt/format.h>

#include "runtime/base/log.h"
#include "runtime/deploy/host_script.h"

namespace attune::deploy {

namespace {
constexpr Duration kBetweenDrawings = std::chrono::milliseconds(100);
constexpr std::string_view kWipeLine = "\r\x1b[K";
}  // namespace

void Progress::add(const std::string& host, const std::string& component) {
  ++hosts_[host].open;
  parts_[{host, component}];
}

void Progress::advance(const std::string& host, const std::string& component,
                       const DeployProgress& progress) {
  Part& part = parts_[{host, component}];
  part.sent = progress.sent;
  part.total = progress.total;
  draw(false);
}

void Progress::end(const std::string& host, const std::string& component, const Result<Deployed>& result) {
  Host& its = hosts_[host];
  if (its.open > 0) --its.open;
  Part& part = parts_[{host, component}];
  if (result) part.sent = part.total;
  if (!result) {
    its.has_failed = true;
    ++failures_;
    if (style_ != Style::kLineOnly) tell(fmt::format("{}: {}", component, printable(result.error().message)));
  } else if (style_ == Style::kPlain) {
    const std::string how = result->was_there ? "is there already" : "deployed";
    const std::string sent =
        result->bytes_sent == 0 ? "" : fmt::format(", {} sent", size_words(result->bytes_sent));
    tell(fmt::format("host {}: {} {}{}", host, component, how, sent));
  }
  draw(true);
}

std::string Progress::line() const {
  const auto is_done = [](const auto& host) { return host.second.open == 0; };
  const auto done = std::count_if(hosts_.begin(), hosts_.end(), is_done);
  uint64_t sent = 0;
  uint64_t total = 0;
  for (const auto& [key, part] : parts_) {
    sent += part.sent;
    total += part.total;
  }
  std::string text = fmt::format("deploying: {} of {} hosts done", done, hosts_.size());
  if (total > 0) text += fmt::format(", {} of {}", size_words(sent), size_words(total));
  if (failures_ > 0) text += fmt::format(", {} failed", failures_);
  return text;
}

void Progress::draw(bool at_once) {
  if (style_ == Style::kPlain) return;
  const Instant now = clock_.now();
  if (!at_once && is_drawn_ && now - drawn_ < kBetweenDrawings) return;
  drawn_ = now;
  is_drawn_ = true;
  write_(fmt::format("{}{}", kWipeLine, line()));
}

void Progress::tell(std::string_view line) {
  write_(fmt::format("{}{}\n", is_drawn_ ? kWipeLine : "", printable(line)));
  is_drawn_ = false;
}

void Progress::finish() {
  if (is_drawn_) write_("\n");
  if (style_ == Style::kPlain) write_(line() + "\n");
  is_drawn_ = false;
}

}  // namespace attune::deploy
