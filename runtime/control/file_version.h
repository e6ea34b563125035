// SPDX-License-Identifier: Apache-2.0
// FileVersion: tells whether a file is another one than when it was last read, without reading it. Any
// thread.
#pragma once

#include <string>

#include <sys/stat.h>

namespace attune::control {

struct FileVersion {
  int64_t seconds = 0, nanoseconds = 0;  // of the last change of what it is or holds
  uint64_t size = 0, inode = 0;
  friend bool operator==(const FileVersion&, const FileVersion&) = default;
};

// All zero where there is none.
inline FileVersion version_of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_ctim.tv_sec, status.st_ctim.tv_nsec, static_cast<uint64_t>(status.st_size),
          status.st_ino};
}

}  // namespace attune::control
