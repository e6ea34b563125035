// SPDX-License-Identifier: Apache-2.0
// The desk with its worker, on a real loop; machines and sensors of a small system.
#include "runtime/main/traffic_desk.h"

#include <gmock/gmock.h>

#include "runtime/events/event_line.h"
#include "runtime/hypervisor/domain_xml.h"
#include "tests/support/temp_dir.h"
#include "tests/support/test_loop.h"
#include "tests/wrappers/vm_fixture.h"

namespace attune::main {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr int64_t kStart = 1'764'442'800;

class SetClock final : public Clock {
 public:
  Instant now() const override { return Instant(std::chrono::seconds(seconds)); }
  WallTime wall() const override { return WallTime(std::chrono::seconds(seconds)); }
  int64_t seconds = kStart;
};

// vm1 to vm3 run on lab1, and its sensor counts.
class TrafficDeskTest : public wrappers::VmTest {
 protected:
  static model::Project project() {
    model::Project made = wrappers::small_project();
    made.wrappers["probe"].events = {{"traffic", {}}, {"traffic_period", {}}};
    for (model::Class& one : made.classes) one.max = 3;
    return made;
  }
  TrafficDeskTest() {
    for (int i = 0; i < 3; ++i) world_.set(world_.make("vm", "lab1"), Lifecycle::kStarted);
    const system::ComponentId sensor = world_.make("probe", "lab1");
    world_.set(sensor, Lifecycle::kStarted);
    sensor_ = world_.system.find(sensor)->name;
    open();
  }
  void open() {
    desk_.reset();
    auto opened = TrafficDesk::open({.loop = real_,
                                     .clock = clock_,
                                     .log = world_.log,
                                     .world = world_.world,
                                     .path = dir_ / "traffic.db"});
    ASSERT_TRUE(opened) << opened.error().message;
    desk_ = std::move(*opened);
  }

  void line(const std::string& text) { EXPECT_TRUE(desk_->take(*events::parse_event_line(text))); }
  static std::string mac(int vm) { return hypervisor::mac_of("small", fmt::format("vm{}", vm), 0); }
  // In the next period vm1 heard 300 messages of 100 bytes from one other; the sensor tells it.
  void period(int other) {
    const std::string of = fmt::format("{} period={} seconds=30", sensor_, clock_.seconds);
    for (int vm = 1; vm <= 3; ++vm)
      line(fmt::format("traffic {} vm={} own=10.0.0.{} from=\"{}\"", of, mac(vm), vm,
                       vm == 1 ? fmt::format("10.0.0.{} 300 30000", other) : ""));
    clock_.seconds += 30;
    line(fmt::format("traffic_period {} vms=3 lines=3 via=ebpf", of));
  }
  // What the desk says to a question, once all that was handed over before is taken in.
  Result<std::string> ask(const control::TrafficRequest& request = {}) {
    std::optional<Result<std::string>> said;
    real_.settle();
    desk_->ask(request, [&](Result<std::string> text) { said.emplace(std::move(text)); });
    real_.run_until([&] { return said.has_value(); });
    real_.settle();
    return std::move(*said);
  }
  traffic::Rates recent(Duration window) {
    std::optional<Result<traffic::Rates>> said;
    real_.settle();
    desk_->recent(window, [&](Result<traffic::Rates> rates) { said.emplace(std::move(rates)); });
    real_.run_until([&] { return said.has_value(); });
    EXPECT_TRUE(*said);
    return **said;
  }

  test::TempDir dir_;
  test::TestLoop real_;
  SetClock clock_;
  wrappers::WrapperWorld world_{loop_, loop_, shell_, land_, project()};
  std::string sensor_;
  std::unique_ptr<TrafficDesk> desk_;
};

TEST_F(TrafficDeskTest, RaisesRegroupOnceForEachChange) {
  for (int i = 0; i < 6; ++i) period(2);
  EXPECT_TRUE(ask());
  EXPECT_THAT(world_.raised, ElementsAre("regroup  groups=vm1 vm2"));
  period(3);
  period(2);
  EXPECT_TRUE(ask());
  EXPECT_THAT(world_.raised, SizeIs(1)) << "one period differed";
  for (int i = 0; i < 6; ++i) period(3);
  EXPECT_TRUE(ask());
  EXPECT_THAT(world_.raised, ElementsAre("regroup  groups=vm1 vm2", "regroup  groups=vm1 vm3"));
}

TEST_F(TrafficDeskTest, RaisesNoRegroupForGroupsThatItsPredecessorKnew) {
  for (int i = 0; i < 6; ++i) period(2);
  EXPECT_TRUE(ask());
  open();
  for (int i = 0; i < 6; ++i) period(2);
  EXPECT_TRUE(ask());
  EXPECT_THAT(world_.raised, SizeIs(1));
}

TEST_F(TrafficDeskTest, TellsWhoTalkedLately) {
  EXPECT_EQ(recent(std::chrono::minutes(5)), traffic::Rates{});
  for (int i = 0; i < 4; ++i) period(2);
  period(3);
  EXPECT_THAT(recent(std::chrono::seconds(60)).pairs,
              ElementsAre(traffic::Rate{"vm2", "vm1", {5, 500}}, traffic::Rate{"vm3", "vm1", {5, 500}}));
}

TEST_F(TrafficDeskTest, RefusesAQuestionWhereTooManyAsk) {
  control::TrafficRequest patient;
  patient.question.wait = 20;
  size_t answered = 0;
  for (size_t i = 0; i < TrafficDesk::kMostQuestions; ++i)
    desk_->ask(patient, [&](const Result<std::string>& text) { answered += text ? 1 : 0; });
  std::string refused;
  desk_->ask(patient, [&](const Result<std::string>& text) { refused = text ? "" : text.error().message; });
  EXPECT_THAT(refused, HasSubstr("too many ask about traffic at once"));
  period(2);
  real_.run_until([&] { return answered == TrafficDesk::kMostQuestions; });
  EXPECT_TRUE(ask()) << "there is room again";
}

}  // namespace
}  // namespace attune::main
