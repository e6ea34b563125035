// SPDX-License-Identifier: Apache-2.0
#include "probes/traffic/outlet.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

namespace attune::probes {

namespace {

bool is_socket(int descriptor) {
  struct stat is {};
  return ::fstat(descriptor, &is) == 0 && S_ISSOCK(is.st_mode);
}

// A pipe that says that there is room takes a line of this length as a whole, so writing to it does not wait.
bool has_room(int descriptor) {
  pollfd waits{descriptor, POLLOUT, 0};
  return ::poll(&waits, 1, 0) == 1 && (waits.revents & (POLLOUT | POLLERR | POLLHUP)) != 0;
}

}  // namespace

Outlet::Outlet(UniqueFd channel, std::string path, Bound bound)
    : channel_(std::move(channel)), path_(std::move(path)), bound_(bound) {}

Result<Outlet> Outlet::open(const std::string& path, Bound bound) {
  if (path == "/dev/stdout") return Outlet(UniqueFd(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0)), "", bound);
  Outlet outlet(UniqueFd(), path, bound);
  if (!outlet.opens() && errno != ENXIO)
    return fail(ErrorCode::kFailed, fmt::format("cannot write to {}: {}", path, std::strerror(errno)));
  return outlet;
}

bool Outlet::opens() {
  if (channel_) return true;
  if (path_.empty()) return false;
  channel_ = UniqueFd(::open(path_.c_str(), O_WRONLY | O_APPEND | O_NONBLOCK | O_CLOEXEC));
  return static_cast<bool>(channel_);
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
    if (!opens()) return path_.empty() ? State::kClosed : State::kWaits;
    begin_report();
    while (written_ < current_.size()) {
      const Step step = write_line(current_[written_]);
      if (step == Step::kLater) return State::kWaits;
      if (step == Step::kDone) {
        ++written_;
        continue;
      }
      channel_.reset();
      current_.clear();  // whoever opens the pipe next gets the report from its first line on
      return path_.empty() ? State::kClosed : State::kWaits;
    }
    lost_ -= told_lost_;
    current_.clear();
    bytes_ -= reports_.front().size();
    reports_.pop_front();
  }
  return State::kWritten;
}

Outlet::Step Outlet::write_line(const std::string& line) {
  const int to = channel_.get();
  while (offset_ < line.size()) {
    if (!has_room(to)) return Step::kLater;
    const char* rest = line.data() + offset_;
    const std::size_t length = line.size() - offset_;
    const ssize_t done =
        is_socket(to) ? ::send(to, rest, length, MSG_DONTWAIT | MSG_NOSIGNAL) : ::write(to, rest, length);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0 && errno == EAGAIN) return Step::kLater;
    if (done < 0) return Step::kBroken;
    offset_ += static_cast<std::size_t>(done);
  }
  offset_ = 0;
  return Step::kDone;
}

}  // namespace attune::probes
