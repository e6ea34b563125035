// SPDX-License-Identifier: Apache-2.0
// Channel: where a probe's lines go: standard output, or the manager's pipe, which may have no reader yet.
// Never waits for the reader. One thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace attune::probe {

class Channel {
 public:
  Channel() = default;
  ~Channel();
  Channel(Channel&& other) noexcept;
  Channel& operator=(Channel&& other) noexcept;

  // "/dev/stdout", or the path of a pipe, which is opened as soon as it has a reader.
  static Channel to(const std::string& path);
  // On a descriptor that it takes over; `path` as in to().
  static Channel on(int descriptor, const std::string& path);

  // False: nobody reads yet, or for standard output: ever again; errno says more.
  bool opens();
  void close();
  bool is_standard_output() const { return path_.empty(); }
  // What to poll for writing; -1 while it is not open.
  int descriptor() const { return descriptor_; }

  enum class Step { kDone, kLater, kBroken };
  // Writes what follows the first `offset` bytes, as far as there is room, and moves `offset` on; back to
  // zero when all is written. A line of at most PIPE_BUF bytes goes into a pipe as a whole.
  Step write(std::string_view line, std::size_t& offset);

 private:
  int descriptor_ = -1;
  std::string path_;  // empty for standard output, which cannot be opened again
};

}  // namespace attune::probe
