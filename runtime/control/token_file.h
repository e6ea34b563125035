// SPDX-License-Identifier: Apache-2.0
// TokenFile: the file that control.tokens names, read again whenever it has changed, so that a token that is
// taken out of it opens nothing from then on. Server thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/log.h"
#include "runtime/base/result.h"
#include "runtime/control/file_version.h"
#include "runtime/control/tokens.h"

namespace attune::control {

class TokenFile {
 public:
  // The log must outlive it. Errors as of read_private_file(), or of a line.
  static Result<TokenFile> open(std::string path, Log& log);

  // Whose token it is. While the file is wrong it is nobody's; the log says once what is wrong.
  std::optional<Tokens::Holder> find(std::string_view token);

  // After that: whether the file is wrong now.
  bool is_wrong() const { return is_wrong_; }

 private:
  TokenFile(std::string path, Log& log) : path_(std::move(path)), log_(&log) {}
  Result<void> read();

  std::string path_;
  Log* log_;
  FileVersion version_;
  Tokens tokens_;
  bool is_wrong_ = false;
};

}  // namespace attune::control
