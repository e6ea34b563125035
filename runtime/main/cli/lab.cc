// SPDX-License-Identifier: Apache-2.0
// lab: hands over to the lab's own program, which says what it takes.
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fmt/format.h>
#include <unistd.h>

#include "runtime/main/cli/commands.h"
#include "runtime/main/places.h"

namespace attune::cli {

namespace {

class Lab final : public Command {
 public:
  void declare(Options& options) override { options.everything(words_); }

  ExitCode run(Console& console) override {
    const auto stock = main::stock_folder();
    if (!stock) return console.fail(ExitCode::kFailed, stock.error().message);
    const std::string program = *stock + "/lab/lab";
    std::vector<char*> arguments{const_cast<char*>(program.c_str())};
    for (std::string& word : words_) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    std::signal(SIGPIPE, SIG_DFL);  // would be ignored there, too
    ::execv(program.c_str(), arguments.data());
    const int error = errno;
    std::signal(SIGPIPE, SIG_IGN);
    return console.fail(ExitCode::kFailed, fmt::format("cannot run {}: {}", program, std::strerror(error)));
  }

 private:
  std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<Command> make_lab() {
  return std::make_unique<Lab>();
}

}  // namespace attune::cli
