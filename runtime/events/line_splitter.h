// SPDX-License-Identifier: Apache-2.0
// LineSplitter: makes lines of the bytes that come through a pipe, in pieces of any size. Loop thread only.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace attune::events {

class LineSplitter {
 public:
  // `on_line` gets each line without its end (also without a carriage return before it). Of one that is
  // longer than `max_line` bytes with its end, it gets the first `max_line` bytes, and the rest is dropped.
  LineSplitter(size_t max_line, std::function<void(std::string_view)> on_line)
      : max_line_(max_line), on_line_(std::move(on_line)) {}

  void feed(std::string_view bytes);

 private:
  void end_line(std::string_view piece);
  void keep(std::string_view piece);

  size_t max_line_;
  std::function<void(std::string_view)> on_line_;
  std::string begun_;      // a line whose end has not come yet
  bool dropping_ = false;  // the present line was too long and has been told
};

}  // namespace attune::events
