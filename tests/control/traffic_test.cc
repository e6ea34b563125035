// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/traffic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "runtime/control/target.h"
#include "tests/control/small_traffic.h"

namespace attune::control {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class TrafficApiTest : public ::testing::Test {
 protected:
  TrafficApiTest() { add_traffic(api_, &traffic_); }

  static Response ask_of(Router& api, const std::string& target) {
    Request request{"GET", {}, {}, {}, "attune (root)", Role::kLook};
    EXPECT_TRUE(read_target(target, request)) << target;
    Response answer;
    api.answer(request, [&](Response response) { answer = std::move(response); });
    return answer;
  }
  Response ask(const std::string& query) { return ask_of(api_, "/v1/traffic" + query); }
  std::string refused(const std::string& query) {
    traffic_.asked.reset();
    const Response response = ask(query);
    EXPECT_EQ(response.status, 400) << response.body;
    EXPECT_FALSE(traffic_.asked);
    return error_of(response.body).message;
  }

  SmallTraffic traffic_;
  Router api_;
};

TEST_F(TrafficApiTest, SaysThatTheProjectHasNoSensor) {
  Router without;
  add_traffic(without, nullptr);
  const Response response = ask_of(without, "/v1/traffic");
  EXPECT_EQ(response.status, 404);
  EXPECT_THAT(response.body, HasSubstr("the project has no traffic sensor"));
}

TEST_F(TrafficApiTest, GivesTheNewestPeriodWhereNothingElseIsSaid) {
  const json body = json::parse(ask("").body);
  EXPECT_TRUE(traffic_.asked->is_newest);
  EXPECT_EQ(traffic_.asked->periods, 1u);
  EXPECT_EQ(body["form"], "single");
  EXPECT_EQ(body["from"], "2025-11-29T19:00:00Z");
  EXPECT_EQ(body["to"], "2025-11-29T19:00:30Z");
  const json& matrix = body["matrices"][0];
  EXPECT_EQ(matrix["cells"][0], (json{{"from", "a"}, {"to", "b"}, {"messages", 3.0}, {"bytes", 300.0}}));
  EXPECT_EQ(matrix["parties"][2], (json{{"name", "c"}, {"machine", true}}));
  EXPECT_EQ(matrix["missing"], json({"c"}));
  EXPECT_EQ(matrix["groups"][0]["machines"], json({"a", "b"}));
  EXPECT_EQ(matrix["groups"][0]["inside"]["bytes"], 350.0);
  EXPECT_EQ(matrix["alone"], json({"c"}));
  EXPECT_EQ(body["stable_groups"], json::parse(R"([["a", "b"]])"));
}

TEST_F(TrafficApiTest, TakesAQuestionOver) {
  ask("?from=100&to=400&wait=7&estimate=true&form=weighted&weight=1.5&by=messages&method=leiden&minimum=12");
  const TrafficRequest& asked = *traffic_.asked;
  EXPECT_FALSE(asked.is_newest);
  EXPECT_EQ(asked.question.from, 100);
  EXPECT_EQ(asked.question.to, 400);
  EXPECT_EQ(asked.question.wait, 7);
  EXPECT_TRUE(asked.question.may_estimate);
  EXPECT_EQ(asked.question.form, traffic::Form::kWeighted);
  EXPECT_EQ(asked.question.weight, 1.5);
  EXPECT_EQ(asked.groups.by, traffic::Measure::kMessages);
  EXPECT_EQ(asked.groups.method, traffic::GroupMethod::kLeiden);
  EXPECT_EQ(asked.groups.minimum, 12);
}

TEST_F(TrafficApiTest, FindsGroupsAsUsualUnlessTheQuestionSaysOtherwise) {
  Router api;
  add_traffic(api, &traffic_,
              {.method = traffic::GroupMethod::kLeiden, .by = traffic::Measure::kMessages, .minimum = 5});
  const auto groups_of = [&](const std::string& query) {
    EXPECT_EQ(ask_of(api, "/v1/traffic" + query).status, 200);
    return traffic_.asked->groups;
  };
  EXPECT_EQ(groups_of("").method, traffic::GroupMethod::kLeiden);
  EXPECT_EQ(groups_of("").by, traffic::Measure::kMessages);
  EXPECT_EQ(groups_of("").minimum, 5);
  EXPECT_EQ(groups_of("?method=threshold").method, traffic::GroupMethod::kThreshold);
  EXPECT_EQ(groups_of("?by=messages").minimum, 5);
  EXPECT_EQ(groups_of("?by=bytes").by, traffic::Measure::kBytes);
  EXPECT_EQ(groups_of("?by=bytes").minimum, 0) << "five messages are not five bytes";
  EXPECT_EQ(groups_of("?by=bytes&minimum=7").minimum, 7);
}

TEST_F(TrafficApiTest, SaysWhatIsWrongWithAQuestion) {
  EXPECT_EQ(refused("?from=100"), "a span has both, 'from' and 'to', in seconds since 1970");
  EXPECT_EQ(refused("?from=400&to=100"), "'from' (400) is not before 'to' (100)");
  EXPECT_EQ(refused("?from=1&to=2&periods=3"),
            "'periods' counts the newest: with 'from' and 'to' leave it out");
  EXPECT_EQ(refused("?periods=0"), "'periods' is 0: it is between 1 and 100000");
  EXPECT_EQ(refused("?form=median"), "'form' is 'median': it is one of single, mean, weighted");
  EXPECT_EQ(refused("?weight=much"), "'weight' is 'much': it is a number");
  EXPECT_EQ(refused("?wait=7200"), "'wait' is 7200: it is at most 3600");
  EXPECT_THAT(refused("?minimum=-1"), HasSubstr("minimum"));
  EXPECT_THAT(refused("?span=1"), HasSubstr("span"));
}

TEST_F(TrafficApiTest, PassesOnWhatCouldBeAnswered) {
  traffic_.refusal = Error{ErrorCode::kNotFound, "a part is missing; what could be answered: ..."};
  const Response response = ask("");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(error_of(response.body).message, "a part is missing; what could be answered: ...");
}

TEST_F(TrafficApiTest, WritesEachFormat) {
  const auto is = [&](const char* format, const char* type, const char* begin) {
    const Response response = ask(std::string("?format=") + format);
    EXPECT_EQ(response.type, type) << format;
    EXPECT_THAT(response.body, StartsWith(begin)) << format;
  };
  is("json", "application/json", "{\"form\":");
  is("xml", "application/xml", "<?xml");
  is("csv", "text/csv; charset=utf-8", "start,seconds,from,to,");
  is("graphml", "application/xml", "<?xml");
  is("gnuplot", "text/plain; charset=utf-8",
     "$traffic << END_OF_TRAFFIC\n0 300 0\n50 0 0\n0 0 0\nEND_OF_TRAFFIC\n");
  is("matrix", "image/svg+xml", "<svg");
  is("graph", "image/svg+xml", "<svg");
  EXPECT_THAT(ask("?format=gnuplot").body, HasSubstr("plot $traffic matrix"));
}

TEST_F(TrafficApiTest, APictureShowsOneMatrix) {
  traffic_.answer = small_answer(2);
  for (const char* format : {"graphml", "gnuplot", "matrix", "graph"}) {
    const Response response = ask(std::string("?format=") + format);
    EXPECT_EQ(response.status, 400) << format;
    EXPECT_THAT(response.body, HasSubstr("this format shows one matrix")) << format;
  }
  EXPECT_EQ(json::parse(ask("").body)["matrices"].size(), 2u);
  EXPECT_EQ(ask("?format=csv").status, 200);
}

}  // namespace
}  // namespace attune::control
