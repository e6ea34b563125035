// SPDX-License-Identifier: Apache-2.0
#include "wrappers/script_command.h"

#include <iterator>
#include <utility>

namespace attune::wrappers {

ports::Command script_command(std::string text, std::vector<std::string> arguments) {
  ports::Command command;
  command.argv = {"/bin/sh", "-c", std::move(text), "attune"};
  command.argv.insert(command.argv.end(), std::make_move_iterator(arguments.begin()),
                      std::make_move_iterator(arguments.end()));
  return command;
}

}  // namespace attune::wrappers
