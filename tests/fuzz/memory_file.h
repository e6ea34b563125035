// SPDX-License-Identifier: Apache-2.0
// MemoryFile: bytes that can be read as a file by its path, without a disk. For fuzzers only.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

#include "runtime/base/unique_fd.h"

namespace attune::fuzz {

class MemoryFile {
 public:
  MemoryFile(const uint8_t* data, size_t size) : fd_(::memfd_create("input", MFD_CLOEXEC)) {
    if (!fd_ || ::write(fd_.get(), data, size) != static_cast<ssize_t>(size)) std::abort();
  }
  std::string path() const { return "/proc/self/fd/" + std::to_string(fd_.get()); }

 private:
  UniqueFd fd_;
};

}  // namespace attune::fuzz
