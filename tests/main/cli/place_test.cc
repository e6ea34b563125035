// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "runtime/base/unique_fd.h"
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

TEST(Place, ReadsItsInput) {
  const UniqueFd before(::dup(STDIN_FILENO)), file(::open(example().c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_GE(::dup2(file.get(), STDIN_FILENO), 0);
  const Ran ran = run_words({"place", "-"});
  ::dup2(before.get(), STDIN_FILENO);
  EXPECT_EQ(ran.code, ExitCode::kDone) << ran.err;
  EXPECT_EQ(ran.out, run_words({"place", example()}).out);
}

TEST(Place, OfAHostThatIsTooFullItSaysWhoIsThere) {
  const test::TempDir folder;
  const std::string path = (folder.path() / "state.json").string();
  std::ofstream(path)
      << R"({"version": 1, "objectives": ["cost"], "sites": [{"name": "s", "bandwidth_mbit": 8}],
    "hosts": [{"name": "h", "site": "s", "cores": 2, "memory_mib": 1024}],
    "vms": [{"name": "small", "cores": 1, "memory_mib": 2, "host": "h"},
            {"name": "large", "cores": 2, "memory_mib": 2, "host": "h", "may_move": false}]})";
  const Ran ran = run_words({"place", path});
  EXPECT_EQ(ran.code, ExitCode::kFailed);
  EXPECT_THAT(ran.out, HasSubstr("take 3 cores of 2 and 4 MiB of 1024"));
  EXPECT_THAT(ran.out, HasSubstr("large (it may not move), small"));
}

TEST(Place, AFileThatIsNotThereIsSaid) {
  EXPECT_EQ(run_words({"place", "/no/such.json"}).code, ExitCode::kUsage);
}

}  // namespace
}  // namespace attune::cli
