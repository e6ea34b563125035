// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/replay/trace.h"

#include <chrono>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/base/wall_time.h"
#include "runtime/journal/record_json.h"
#include "runtime/workflow/record.h"
#include "tests/main/replay/small_shop.h"

namespace attune::replay {
namespace {

using ::testing::HasSubstr;

std::string findings_in(const std::string& text, const std::string& name = "shop.trace") {
  Diagnostics found;
  (void)test::trace_of(text, found, name);
  std::string all;
  for (const Diagnostic& one : found.all()) all += to_text(one);
  return all;
}

const workflow::Event& event_of(const Item& item) {
  return std::get<workflow::Event>(item.what);
}

TEST(Trace, ReadsEventsAndHostsInTheOrderOfTime) {
  const Trace trace = test::trace_of(
      "# a morning\n2026-05-04T08:00:10Z slow app1 delay=5s\n\n2026-05-04T08:00:00.5Z @host lab1 "
      "load=93% state=up\n"
      "+90s slow app2\n@takes app.start 12s\n");
  ASSERT_EQ(trace.items.size(), 3u);
  const auto& fact = std::get<HostFact>(trace.items[0].what);
  EXPECT_EQ(fact.host, "lab1");
  EXPECT_EQ(fact.load, model::Percent{93});
  EXPECT_EQ(fact.state, system::HostState::kUp);
  EXPECT_EQ(event_of(trace.items[1]).name, "slow");
  EXPECT_EQ(event_of(trace.items[1]).values[0].second, "5s");
  EXPECT_EQ(to_text(trace.items[2].at), "2026-05-04T08:01:40.000000Z");
  EXPECT_EQ(trace.lengths.at("app.start"), std::chrono::seconds(12));
}

TEST(Trace, WritesLinesThatItReads) {
  const WallTime at = *parse_wall_time("2026-05-04T08:00:10.000000Z");
  const workflow::Event event{"slow", "app1", {{"why", "it \"hangs\""}}, {}, {}};
  const Trace trace =
      test::trace_of(trace_line(at, event) +
                     trace_line(at, HostFact{"lab1", model::Percent{12.5}, system::HostState::kDown}));
  EXPECT_EQ(event_of(trace.items[0]).values, event.values);
  EXPECT_EQ(std::get<HostFact>(trace.items[1].what).load, model::Percent{12.5});
}

TEST(Trace, ReadsATableOfEventsOrOfHosts) {
  Diagnostics found;
  const Trace events =
      test::trace_of("time,event,component,why\n0,slow,app1,\"a, b\"\n90.5,slow,app2,\n", found, "t.csv");
  const Trace hosts =
      test::trace_of("time,host,load,state\n2026-05-04T08:00:10Z,lab1,93%,\n", found, "t.csv");
  for (const Diagnostic& one : found.all()) ADD_FAILURE() << to_text(one);
  EXPECT_EQ(event_of(events.items[0]).values[0].second, "a, b");
  EXPECT_TRUE(event_of(events.items[1]).values.empty());
  EXPECT_EQ(events.items[1].at - events.items[0].at, std::chrono::milliseconds(90500));
  const Trace late = test::trace_of("time,event,component\n1000,slow,app1\n1100,slow,app2\n", found, "t.csv");
  EXPECT_EQ(late.items[1].at - late.items[0].at, std::chrono::seconds(100));
  EXPECT_EQ(std::get<HostFact>(hosts.items[0].what).load, model::Percent{93});
}

// Records as `attune export` writes them.
class Journal {
 public:
  template <class What>
  Journal& record(What what) {
    ++sequence_;
    text_ += journal::to_json({sequence_, kNoon + std::chrono::seconds(sequence_), std::move(what)}) + "\n";
    return *this;
  }
  Journal& event(const std::string& name, const std::string& source) {
    return record(workflow::EventAccepted{9, name, "app1", source, {{"delay", "5s"}}});
  }
  Journal& call(const std::string& component, Duration took, int code = 0) {
    workflow::Call call;
    call.id = ++call_;
    call.component_name = component;
    call.stub = "start";
    record(workflow::CallIntent{call});
    return record(workflow::CallEnded{call.id, 7, workflow::CallExited{code, "", {}}, took});
  }
  Trace read() const { return test::trace_of("{\"kind\":\"journal\",\"format\":2}\n" + text_); }

 private:
  static constexpr WallTime kNoon{std::chrono::hours(12)};
  uint64_t sequence_ = 0;
  workflow::CallId call_ = 0;
  std::string text_;
};

TEST(Trace, ReadsAnExportedJournal) {
  const Trace trace = Journal()
                          .event("slow", "probe")
                          .record(workflow::SystemChanged{
                              0, system::HostChanged{.host = "lab1", .state = system::HostState::kDown}, ""})
                          .read();
  ASSERT_EQ(trace.items.size(), 2u);
  EXPECT_EQ(event_of(trace.items[0]).component, "app1");
  EXPECT_EQ(event_of(trace.items[0]).values[0].second, "5s");
  EXPECT_EQ(std::get<HostFact>(trace.items[1].what).state, system::HostState::kDown);
}

TEST(Trace, AnExportHasNothingOfTheManagersOwnDoing) {
  Journal journal;
  journal.event("slow", "timer").event("slow", "run 7").event("host_down", "attune");
  for (const char* own :
       {"start", "stop", "call", "undeploy", "create", "remove", "maintenance", "fence", "power_on"})
    journal.event(own, "attune (root)");
  journal.record(workflow::SystemChanged{
      7, system::HostChanged{.host = "lab2", .state = system::HostState::kOff}, "board.power_off"});
  EXPECT_EQ(journal.event("slow", "probe").read().items.size(), 1u);
}

TEST(Trace, AnExportTellsTheMedianLengthOfTheCallsOfAClassThatWorked) {
  using std::chrono::seconds;
  const Trace trace =
      Journal()
          .event("slow", "probe")
          .record(workflow::SystemChanged{0, system::ComponentCreated{0, "app1", "app", 1}, ""})
          .call("app1", seconds(2))
          .call("app1", seconds(60))
          .call("app1", seconds(1))
          .call("app1", seconds(90), 1)
          .call("vm1", seconds(7))
          .read();
  EXPECT_EQ(trace.lengths.at("app.start"), seconds(2));
  EXPECT_EQ(trace.lengths.at("start"), seconds(7)) << "of a class that no record names";
}

TEST(Trace, ACallThatIsToldOfSeveralTimesTakesTheMedian) {
  const Trace trace = test::trace_of(
      "+1s slow app1\n@takes app.start 2s\n@takes app.start 90s\n@takes start 5s\n@takes app.start 1s\n");
  EXPECT_EQ(trace.lengths.at("app.start"), std::chrono::seconds(2));
  EXPECT_EQ(trace.lengths.at("start"), std::chrono::seconds(5));
}

TEST(Trace, ATableMayHaveBlanksAroundItsCells) {
  const Trace trace = test::trace_of("time, host, load\n0, lab1, 93%\n", "t.csv");
  EXPECT_EQ(std::get<HostFact>(trace.items.at(0).what).host, "lab1");
  EXPECT_EQ(std::get<HostFact>(trace.items.at(0).what).load, model::Percent{93});
}

TEST(Trace, OfAFileThatIsNoneItReadsNoFurtherThanAThousandLines) {
  std::string lines = "time,event,component\n";
  for (int i = 0; i < 5000; ++i) lines += "what is this\n";
  for (const char* name : {"shop.trace", "shop.csv"}) {
    Diagnostics found;
    (void)test::trace_of(lines, found, name);
    EXPECT_EQ(found.all().size(), 1000u) << name;
  }
}

TEST(Trace, SaysWhichLineIsNone) {
  EXPECT_THAT(findings_in("yesterday slow app1\n"),
              HasSubstr("shop.trace:1:1: error: 'yesterday' is no time [bad-trace]"));
  EXPECT_THAT(findings_in("+1s slow app1\n+1s slow app1 cpu\n"), HasSubstr("shop.trace:2:5: error:"));
  EXPECT_THAT(findings_in("+1s @host lab1 temperature=9\n"),
              HasSubstr("'temperature=9' says nothing of a host"));
  EXPECT_THAT(findings_in("+1s @host lab1\n"), HasSubstr("this says nothing of a host"));
  EXPECT_THAT(findings_in("@takes start soon\n"), HasSubstr("does not say how long a call takes"));
  EXPECT_THAT(findings_in("# nothing\n"), HasSubstr("there is nothing in this trace"));
  EXPECT_THAT(findings_in("{\"kind\":\"journal\"}\n{\n"),
              HasSubstr("shop.trace:2:1: error: this line is no record of a journal: not JSON"));
  EXPECT_THAT(findings_in("when,event\n", "t.csv"),
              HasSubstr("t.csv:1:1: error: the first line does not name the columns"));
  EXPECT_THAT(findings_in("time,event,component\n1,slow\n", "t.csv"),
              HasSubstr("t.csv:2:1: error: 2 cells below a head of 3"));
}

}  // namespace
}  // namespace attune::replay
