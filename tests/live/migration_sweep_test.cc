// SPDX-License-Identifier: Apache-2.0
// The link cut, or a libvirtd killed, at one moment of a migration after the other, at full speed: the guest
// never runs twice for longer than it takes to say so, and is found whole on one host afterwards.
#include "tests/live/vm_fixture.h"

#include <fmt/format.h>

namespace attune::test {
namespace {

using std::chrono::milliseconds;

class MigrationSweep : public VmTest {
 protected:
  // Breaks something so long after the migration has begun, and mends it once the migration has ended.
  void try_at(milliseconds moment, const std::function<void()>& break_it,
              const std::function<void()>& mend_it) {
    SCOPED_TRACE(fmt::format("broken after {} ms", moment.count()));
    boot();
    const auto timer = loop_.after(moment, break_it);
    const End end = migrate();
    EXPECT_NE(who_runs(), "lab1 and lab2");
    mend_it();
    EXPECT_NE(who_runs(), "lab1 and lab2");
    Where where = end ? end->where : Where::kSource;
    const bool is_known = await_that(loop_, [&] {
      if (where == Where::kUnknown) where = settle()->where;
      return where != Where::kUnknown;
    });
    EXPECT_TRUE(is_known);
    // What never ran is removed from a target that was silent as soon as that answers.
    const auto is_removed = [&] { return who_has() == (where == Where::kTarget ? "lab2" : "lab1"); };
    if (!await_that(loop_, is_removed)) {
      // A libvirtd that was killed in a migration's first moments may come back with a lock that it never
      // gives up: nothing is done there any more until its administrator starts it once more.
      ASSERT_TRUE(lab().is_stuck("lab2", "vm")) << who_has();
      lab().kill_libvirtd("lab2");
      lab().start_libvirtd("lab2");
      EXPECT_TRUE(await_that(loop_, is_removed));
    }
    EXPECT_EQ(who_runs(), who_has());
    EXPECT_TRUE(await_that(loop_, [&] { return guest_.answers(); }));
  }
};

TEST_F(MigrationSweep, TargetsLinkIsCutAtAnyMoment) {
  for (milliseconds moment{0}; moment < milliseconds(1600); moment += milliseconds(100))
    try_at(
        moment, [] { lab().cut("lab2"); }, [] { lab().join("lab2"); });
}

TEST_F(MigrationSweep, TargetsLibvirtdDiesAtAnyMoment) {
  for (milliseconds moment{0}; moment < milliseconds(1600); moment += milliseconds(100))
    try_at(
        moment, [] { lab().kill_libvirtd("lab2"); }, [] { lab().start_libvirtd("lab2"); });
}

TEST_F(MigrationSweep, SourcesLibvirtdDiesAtAnyMoment) {
  for (milliseconds moment{0}; moment < milliseconds(1600); moment += milliseconds(100))
    try_at(
        moment, [] { lab().kill_libvirtd("lab1"); }, [] { lab().start_libvirtd("lab1"); });
}

}  // namespace
}  // namespace attune::test
