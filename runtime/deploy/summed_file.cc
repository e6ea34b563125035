// SPDX-License-Identifier: Apache-2.0
#include "runtime/deploy/summed_file.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace attune::deploy {

namespace {

constexpr size_t kPiece = size_t{256} * 1024;
constexpr size_t kFirstLine = 256;

tl::unexpected<Error> unreadable(const std::string& path) {
  const ErrorCode code = errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kDenied;
  return fail(code, fmt::format("cannot read {}: {}", path, std::strerror(errno)));
}

}  // namespace

Result<void> SummedFile::open(const std::string& path) {
  path_ = path;
  // A pipe's other end is not waited for.
  file_ = UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat status {};
  if (!file_ || ::fstat(file_.get(), &status) != 0) return unreadable(path_);
  if (!S_ISREG(status.st_mode)) return fail(ErrorCode::kInvalid, fmt::format("{} is not a file", path_));
  size_ = static_cast<uint64_t>(status.st_size);
  is_executable_ = (status.st_mode & 0111) != 0;
  piece_.resize(kPiece);
  return {};
}

Result<std::string_view> SummedFile::next() {
  ssize_t count = 0;
  do {
    count = ::read(file_.get(), piece_.data(), piece_.size());
  } while (count < 0 && errno == EINTR);
  if (count < 0) return unreadable(path_);
  const std::string_view piece(piece_.data(), static_cast<size_t>(count));
  if (bytes_read_ == 0) beginning_ = piece.substr(0, kFirstLine);
  bytes_read_ += piece.size();
  sum_.add(piece);
  return piece;
}

Result<void> SummedFile::drain() {
  for (Result<std::string_view> piece = next(); !piece || !piece->empty(); piece = next())
    if (!piece) return fail(std::move(piece).error());
  if (bytes_read_ == size_) return {};
  return fail(ErrorCode::kFailed,
              fmt::format("{} has changed while it was looked at: deploy it when it is whole", path_));
}

}  // namespace attune::deploy
