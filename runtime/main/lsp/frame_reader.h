// SPDX-License-Identifier: Apache-2.0
// FrameReader: the messages of a stream of the base protocol of LSP: header lines with Content-Length, an
// empty line, and so many bytes. Between what a client writes and the server. One thread at a time.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace attune::lsp {

// A message holds a file at most, and JSON may write a byte as six.
inline constexpr size_t kMaxMessageBytes = 32u << 20;
inline constexpr size_t kMaxHeaderBytes = 8192;

class FrameReader {
 public:
  void add(std::string_view bytes) { waiting_ += bytes; }

  // The next message that is there as a whole. kInvalid: what has come is no frame, and where the next one
  // begins cannot be known.
  Result<std::optional<std::string>> next();

 private:
  std::string waiting_;
};

// The message with its header.
std::string frame(std::string_view message);

}  // namespace attune::lsp
