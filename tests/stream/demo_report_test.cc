// SPDX-License-Identifier: Apache-2.0
#include "examples/stream/demo_report.h"

#include <sstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace attune::stream {
namespace {

using Json = nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kByHand[] =
    R"({"at":"2026-05-04T12:00:01.000000Z","kind":"event-accepted","event":2,"name":"call","values":[["stub","migrate"]]}
{"at":"2026-05-04T12:00:01.000000Z","kind":"run-started","run":2,"event":2}
{"at":"2026-05-04T12:00:01.000000Z","kind":"call-intent","call":5,"run":2,"stub":"migrate","arguments":["vm","lab2"],"host":"lab1"}
{"at":"2026-05-04T12:00:02.000000Z","kind":"call-ended","call":5,"run":2,"outcome":{"kind":"exited","code":0,"message":"vm moved from lab1 to lab2 in 900 ms, stopped for 38 ms"}}
)";
constexpr char kByItself[] =
    R"({"at":"2026-05-04T12:00:05.000000Z","kind":"event-accepted","event":3,"name":"cpu_high","values":[["cpu","97%"]]}
{"at":"2026-05-04T12:00:05.000000Z","kind":"run-started","run":3,"event":3}
{"at":"2026-05-04T12:00:05.002000Z","kind":"call-intent","call":6,"run":3,"stub":"stop","arguments":["probe"],"host":"lab2"}
{"at":"2026-05-04T12:00:05.102000Z","kind":"call-ended","call":6,"run":3,"outcome":{"kind":"exited","code":0,"message":""}}
{"at":"2026-05-04T12:00:05.104500Z","kind":"call-intent","call":7,"run":3,"stub":"migrate","arguments":["vm","lab1"],"host":"lab2"}
{"at":"2026-05-04T12:00:06.104500Z","kind":"call-ended","call":7,"run":3,"outcome":{"kind":"exited","code":0,"message":"vm moved from lab2 to lab1 in 800 ms, stopped for 41 ms"}}
)";
constexpr char kFailed[] =
    R"({"at":"2026-05-04T12:00:01.000000Z","kind":"call-intent","call":5,"run":2,"stub":"migrate","arguments":["vm","lab2"],"host":"lab1"}
{"at":"2026-05-04T12:00:02.000000Z","kind":"call-ended","call":5,"run":2,"outcome":{"kind":"lost","why":"no answer"}}
)";

std::string watched(int lost = 0) {
  return Json{{"started_unix_ms", 1777896000000},
              {"sample_ms", 50},
              {"stream_gap_max_ms", 64.5},
              {"ping_gap_max_ms", 51},
              {"bytes_lost", lost},
              {"tcp_connections_lost", 0},
              {"bytes_total", 1000},
              {"samples", Json::array({{{"bytes", 50000}, {"ping_ms", 0.4}}})}}
      .dump();
}

Result<DemoReport> report(const std::string& watch, const std::string& log,
                          std::vector<std::string> hosts = {"lab1"}) {
  std::istringstream watch_file(watch), log_file(log), marks("1777896004000 load & more\n");
  return make_demo_report({watch_file, log_file, marks, std::move(hosts)});
}

TEST(DemoReport, HasTheFiguresOfTheMigrationThatAnEventLedTo) {
  const auto made = report(watched(), std::string(kByHand) + kByItself);
  ASSERT_TRUE(made) << made.error().message;
  const Json json = Json::parse(made->json);
  EXPECT_EQ(json["event_to_migrate_call_ms"], 104.5);
  EXPECT_EQ(json["migration_total_ms"], 1000);
  EXPECT_EQ(json["guest_stopped_ms"], 41);
  EXPECT_EQ(json["stream_gap_max_ms"], 64.5);
  EXPECT_EQ(json["vm_hosts_after"], Json({"lab1"}));
  EXPECT_EQ(json["migrations"].size(), 2u);
  EXPECT_TRUE(made->is_good);
  EXPECT_THAT(made->figures, HasSubstr("moved by Attune"));
}

TEST(DemoReport, IsGoodOnlyWhereAllWentAsItShould) {
  const std::string both = std::string(kByHand) + kByItself;
  EXPECT_FALSE(report(watched(1), both)->is_good) << "a byte was lost";
  EXPECT_FALSE(report(watched(), both, {"lab1", "lab2"})->is_good) << "two have it";
  EXPECT_FALSE(report(watched(), both, {})->is_good) << "nobody has it";
  EXPECT_FALSE(report(watched(), kByHand)->is_good) << "Attune did nothing";
  EXPECT_FALSE(report(watched(), both + kFailed)->is_good) << "one failed";
  EXPECT_FALSE(report(watched(), std::string(kByItself) + kByHand)->is_good)
      << "Attune did nothing afterwards";
  std::string nowhere = both;
  nowhere.replace(nowhere.find(R"("host":"lab1")"), 13, R"("host":"lab2")");
  EXPECT_FALSE(report(watched(), nowhere)->is_good) << "by hand it was moved to where it was";
}

TEST(DemoReport, NeedsWhatTheViewerSaw) {
  EXPECT_FALSE(report("", kByHand));
}

TEST(MigrationLog, TellsHowEachEnded) {
  std::istringstream log(kFailed);
  const auto moves = migrations_in(log);
  ASSERT_TRUE(moves);
  ASSERT_EQ(moves->size(), 1u);
  EXPECT_FALSE(moves->front().arrived);
  EXPECT_EQ(moves->front().message, "no answer");
  EXPECT_EQ(moves->front().from, "lab1");
  EXPECT_EQ(moves->front().to, "lab2");
}

TEST(MigrationLog, RefusesWhatIsNoRecord) {
  for (const char* line : {"rubbish", "[]", "{}", R"({"at":"yesterday","kind":"x"})",
                           R"({"at":"2026-05-04T12:00:01.000000Z","kind":"event-accepted","event":"two"})"}) {
    std::istringstream log(line);
    EXPECT_FALSE(migrations_in(log)) << line;
  }
}

TEST(Timeline, ShowsHostsMovesAndMarks) {
  const std::string svg = report(watched(), std::string(kByHand) + kByItself)->svg;
  EXPECT_THAT(svg, HasSubstr("<svg xmlns="));
  for (const char* text : {">lab1<", ">lab2<", ">cpu_high cpu=97%<", ">load &amp; more<", "#f2b134"})
    EXPECT_THAT(svg, HasSubstr(text));
  EXPECT_THAT(svg, Not(HasSubstr(">call")));
}

TEST(Timeline, OfNothingIsStillAPicture) {
  EXPECT_THAT(timeline_svg({}), HasSubstr("</svg>"));
}

}  // namespace
}  // namespace attune::stream
