// SPDX-License-Identifier: Apache-2.0
// What a command writes, as its caller gets it: kept up to a limit, or cut into lines. Used by the SSH shell
// on its own thread and by the local shell on the loop's; no sharing.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace attune::transport {

// Keeps the beginning and the end of a stream; what exceeds the limit is dropped from the middle.
class KeptOutput {
 public:
  explicit KeptOutput(size_t limit) : half_(limit / 2) {}

  void add(std::string_view bytes);
  // The whole stream, or both ends with a line between them that says how many bytes were left out.
  std::string take();

 private:
  size_t half_;
  std::string head_;
  std::string tail_;  // up to twice half_, then cut to half_
  uint64_t dropped_ = 0;
};

// Notices whether a stream begins with some words.
class OutputCue {
 public:
  explicit OutputCue(std::string cue) : cue_(std::move(cue)) {}

  bool has_come() const { return matched_ == cue_.size(); }  // at once where there are none
  // Takes the next bytes, until it has come; says whether it has now.
  bool feed(std::string_view bytes);

 private:
  std::string cue_;
  size_t matched_ = 0;
  bool is_other_ = false;
};

// Cuts a stream into lines without their ends. A line longer than `limit` comes in pieces of that length.
class LineCutter {
 public:
  using Sink = std::function<void(std::string_view line)>;
  explicit LineCutter(size_t limit) : limit_(limit) {}

  void add(std::string_view bytes, const Sink& sink);
  void finish(const Sink& sink);  // the last line, where the stream ended without a line's end

 private:
  size_t limit_;
  std::string begun_;
  bool was_cut_ = false;  // what comes next continues a line that was too long
};

}  // namespace attune::transport
