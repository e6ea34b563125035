// SPDX-License-Identifier: Apache-2.0
// The codes of errors, which are stable: what the API gives is what its pages say, and the other way round.
#include <cctype>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "runtime/control/api.h"
#include "tests/control/small_daemon.h"

namespace attune::control {
namespace {

using nlohmann::json;
using StatusByCode = std::map<std::string, int>;

std::string text_of(const std::string& file) {
  std::ifstream in(ATTUNE_SOURCE_ROOT "/docs/" + file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// Its table has cells of codes, each with a cell behind it that begins with their status.
StatusByCode said_by_the_page() {
  const std::string page = text_of("control-api.md");
  std::istringstream lines(page.substr(page.find("\n## Errors\n")));
  StatusByCode said;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| `")) continue;
    std::istringstream cells(line.substr(1));
    std::set<std::string> codes;
    for (std::string cell; std::getline(cells, cell, '|');) {
      if (cell.size() > 1 && std::isdigit(static_cast<unsigned char>(cell[1])) != 0)
        for (const std::string& code : std::exchange(codes, {})) said[code] = std::stoi(cell);
      for (size_t at = 0; cell.starts_with(" `") && (at = cell.find('`', at)) != cell.npos;) {
        const size_t end = cell.find('`', at + 1);
        codes.insert(cell.substr(at + 1, end - at - 1));
        at = end + 1;
      }
    }
  }
  return said;
}

// Whatever kind of failure the daemon refuses something with.
StatusByCode given_by_the_api() {
  SmallDaemon daemon;
  Router api = make_api(daemon);
  StatusByCode given;
  for (int i = 0; i <= static_cast<int>(ErrorCode::kFailed); ++i) {
    daemon.refusal = Error{static_cast<ErrorCode>(i), "no"};
    api.answer({.method = "DELETE", .path = "/v1/runs/7", .role = Role::kAdminister},
               [&](const Response& to) {
                 given[json::parse(to.body)["code"]] = to.status;
                 EXPECT_EQ(error_of(to.body), *daemon.refusal) << "attune takes it for the same";
               });
  }
  return given;
}

TEST(ErrorCodes, AreTheOnesOfThePage) {
  const StatusByCode given = given_by_the_api();
  EXPECT_EQ(given.size(), static_cast<size_t>(ErrorCode::kFailed) + 1) << "each has its own";
  EXPECT_EQ(given, said_by_the_page());
}

TEST(ErrorCodes, AreTheOnesOfTheOpenApiDocument) {
  const json document = json::parse(text_of("openapi.json"));
  std::set<std::string> said, given;
  for (const auto& code : document["components"]["schemas"]["Error"]["properties"]["code"]["enum"])
    said.insert(code.get<std::string>());
  for (const auto& [code, status] : given_by_the_api()) given.insert(code);
  EXPECT_EQ(given, said);
}

}  // namespace
}  // namespace attune::control
