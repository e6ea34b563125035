// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/main/cli/transcript.h"
#include "tests/support/golden.h"
#include "tests/support/temp_dir.h"

namespace attune::cli {
namespace {

using ::testing::HasSubstr;

std::string example() {
  return (test::golden_folder() / "placement/example.json").string();
}

TEST(Place, ShowsStepsAndWhatTheyGain) {
  const Ran ran = run_words({"place", example()});
  EXPECT_EQ(ran.code, ExitCode::kDone);
  EXPECT_THAT(ran.out, HasSubstr("step 1"));
  EXPECT_THAT(ran.out, HasSubstr("closer to store"));
}

TEST(Place, IsTheSameAsJson) {
  const Ran ran = run_words({"place", "--json", example()});
  EXPECT_EQ(nlohmann::json::parse(ran.out)["steps"][0][0]["vm"], "web");
}

TEST(Place, SaysWhatIsWrongWithItsPlace) {
  const test::TempDir folder;
  const std::string path = (folder.path() / "state.json").string();
  std::ofstream(path) << R"({"version": 1, "objectives": ["speed"]})";
  const Ran ran = run_words({"place", path});
  EXPECT_EQ(ran.code, ExitCode::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("/objectives/0: error: there is no objective 'speed'"));
  EXPECT_THAT(ran.err, HasSubstr("/hosts"));
}

TEST(Place, AFileThatIsNotThereIsSaid) {
  EXPECT_EQ(run_words({"place", "/no/such.json"}).code, ExitCode::kUsage);
}

}  // namespace
}  // namespace attune::cli
