// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/command_input.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace attune::transport {

Result<UniqueFd> open_input_file(const std::string& path, uint64_t offset) {
  UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (file && ::fstat(file.get(), &status) == 0 && S_ISDIR(status.st_mode)) {
    file.reset();
    errno = EISDIR;
  }
  if (!file) {
    const ErrorCode code = errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kFailed;
    return fail(code, fmt::format("cannot read '{}': {}", path, std::strerror(errno)));
  }
  ::lseek(file.get(), static_cast<off_t>(offset), SEEK_SET);
  return file;
}

Result<CommandInput> CommandInput::open(const ports::Command& command) {
  CommandInput input;
  input.memory_ = command.input;
  if (command.input_file.empty()) return input;
  Result<UniqueFd> file = open_input_file(command.input_file, command.input_offset);
  if (!file) return fail(std::move(file).error());
  input.file_ = std::move(*file);
  input.refill();
  return input;
}

void CommandInput::refill() {
  constexpr size_t kPiece = size_t{256} * 1024;
  buffer_.resize(kPiece);
  const ssize_t count = ::read(file_.get(), buffer_.data(), buffer_.size());
  buffer_.resize(count > 0 ? static_cast<size_t>(count) : 0);
  memory_ = {buffer_.data(), buffer_.size()};
}

std::string_view CommandInput::peek(size_t limit) {
  return memory_.substr(0, limit);
}

void CommandInput::take(size_t bytes) {
  taken_ += bytes;
  memory_.remove_prefix(bytes);
  if (memory_.empty() && file_) refill();
}

}  // namespace attune::transport
