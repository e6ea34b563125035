// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/command_line.h"

#include <algorithm>

#include <fmt/format.h>

#include "runtime/base/suggest.h"
#include "runtime/main/cli/argument_reader.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/help.h"
#include "runtime/main/version.h"

namespace attune::cli {

namespace {

const CommandEntry* find_command(std::string_view name) {
  const auto all = commands();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const CommandEntry& entry) { return entry.name == name; });
  return found == all.end() ? nullptr : &*found;
}

ExitCode refuse_word(const std::string& word, Console& console) {
  if (word.starts_with('-'))
    return console.fail(
        ExitCode::kUsage,
        fmt::format("'{}' stands where a command is expected: options follow the command, as in "
                    "`attune status -p PROJECT`",
                    word));
  std::vector<std::string> known{"help"};
  for (const CommandEntry& entry : commands()) known.emplace_back(entry.name);
  const std::string_view meant = nearest(word, known);
  return console.fail(ExitCode::kUsage,
                      fmt::format("there is no command '{}'{}", word,
                                  meant.empty() ? std::string(": see `attune --help`")
                                                : fmt::format(": did you mean `attune {}`?", meant)));
}

ExitCode carry_out(const CommandEntry& entry, std::vector<std::string> words, Console& console) {
  const auto command = entry.make();
  ArgumentReader reader;
  command->declare(reader);
  const Result<void> read = reader.read(std::move(words));
  if (!read)
    return console.fail(ExitCode::kUsage, fmt::format("{}: {}; see `attune {} --help`", entry.name,
                                                      read.error().message, entry.name));
  if (!reader.wants_help()) return command->run(console);
  write_help(entry, reader, console.out);
  return ExitCode::kDone;
}

ExitCode dispatch(std::vector<std::string> words, Console& console) {
  if (words.empty()) {
    write_help(console.err);
    return ExitCode::kUsage;
  }
  if (words[0] == "help" && words.size() > 1) {
    words[0] = "--help";
    std::swap(words[0], words[1]);
    words.resize(2);
  }
  if (words[0] == "--help" || words[0] == "-h" || words[0] == "help") {
    write_help(console.out);
    return ExitCode::kDone;
  }
  if (words[0] == "--version") {
    console.out.write(fmt::format("attune {}\n", main::kVersion));
    return ExitCode::kDone;
  }
  const CommandEntry* entry = find_command(words[0]);
  if (entry == nullptr) return refuse_word(words[0], console);
  words.erase(words.begin());
  return carry_out(*entry, std::move(words), console);
}

}  // namespace

ExitCode run(const std::vector<std::string>& words, Console& console) {
  ExitCode code = dispatch(words, console);
  console.out.flush();
  console.err.flush();
  if (console.out.error() && code == ExitCode::kDone)
    code = console.fail(ExitCode::kFailed, console.out.error()->message);
  console.err.flush();
  return code;
}

}  // namespace attune::cli
