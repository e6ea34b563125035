// SPDX-License-Identifier: Apache-2.0
// What the real daemon tells Prometheus, looked at by Prometheus' own promtool.
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/small_project.h"

namespace attune::main {
namespace {

using ::testing::HasSubstr;

class DaemonMetricsTest : public DaemonTest {};

TEST_F(DaemonMetricsTest, AreAsPrometheusWantsThem) {
  daemon_.start();
  daemon_.await<workflow::RunEnded>();
  const std::string page = daemon_.ask("GET", "/metrics");
  EXPECT_THAT(page, HasSubstr("attune_components{class=\"app\",state=\"started\"} 2\n"));
  EXPECT_THAT(page, HasSubstr("attune_runs_total{diagram=\"start\",end=\"done\"} 1\n"));
  dir_.write("page", page);
  const std::string check =
      fmt::format("promtool check metrics < '{}' > '{}' 2>&1", dir_ / "page", dir_ / "said");
  // NOLINTNEXTLINE(concurrency-mt-unsafe,bugprone-command-processor): no other thread, paths of our own
  EXPECT_EQ(std::system(check.c_str()), 0) << dir_.read("said");
}

TEST_F(DaemonMetricsTest, AreAllDocumented) {
  daemon_.start();
  std::ifstream file(ATTUNE_SOURCE_ROOT "/docs/metrics.md");
  const std::string documentation(std::istreambuf_iterator<char>(file), {});
  std::istringstream page(daemon_.ask("GET", "/metrics"));
  for (std::string line; std::getline(page, line);) {
    constexpr std::string_view kHelp = "# HELP ";
    if (!line.starts_with(kHelp)) continue;
    const std::string name = line.substr(kHelp.size(), line.find(' ', kHelp.size()) - kHelp.size());
    EXPECT_THAT(documentation, HasSubstr("`" + name + "`"));
  }
}

}  // namespace
}  // namespace attune::main
