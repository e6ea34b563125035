// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/replace_file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/base/log.h"
#include "runtime/base/unique_fd.h"

namespace attune {

namespace {

Error cannot_replace(const std::string& path, int fault) {
  const ErrorCode code = fault == ENOENT                     ? ErrorCode::kNotFound
                         : fault == EACCES || fault == EPERM ? ErrorCode::kDenied
                                                             : ErrorCode::kFailed;
  return {code, fmt::format("cannot write {}: {}", printable(path), std::strerror(fault))};
}

bool write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

// Beside it, since a file is only renamed within its file system.
bool write_beside(int file, const struct stat& old, std::string_view content) {
  const bool is_same_owner = old.st_uid == ::geteuid() && old.st_gid == ::getegid();
  return write_all(file, content) && (is_same_owner || ::fchown(file, old.st_uid, old.st_gid) == 0) &&
         ::fchmod(file, old.st_mode & 07777) == 0 && ::fsync(file) == 0;
}

}  // namespace

Result<void> replace_file(const std::string& path, std::string_view content) {
  struct stat old {};
  std::error_code failure;
  const std::string real = std::filesystem::canonical(path, failure);
  if (failure) return fail(cannot_replace(path, failure.value()));
  // Who may not write it may perhaps write the folder: that does not count.
  if (::stat(real.c_str(), &old) != 0 || ::access(real.c_str(), W_OK) != 0)
    return fail(cannot_replace(path, errno));
  std::string fresh = real + ".XXXXXX";
  const UniqueFd file(::mkostemp(fresh.data(), O_CLOEXEC));
  if (!file) return fail(cannot_replace(path, errno));
  if (write_beside(file.get(), old, content) && ::rename(fresh.c_str(), real.c_str()) == 0) return {};
  const int fault = errno;
  ::unlink(fresh.c_str());
  return fail(cannot_replace(path, fault));
}

}  // namespace attune
