// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/live_components.h"

#include <chrono>
#include <future>

#include <gmock/gmock.h>

#include "tests/main/cli/daemon_fixture.h"

namespace attune::cli {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::chrono::milliseconds kAsLongAsItTakes = std::chrono::minutes(1);

class LiveComponentsTest : public DaemonFixture {
 protected:
  std::string base() const { return run_folder_.path().string(); }
  std::string folder() const { return daemon_.system().project().directory; }
};

TEST_F(LiveComponentsTest, AreThoseOfTheClassesWithWhatTheyAre) {
  LiveComponents live(base(), kAsLongAsItTakes);
  const auto found = live.ask("migration", folder(), {"vm"});
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].name, "vm");
  EXPECT_EQ(found[0].state, "started");
  EXPECT_EQ(found[0].host, "lab1");
  EXPECT_THAT(live.ask("migration", folder(), {"vm", "probe"}), SizeIs(2));
}

TEST_F(LiveComponentsTest, OfAnotherFolderOrAProjectThatDoesNotRunThereAreNone) {
  LiveComponents live(base(), kAsLongAsItTakes);
  EXPECT_THAT(live.ask("migration", folder() + "/elsewhere", {"vm"}), IsEmpty());
  EXPECT_THAT(live.ask("other", folder(), {"vm"}), IsEmpty());
  end();
  EXPECT_THAT(live.ask("migration", folder(), {"vm"}), IsEmpty());
}

TEST_F(LiveComponentsTest, CanBeAskedForAgainAsSoonAsTheyHaveCome) {
  LiveComponents live(base(), kAsLongAsItTakes);
  for (int round = 0; round < 100; ++round)
    ASSERT_THAT(live.ask("migration", folder(), {"vm"}), SizeIs(1)) << round;
}

// Nobody waits for it longer than that, and it is asked one question at a time.
TEST_F(LiveComponentsTest, OfAManagerThatStandsStillThereAreNoneUntilItGoesOn) {
  std::promise<void> goes_on;
  loop_.post([held = goes_on.get_future().share()] { held.wait(); });
  LiveComponents live(base(), std::chrono::milliseconds(1));
  EXPECT_THAT(live.ask("migration", folder(), {"vm"}), IsEmpty());
  EXPECT_THAT(live.ask("migration", folder(), {"vm"}), IsEmpty());
  goes_on.set_value();
  LiveComponents patient(base(), kAsLongAsItTakes);
  EXPECT_THAT(patient.ask("migration", folder(), {"vm"}), SizeIs(1));
}

}  // namespace
}  // namespace attune::cli
