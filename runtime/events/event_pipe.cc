// SPDX-License-Identifier: Apache-2.0
#include "runtime/events/event_pipe.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/group.h"
#include "runtime/events/event_line.h"

namespace attune::events {

namespace {

constexpr size_t kReadAtOnce = 64 * 1024;
constexpr int kPipeSize = 1024 * 1024;  // what an unprivileged process may ask for

Error system_error(std::string_view what, const std::string& path) {
  const ErrorCode code = errno == EACCES || errno == EPERM ? ErrorCode::kDenied
                         : errno == ENOENT                 ? ErrorCode::kNotFound
                                                           : ErrorCode::kFailed;
  return Error{code, fmt::format("{} {}: {}", what, path, std::strerror(errno))};
}

// Opened to read and to write, so that it never ends, and checked after that, so that nothing can be put in
// its place meanwhile.
Result<UniqueFd> open_fifo(const std::string& path, gid_t group) {
  if (::mkfifo(path.c_str(), 0600) != 0 && errno != EEXIST)
    return fail(system_error("cannot make the pipe", path));
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0 && !S_ISFIFO(status.st_mode))
    return fail(ErrorCode::kExists, fmt::format("{} is not a pipe: move it away", path));
  UniqueFd fd(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
  if (!fd) return fail(system_error("cannot open the pipe", path));
  if (::fstat(fd.get(), &status) != 0 || !S_ISFIFO(status.st_mode))
    return fail(ErrorCode::kExists, fmt::format("{} is not a pipe: move it away", path));
  if (status.st_uid != ::geteuid())
    return fail(ErrorCode::kDenied, fmt::format("the pipe {} is another user's: remove it", path));
  if (::fchown(fd.get(), static_cast<uid_t>(-1), group) != 0 || ::fchmod(fd.get(), 0660) != 0)
    return fail(system_error("cannot set the group and mode of the pipe", path));
  return fd;
}

}  // namespace

Result<std::unique_ptr<EventPipe>> EventPipe::open(const std::string& path, const std::string& group,
                                                   ports::Loop& loop,
                                                   std::function<void(std::string_view)> on_line) {
  auto id = find_group(group);
  if (!id) return fail(std::move(id.error()).within("pipe.group in attune.info"));
  auto fd = open_fifo(path, *id);
  if (!fd) return fail(std::move(fd.error()));
  ::fcntl(fd->get(), F_SETPIPE_SZ, kPipeSize);  // refused where the user has too many: then it stays smaller
  return std::unique_ptr<EventPipe>(new EventPipe(std::move(*fd), loop, std::move(on_line)));
}

EventPipe::EventPipe(UniqueFd fd, ports::Loop& loop, std::function<void(std::string_view)> on_line)
    : fd_(std::move(fd)), loop_(loop), lines_(kMaxLine, std::move(on_line)), buffer_(kReadAtOnce) {
  resume();
}

EventPipe::~EventPipe() = default;

void EventPipe::pause() {
  watch_.reset();
}

void EventPipe::resume() {
  if (!watch_) watch_ = loop_.on_readable(fd_.get(), [this] { read_some(); });
}

// One piece a turn, so that other work of the loop is not kept waiting.
void EventPipe::read_some() {
  const ssize_t count = ::read(fd_.get(), buffer_.data(), buffer_.size());
  if (count > 0) lines_.feed({buffer_.data(), static_cast<size_t>(count)});
}

}  // namespace attune::events
