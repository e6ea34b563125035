// SPDX-License-Identifier: Apache-2.0
// Transcript: what a user sees who types commands: each with what it wrote and its exit code, as one text for
// a golden file. Runs the commands in this process. For tests only.
#pragma once

#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/mman.h>
#include <unistd.h>

#include "runtime/base/unique_fd.h"
#include "runtime/main/cli/command_line.h"

namespace attune::cli {

// What was written to a file in memory.
inline std::string content_of(int fd) {
  std::string content(static_cast<size_t>(::lseek(fd, 0, SEEK_END)), '\0');
  [[maybe_unused]] const ssize_t read = ::pread(fd, content.data(), content.size(), 0);
  return content;
}

struct Ran {
  ExitCode code = ExitCode::kDone;
  std::string out, err;
};

inline Ran run_words(const std::vector<std::string>& words, bool has_colours = false) {
  const UniqueFd out_file(::memfd_create("out", 0)), err_file(::memfd_create("err", 0));
  Output out(out_file.get(), has_colours), err(err_file.get(), has_colours);
  Console console{out, err};
  const ExitCode code = run(words, console);
  return {code, content_of(out_file.get()), content_of(err_file.get())};
}

class Transcript {
 public:
  // The words of a command line without the program's name, parted by blanks.
  const Ran& type(const std::string& line, bool has_colours = false) {
    std::istringstream words_of(line);
    std::vector<std::string> words;
    for (std::string word; words_of >> word;) words.push_back(word);
    for (const auto& [name, value] : standing_)
      if (!words.empty()) words.insert(words.end(), {name, value});
    last_ = run_words(words, has_colours);
    text_ += "$ attune" + (line.empty() ? "" : " " + line) + "\n" + last_.out + last_.err;
    const int code = static_cast<int>(last_.code);
    if (code != 0) text_ += "[exit " + std::to_string(code) + "]\n";
    text_ += "\n";
    return last_;
  }

  // An option that each command gets, unseen.
  void stand(std::string name, std::string value) {
    standing_.emplace_back(std::move(name), std::move(value));
  }
  void replace(std::string_view what, std::string_view by) {
    for (size_t at = text_.find(what); at != text_.npos; at = text_.find(what, at + by.size()))
      text_.replace(at, what.size(), by);
  }
  const std::string& text() const { return text_; }

 private:
  std::vector<std::pair<std::string, std::string>> standing_;
  Ran last_;
  std::string text_;
};

}  // namespace attune::cli
