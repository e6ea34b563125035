// SPDX-License-Identifier: Apache-2.0
#include "probes/library/channel.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace attune::probe {

namespace {

constexpr std::string_view kStandardOutput = "/dev/stdout";

bool is_socket(int descriptor) {
  struct stat is {};
  return ::fstat(descriptor, &is) == 0 && S_ISSOCK(is.st_mode);
}

// A pipe that says that there is room takes a line of PIPE_BUF bytes as a whole, so writing does not wait.
bool has_room(int descriptor) {
  pollfd waits{descriptor, POLLOUT, 0};
  return ::poll(&waits, 1, 0) == 1 && (waits.revents & (POLLOUT | POLLERR | POLLHUP)) != 0;
}

}  // namespace

Channel::~Channel() {
  close();
}

Channel::Channel(Channel&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

Channel& Channel::operator=(Channel&& other) noexcept {
  if (this == &other) return *this;
  close();
  descriptor_ = std::exchange(other.descriptor_, -1);
  path_ = std::move(other.path_);
  return *this;
}

Channel Channel::to(const std::string& path) {
  if (path == kStandardOutput) return on(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0), path);
  return on(-1, path);
}

Channel Channel::on(int descriptor, const std::string& path) {
  Channel channel;
  channel.descriptor_ = descriptor;
  if (path != kStandardOutput) channel.path_ = path;
  return channel;
}

bool Channel::opens() {
  if (descriptor_ >= 0) return true;
  if (path_.empty()) return false;
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_NONBLOCK | O_CLOEXEC);
  return descriptor_ >= 0;
}

void Channel::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

Channel::Step Channel::write(std::string_view line, std::size_t& offset) {
  while (offset < line.size()) {
    if (!has_room(descriptor_)) return Step::kLater;
    const char* rest = line.data() + offset;
    const std::size_t length = line.size() - offset;
    const ssize_t done = is_socket(descriptor_)
                             ? ::send(descriptor_, rest, length, MSG_DONTWAIT | MSG_NOSIGNAL)
                             : ::write(descriptor_, rest, length);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0 && errno == EAGAIN) return Step::kLater;
    if (done < 0) return Step::kBroken;
    offset += static_cast<std::size_t>(done);
  }
  offset = 0;
  return Step::kDone;
}

}  // namespace attune::probe
