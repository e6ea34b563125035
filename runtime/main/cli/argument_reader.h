// SPDX-License-Identifier: Apache-2.0
// ArgumentReader: takes down what a command declares, reads its command line accordingly (CLI11 finds the
// options), and lists it for the help. One thread at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/main/cli/options.h"

namespace CLI {
class App;
}

namespace attune::cli {

class ArgumentReader final : public Options {
 public:
  ArgumentReader();
  ~ArgumentReader() override;

  void flag(std::string_view names, bool& is_set, std::string_view meaning) override;
  void option(std::string_view names, std::string_view what, std::string& value,
              std::string_view meaning) override;
  void number(std::string_view names, std::string_view what, std::optional<uint64_t>& value,
              std::string_view meaning) override;
  void argument(std::string_view what, std::string& value, std::string_view meaning) override;
  void optional_argument(std::string_view what, std::string& value, std::string_view meaning) override;
  void arguments(std::string_view what, std::vector<std::string>& values, std::string_view meaning) override;
  void everything(std::vector<std::string>& words) override { everything_ = &words; }

  // Fills in the values. kInvalid says what is wrong with the words.
  Result<void> read(std::vector<std::string> words);
  bool wants_help() const { return wants_help_; }

  // "DIR", "COMPONENT METHOD [ARG ...]": what follows the options.
  std::string usage() const;
  struct Line {
    std::string names, meaning;
  };
  const std::vector<Line>& arguments_listed() const { return argument_lines_; }
  std::vector<Line> options_listed() const;  // --help last

 private:
  struct Argument {
    std::string what;
    std::string* value = nullptr;                // one word, or
    std::vector<std::string>* values = nullptr;  // all the rest
    bool is_needed = true;
  };
  void list_option(std::string_view names, std::string_view what, std::string_view meaning);
  void list_argument(Argument argument, std::string_view meaning);
  Result<void> check_no_option(const std::vector<std::string>& words) const;
  Result<void> fill(std::vector<std::string> words);

  std::unique_ptr<CLI::App> app_;
  std::vector<Argument> arguments_;
  std::vector<Line> argument_lines_, option_lines_;
  std::vector<std::string> option_names_;
  std::vector<std::string>* everything_ = nullptr;
  bool wants_help_ = false;
};

}  // namespace attune::cli
