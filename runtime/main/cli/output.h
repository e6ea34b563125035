// SPDX-License-Identifier: Apache-2.0
// Output: where a command's text goes: a terminal, a pipe, a file. It says once whether colours fit there,
// and bears that the reader goes away. One thread at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace attune::cli {

enum class Paint { kNone, kGood, kBad, kWarning, kFaint, kStrong };

class Output {
 public:
  // The descriptor stays the caller's.
  Output(int fd, bool has_colours) : fd_(fd), has_colours_(has_colours) {}
  // Coloured where it is a terminal that can, and neither NO_COLOR nor TERM=dumb says otherwise.
  static Output standard(int fd);

  // Kept until there is much of it, or flush(). The text is written as it is: what came from elsewhere is
  // made printable() by the caller.
  void write(std::string_view text);
  void flush();

  // `text` in the colour, where there are colours.
  std::string painted(Paint paint, std::string_view text) const;
  bool has_colours() const { return has_colours_; }
  int fd() const { return fd_; }

  // False once nothing can be written any more: the reader has gone, or see error().
  bool is_open() const { return is_open_; }
  // Why nothing can be written, where it is not only that the reader has gone.
  const std::optional<Error>& error() const { return error_; }

 private:
  int fd_;
  bool has_colours_;
  bool is_open_ = true;
  std::optional<Error> error_;
  std::string kept_;
};

}  // namespace attune::cli
