// SPDX-License-Identifier: Apache-2.0
// Options: what a command takes on its command line, declared in plain words; the same words make its help.
// The values are filled in before the command runs, and must live as long. One thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace attune::cli {

class Options {
 public:
  virtual ~Options() = default;

  // `names` as "-f,--follow"; `what` is how the help calls a value: "PROJECT".
  virtual void flag(std::string_view names, bool& is_set, std::string_view meaning) = 0;
  virtual void option(std::string_view names, std::string_view what, std::string& value,
                      std::string_view meaning) = 0;
  virtual void number(std::string_view names, std::string_view what, std::optional<uint64_t>& value,
                      std::string_view meaning) = 0;

  // Words without a name, in the order declared. One that must be there;
  virtual void argument(std::string_view what, std::string& value, std::string_view meaning) = 0;
  // one that may be left out;
  virtual void optional_argument(std::string_view what, std::string& value, std::string_view meaning) = 0;
  // and, as the last, any number.
  virtual void arguments(std::string_view what, std::vector<std::string>& values,
                         std::string_view meaning) = 0;

  // Everything, options and all, as it was written; nothing else can be declared beside it.
  virtual void everything(std::vector<std::string>& words) = 0;
};

}  // namespace attune::cli
