// SPDX-License-Identifier: Apache-2.0
#include "probes/traffic/outlet.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace attune::probes {

Result<Outlet> Outlet::open(const std::string& path, Bound bound) {
  Outlet outlet(probe::Channel::to(path), bound);
  if (!outlet.channel_.opens() && !outlet.is_standard_output() && errno != ENXIO)
    return fail(ErrorCode::kFailed, fmt::format("cannot write to {}: {}", path, std::strerror(errno)));
  return outlet;
}

void Outlet::add(ReportLines report) {
  bytes_ += report.size();
  reports_.push_back(std::move(report));
  const std::size_t begun = current_.empty() ? 0 : 1;
  while (reports_.size() > begun + 1 && (reports_.size() > bound_.reports || bytes_ > bound_.bytes)) {
    const auto oldest = reports_.begin() + static_cast<std::ptrdiff_t>(begun);
    bytes_ -= oldest->size();
    reports_.erase(oldest);
    ++lost_;
  }
}

void Outlet::begin_report() {
  if (!current_.empty()) return;
  told_lost_ = lost_;
  current_ = reports_.front().with_closing(told_lost_);
  written_ = 0;
  offset_ = 0;
}

Outlet::State Outlet::flush() {
  while (!reports_.empty()) {
    if (!channel_.opens()) return is_standard_output() ? State::kClosed : State::kWaits;
    begin_report();
    while (written_ < current_.size()) {
      const auto step = channel_.write(current_[written_], offset_);
      if (step == probe::Channel::Step::kLater) return State::kWaits;
      if (step == probe::Channel::Step::kDone) {
        ++written_;
        continue;
      }
      channel_.close();
      current_.clear();  // whoever opens the pipe next gets the report from its first line on
      return is_standard_output() ? State::kClosed : State::kWaits;
    }
    lost_ -= told_lost_;
    current_.clear();
    bytes_ -= reports_.front().size();
    reports_.pop_front();
  }
  return State::kWritten;
}

}  // namespace attune::probes
