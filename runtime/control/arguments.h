// SPDX-License-Identifier: Apache-2.0
// Arguments: what a request asks for, read from its JSON body or its query, with errors that say what was
// expected. Loop thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "runtime/base/result.h"
#include "runtime/control/exchange.h"

namespace attune::control {

class Arguments {
 public:
  // kInvalid where there is a body that is not a JSON object, or one of more than 1000 members or 16 levels.
  static Result<Arguments> of(const Request& request);
  ~Arguments();
  Arguments(Arguments&&) noexcept;

  // Each reads one member; what is wrong is kept and told by finish(), after the last.
  std::string text(std::string_view name);                // must be there, and not be empty
  std::string optional_text(std::string_view name);       // empty where it is absent
  std::vector<std::string> texts(std::string_view name);  // none where it is absent
  bool flag(std::string_view name, bool when_absent);
  std::vector<std::pair<std::string, std::string>> pairs(std::string_view name);  // an object of texts

  // An error where something was wrong, or where a member was given that nobody asked for.
  Result<void> finish();

 private:
  explicit Arguments(nlohmann::ordered_json body);
  const nlohmann::ordered_json* find(std::string_view name);
  void wrong(std::string message);

  std::unique_ptr<nlohmann::ordered_json> body_;
  std::vector<std::string> known_;
  std::optional<Error> error_;
};

// A number of the query: `when_absent` where it is not there, kInvalid where it is none.
Result<uint64_t> query_number(const Request& request, std::string_view name, uint64_t when_absent);
Result<bool> query_flag(const Request& request, std::string_view name);  // true, false; absent is false

}  // namespace attune::control
