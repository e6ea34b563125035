// SPDX-License-Identifier: Apache-2.0
// SummedFile: a file that is opened once and read once, from its beginning to its end, with the checksum of
// the very bytes that were read: who exchanges it meanwhile changes nothing. One thread; blocks.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/base/unique_fd.h"
#include "runtime/deploy/sha256.h"

namespace attune::deploy {

class SummedFile {
 public:
  // kNotFound, kDenied: it cannot be read. kInvalid: it is no plain file.
  Result<void> open(const std::string& path);

  // The next piece, valid until the next call; empty at the end.
  Result<std::string_view> next();
  // Reads what is left. kFailed: it has become longer or shorter since it was opened.
  Result<void> drain();

  uint64_t size() const { return size_; }  // as it was when it was opened
  uint64_t bytes_read() const { return bytes_read_; }
  bool is_executable() const { return is_executable_; }      // by its mode
  std::string_view beginning() const { return beginning_; }  // as much of "#!..." as a kernel reads
  std::string sha256() { return sum_.hex(); }                // once, at the end

 private:
  std::string path_;
  UniqueFd file_;
  Sha256 sum_;
  std::string piece_;
  std::string beginning_;
  uint64_t size_ = 0;
  uint64_t bytes_read_ = 0;
  bool is_executable_ = false;
};

}  // namespace attune::deploy
