// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/api.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "runtime/control/target.h"
#include "runtime/control/traffic.h"
#include "tests/control/small_daemon.h"
#include "tests/control/small_reloads.h"

namespace attune::control {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

class ApiTest : public ::testing::Test {
 protected:
  Response ask(const std::string& method, const std::string& target, const std::string& body = "") {
    Request request{method, {}, {}, body, "attune (root)", role_};
    EXPECT_TRUE(read_target(target, request)) << target;
    std::optional<Response> answer;
    api_.answer(request, [&](Response response) {
      EXPECT_FALSE(answer) << "answered twice";
      answer = std::move(response);
    });
    EXPECT_TRUE(answer) << "not answered";
    return answer.value_or(Response{});
  }
  json get(const std::string& target) {
    const Response response = ask("GET", target);
    EXPECT_EQ(response.status, 200) << response.body;
    return json::parse(response.body);
  }
  // What is refused: the status, and why.
  std::string refused(int status, const std::string& method, const std::string& target,
                      const std::string& body = "") {
    const Response response = ask(method, target, body);
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_THAT(daemon_.asked, IsEmpty());
    return error_of(response.body).message;
  }

  Role role_ = Role::kAdminister;
  SmallDaemon daemon_;
  SmallReloads reloads_;
  Router api_ = make_api(daemon_);
};

TEST_F(ApiTest, ShowsTheStatus) {
  const json status = get("/v1/status");
  EXPECT_EQ(status["project"], "migration");
  EXPECT_EQ(status["state"], "running");
  EXPECT_EQ(status["components"]["total"], 2);
  EXPECT_EQ(status["components"]["started"], 1);
  EXPECT_EQ(status["hosts"]["up"], 1);
  EXPECT_EQ(status["events"]["rejected"], 2);
  EXPECT_EQ(status["problem"], nullptr);
}

TEST_F(ApiTest, HasItsMetricsWherePrometheusLooks) {
  const Response page = ask("GET", "/metrics");
  EXPECT_EQ(page.type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(page.body, "attune_runs 1\n");
}

TEST_F(ApiTest, StreamsRecordsAsServerSentEvents) {
  daemon_.feed = std::make_shared<GivenFeed>(std::vector<std::string>{
      "{\"sequence\":43,\"kind\":\"alerted\"}\n{\"sequence\":44,\"kind\":\"guard\"}\n",
      "{\"code\":\"corrupt\"}\n"});
  const Response stream = ask("GET", "/v1/stream");
  EXPECT_THAT(daemon_.asked, ElementsAre("log 43 0 follow run 0")) << "what comes, not what was";
  EXPECT_EQ(stream.type, "text/event-stream");
  EXPECT_EQ(stream.feed->next(),
            "id: 43\nevent: alerted\ndata: {\"sequence\":43,\"kind\":\"alerted\"}\n\n"
            "id: 44\nevent: guard\ndata: {\"sequence\":44,\"kind\":\"guard\"}\n\n");
  EXPECT_EQ(stream.feed->next(), "event: error\ndata: {\"code\":\"corrupt\"}\n\n") << "without an id";
  EXPECT_EQ(stream.feed->next(), std::nullopt);
}

TEST_F(ApiTest, AStreamGoesOnAfterTheLastEventThatTheClientSaw) {
  daemon_.feed = std::make_shared<GivenFeed>(std::vector<std::string>{});
  Request request{"GET", "/v1/stream", {}, {}, "attune (root)", Role::kLook, false, "17"};
  api_.answer(request, [](const Response& response) { EXPECT_EQ(response.status, 200); });
  EXPECT_THAT(daemon_.asked, ElementsAre("log 18 0 follow run 0"));
  request.last_event_id = "43";
  api_.answer(request,
              [](const Response& response) { EXPECT_EQ(response.status, 404) << "there is no such record"; });
  request.last_event_id = "x";
  api_.answer(request, [](const Response& response) { EXPECT_EQ(response.status, 400); });
}

TEST_F(ApiTest, ShowsContentsInTheirContainers) {
  const json tree = get("/v1/tree")["components"];
  ASSERT_EQ(tree.size(), 1u);
  EXPECT_EQ(tree[0]["name"], "vm");
  EXPECT_EQ(tree[0]["contents"][0]["name"], "probe");
  EXPECT_EQ(tree[0]["contents"][0]["host"], "lab1");
}

TEST_F(ApiTest, ShowsAComponent) {
  const json vm = get("/v1/components/vm");
  EXPECT_EQ(vm["attributes"]["memory"], "128MiB");
  EXPECT_EQ(vm["attributes"]["title"], "the vm") << "its navigation is filled";
  EXPECT_EQ(vm["bindings"]["probe"], json({"probe"}));
  EXPECT_EQ(vm["stubs"], json({"migrate"}));
  EXPECT_EQ(vm["state"], "started");
  EXPECT_EQ(get("/v1/components")["components"].size(), 2u);
}

TEST_F(ApiTest, ShowsHostsRunsAndEvents) {
  const json host = get("/v1/hosts")["hosts"][0];
  EXPECT_EQ(host["name"], "lab1");
  EXPECT_EQ(host["components"], json({"vm"}));
  EXPECT_EQ(host["load"], nullptr);
  const json runs = get("/v1/runs");
  EXPECT_EQ(runs["runs"][0]["waits_for"], "vm is in use by run 6");
  EXPECT_EQ(runs["calls"][0]["progress"], "63 of 128 MiB");
  EXPECT_EQ(get("/v1/events")["recent"][0]["values"]["cpu"], "97%");
}

TEST_F(ApiTest, GivesManyPageByPage) {
  const json first = get("/v1/components?limit=1");
  ASSERT_EQ(first["components"].size(), 1u);
  EXPECT_EQ(first["components"][0]["name"], "vm");
  const json second = get("/v1/components?limit=1&after=" + first["next"].dump());
  ASSERT_EQ(second["components"].size(), 1u);
  EXPECT_EQ(second["components"][0]["name"], "probe");
  EXPECT_EQ(second["next"], nullptr) << "there is no more";
  EXPECT_EQ(get("/v1/hosts?after=0")["hosts"].size(), 0u);
  EXPECT_EQ(refused(400, "GET", "/v1/components?limit=0"), "'limit' must be at least 1");
}

TEST_F(ApiTest, IsWhatItsOpenApiDocumentSays) {
  std::ifstream file(ATTUNE_SOURCE_ROOT "/docs/openapi.json");
  const json document = json::parse(file);
  std::set<std::string> documented;
  for (const auto& [path, methods] : document["paths"].items())
    for (const auto& [method, operation] : methods.items())
      documented.insert(upper(method) + " " + std::regex_replace(path, std::regex(R"(\{\w+\})"), "{}"));
  add_reload(api_, reloads_);
  add_traffic(api_, nullptr);
  const auto routes = api_.routes();
  EXPECT_EQ(documented, std::set(routes.begin(), routes.end()));
}

TEST_F(ApiTest, HasTheProjectReadAnewForWhoMayAdminister) {
  add_reload(api_, reloads_);
  reloads_.answers.push_back(
      ReloadAnswer{true, {{model::Difference::How::kChanged, "class setting", "app.max", "2", "3"}}, {}, {}});
  const Response response = ask("POST", "/v1/reload", R"({"wait": true})");
  EXPECT_EQ(response.status, 202);
  const json body = json::parse(response.body);
  EXPECT_EQ(body["differences"][0]["text"], "class setting app.max changed: 2 -> 3");
  EXPECT_EQ(body["obstacle"], nullptr);
  EXPECT_TRUE(reloads_.asked[0].wait);
  EXPECT_FALSE(reloads_.asked[0].dry_run);
  EXPECT_EQ(reloads_.asked[0].by, "attune (root)");
}

TEST_F(ApiTest, SaysWhyAProjectIsNotReadAnew) {
  add_reload(api_, reloads_);
  reloads_.answers.emplace_back(fail(ErrorCode::kExists, "not reloaded: these runs go on: 7 (cpu_high vm)"));
  EXPECT_EQ(refused(409, "POST", "/v1/reload", "{}"), "not reloaded: these runs go on: 7 (cpu_high vm)");
}

TEST_F(ApiTest, GivesTheLogAsAFeed) {
  EXPECT_TRUE(ask("GET", "/v1/log?from=5&follow=true&run=7").feed);
  EXPECT_THAT(daemon_.asked, ElementsAre("log 5 0 follow run 7"));
}

TEST_F(ApiTest, ExplainsARun) {
  daemon_.explained.run = 7;
  daemon_.explained.end = workflow::RunEnd::kDone;
  daemon_.explained.steps = {
      {WallTime{}, "host-chosen", "choose", "target = lab2", {{"lab1", "load 9%", "full"}}}};
  const json why = get("/v1/runs/7/why");
  EXPECT_EQ(why["end"], "done");
  EXPECT_EQ(why["event"], nullptr);
  EXPECT_EQ(why["steps"][0]["hosts"][0]["refused"], "full");
  EXPECT_EQ(ask("GET", "/v1/runs/8/why").status, 404);
  EXPECT_EQ(ask("GET", "/v1/runs/x/why").status, 400);
}

TEST_F(ApiTest, ExplainsAnEventToWhoMayOnlyLook) {
  role_ = Role::kLook;
  workflow::Prospect prospect;
  prospect.component = "vm";
  prospect.remedy = "in 12s";
  daemon_.unanswered.about.push_back({prospect, {}, {}});
  const Response asked = ask("POST", "/v1/events/explain", R"({"event": "cpu_high", "component": "vm"})");
  EXPECT_EQ(asked.status, 200);
  EXPECT_EQ(json::parse(asked.body)["about"][0]["verdict"], "suppressed");
  EXPECT_EQ(json::parse(asked.body)["about"][0]["remedy"], "in 12s");
  EXPECT_EQ(ask("POST", "/v1/events/explain", R"({"event": "flood"})").status, 404);
}

TEST_F(ApiTest, SendsAnEventInTheNameOfWhoAsks) {
  const Response sent =
      ask("POST", "/v1/events", R"({"event": "cpu_high", "component": "vm", "values": {"cpu": "97%"}})");
  EXPECT_EQ(sent.status, 202);
  EXPECT_EQ(json::parse(sent.body)["suppressed"], "cooldown until 12:00:31");
  EXPECT_THAT(daemon_.asked, ElementsAre("send cpu_high vm by attune (root) cpu=97%"));
}

TEST_F(ApiTest, CallsAStubAndWaitsForItsEnd) {
  const Response called =
      ask("POST", "/v1/calls", R"({"component": "vm", "stub": "migrate", "arguments": ["lab2"]})");
  EXPECT_EQ(called.status, 200);
  EXPECT_EQ(json::parse(called.body)["end"], "failed");
  EXPECT_EQ(json::parse(called.body)["message"], "no such image");
  EXPECT_THAT(daemon_.asked, ElementsAre("call vm.migrate by attune (root) lab2"));
}

TEST_F(ApiTest, DoesNotWaitWhereAskedNotTo) {
  const Response called = ask("POST", "/v1/calls", R"({"component": "vm", "stub": "start", "wait": false})");
  EXPECT_EQ(called.status, 202);
  EXPECT_EQ(json::parse(called.body)["run"], 8);
}

TEST_F(ApiTest, SetsAnAttributeOfItsType) {
  EXPECT_EQ(ask("PUT", "/v1/components/vm/attributes/memory", R"({"value": "256MiB"})").status, 200);
  ASSERT_EQ(daemon_.changes.size(), 1u);
  EXPECT_EQ(daemon_.changes[0], system::Change(system::AttributeSet{0, "memory", model::Size{256 << 20}}));
}

TEST_F(ApiTest, BindsAndUnbindsByName) {
  const std::string body = R"({"from": "vm", "role": "probe", "to": "probe"})";
  EXPECT_EQ(ask("POST", "/v1/bindings", body).status, 200);
  EXPECT_EQ(ask("DELETE", "/v1/bindings", body).status, 200);
  EXPECT_THAT(daemon_.changes, ElementsAre(system::Change(system::Bound{0, "probe", 1}),
                                           system::Change(system::Unbound{0, "probe", 1})));
}

TEST_F(ApiTest, TakesAPersonsWordThatAHostIsOff) {
  EXPECT_EQ(ask("POST", "/v1/hosts/lab1/off").status, 200);
  EXPECT_THAT(
      daemon_.changes,
      ElementsAre(system::Change(system::HostChanged{.host = "lab1", .state = system::HostState::kOff})));
  daemon_.refusal = Error{ErrorCode::kInvalid, "lab1 is up, not down"};
  EXPECT_EQ(ask("POST", "/v1/hosts/lab1/off").status, 400);
}

TEST_F(ApiTest, UndeploysStopsAndCancels) {
  ask("POST", "/v1/components/vm/undeploy");
  ask("POST", "/v1/undeploy", R"({"wait": false})");
  ask("POST", "/v1/stop");
  ask("DELETE", "/v1/runs/7");
  EXPECT_THAT(daemon_.asked, ElementsAre("undeploy vm by attune (root)", "undeploy all by attune (root)",
                                         "stop by attune (root)", "cancel 7 by attune (root)"));
}

TEST_F(ApiTest, ShowsAndSetsModes) {
  EXPECT_EQ(get("/v1/mode"), json({{"mode", "automatic"}, {"by", nullptr}, {"components", json::array()}}));
  EXPECT_EQ(ask("PUT", "/v1/mode", R"({"mode": "recommend"})").status, 200);
  const Response set = ask("PUT", "/v1/mode", R"({"mode": "paused", "component": "vm"})");
  EXPECT_THAT(daemon_.asked,
              ElementsAre("mode recommend by attune (root)", "mode paused vm by attune (root)"));
  EXPECT_EQ(json::parse(set.body), get("/v1/mode")) << "it answers with those that there are then";
  EXPECT_EQ(get("/v1/status")["mode"]["mode"], "recommend");
  EXPECT_EQ(get("/v1/mode")["components"][0],
            json({{"component", "vm"}, {"mode", "paused"}, {"by", "attune (root)"}}));
}

TEST_F(ApiTest, SaysWhatIsNoMode) {
  EXPECT_EQ(refused(400, "PUT", "/v1/mode", R"({"mode": "asleep"})"),
            "'asleep' is no mode: automatic, recommend or paused");
  EXPECT_EQ(refused(400, "PUT", "/v1/mode", "{}"), "'mode' is missing: a text is needed");
}

TEST_F(ApiTest, BeginsAndEndsTheMaintenanceOfAHost) {
  EXPECT_EQ(ask("POST", "/v1/hosts/lab1/maintenance").status, 200);
  EXPECT_EQ(ask("DELETE", "/v1/hosts/lab1/maintenance").status, 200);
  using system::HostChanged, system::Maintenance;
  EXPECT_THAT(daemon_.changes,
              ElementsAre(system::Change(HostChanged{.host = "lab1", .maintenance = Maintenance::kBegun}),
                          system::Change(HostChanged{.host = "lab1", .maintenance = Maintenance::kEnded})));
  EXPECT_EQ(get("/v1/hosts")["hosts"][0]["maintenance"], false);
  EXPECT_EQ(get("/v1/hosts")["hosts"][0]["site"], nullptr);
}

TEST_F(ApiTest, ApprovesARun) {
  EXPECT_EQ(ask("POST", "/v1/runs/7/approval").status, 200);
  EXPECT_THAT(daemon_.asked, ElementsAre("approve 7 by attune (root)"));
  daemon_.refusal = Error{ErrorCode::kInvalid, "run 7 goes on already"};
  EXPECT_EQ(ask("POST", "/v1/runs/7/approval").status, 400);
}

TEST_F(ApiTest, ResumesReactions) {
  EXPECT_EQ(ask("POST", "/v1/events/cpu_high/resume", R"({"component": "vm"})").status, 200);
  EXPECT_EQ(ask("POST", "/v1/events/cpu_high/resume").status, 200);
  EXPECT_THAT(daemon_.asked,
              ElementsAre("resume cpu_high vm by attune (root)", "resume cpu_high  by attune (root)"));
  daemon_.asked.clear();
  EXPECT_EQ(get("/v1/status")["switched_off"][0]["component"], "vm");
  role_ = Role::kLook;
  refused(403, "POST", "/v1/events/cpu_high/resume");
}

TEST_F(ApiTest, MakesAndRemovesComponents) {
  EXPECT_EQ(ask("POST", "/v1/components", R"({"class": "vm", "wait": false})").status, 202);
  EXPECT_EQ(ask("POST", "/v1/components/vm/remove").status, 200);
  EXPECT_THAT(daemon_.asked, ElementsAre("create vm by attune (root)", "remove vm by attune (root)"));
}

TEST_F(ApiTest, GivesAComponentAnotherHost) {
  EXPECT_EQ(ask("PUT", "/v1/components/vm/attributes/host", R"({"value": "lab1"})").status, 200);
  EXPECT_THAT(daemon_.changes, ElementsAre(system::Change(system::HostAssigned{0, "lab1"})));
}

TEST_F(ApiTest, WhoMayLookChangesNothing) {
  role_ = Role::kLook;
  get("/v1/status");
  EXPECT_EQ(ask("GET", "/metrics").status, 200);
  EXPECT_EQ(refused(403, "POST", "/v1/events", R"({"event": "cpu_high"})"),
            "attune (root) may look, and this needs to operate: see control.operate in attune.info");
  refused(403, "POST", "/v1/stop");
  refused(403, "PUT", "/v1/mode", R"({"mode": "paused"})");
  refused(403, "POST", "/v1/runs/7/approval");
  refused(403, "POST", "/v1/hosts/lab1/maintenance");
}

TEST_F(ApiTest, WhoMayOperateDoesNotRebuildTheSystem) {
  role_ = Role::kOperate;
  EXPECT_EQ(ask("DELETE", "/v1/runs/7").status, 200);
  EXPECT_EQ(ask("POST", "/v1/runs/7/approval").status, 200);
  EXPECT_EQ(ask("PUT", "/v1/mode", R"({"mode": "paused"})").status, 200);
  daemon_.asked.clear();
  for (const char* path : {"/v1/undeploy", "/v1/stop", "/v1/components/vm/remove", "/v1/hosts/lab1/off"})
    EXPECT_THAT(refused(403, "POST", path), HasSubstr("this needs to administer"));
  refused(403, "PUT", "/v1/components/vm/attributes/memory", R"({"value": "256MiB"})");
  refused(403, "POST", "/v1/calls", R"({"component": "vm", "stub": "undeploy"})");
}

TEST_F(ApiTest, SaysWhatIsNotThere) {
  EXPECT_EQ(refused(404, "GET", "/v1/nothing"), "there is no /v1/nothing");
  EXPECT_EQ(refused(404, "GET", "/v1/components/none"), "there is no component 'none': see `attune status`");
  EXPECT_THAT(refused(404, "PUT", "/v1/components/vm/attributes/host", R"({"value": "nohost"})"),
              HasSubstr("there is no host 'nohost'"));
  EXPECT_THAT(refused(404, "PUT", "/v1/components/vm/attributes/colour", R"({"value": "red"})"),
              HasSubstr("class 'vm' has no attribute 'colour'"));
  EXPECT_EQ(refused(405, "DELETE", "/v1/status"), "/v1/status is not for DELETE, but for GET");
}

TEST_F(ApiTest, SaysWhatIsWrongWithTheBody) {
  EXPECT_THAT(refused(400, "POST", "/v1/events", "nonsense"), HasSubstr("the body must be a JSON object"));
  EXPECT_THAT(refused(400, "POST", "/v1/events", "[1]"), HasSubstr("the body must be a JSON object"));
  EXPECT_EQ(refused(400, "POST", "/v1/events", "{}"), "'event' is missing: a text is needed");
  EXPECT_EQ(refused(400, "POST", "/v1/components", "{}"), "'class' is missing: a text is needed");
  EXPECT_EQ(refused(400, "POST", "/v1/events", R"({"event": 5})"), "'event' must be a text");
  EXPECT_EQ(refused(400, "POST", "/v1/events", R"({"event": "e", "values": {"cpu": 97}})"),
            "'cpu' in 'values' must be a text, such as \"97%\"");
  EXPECT_EQ(refused(400, "POST", "/v1/events", R"({"event": "e", "values": []})"),
            "'values' must be an object of texts");
  EXPECT_EQ(refused(400, "POST", "/v1/calls", R"({"component": "vm", "stub": "s", "arguments": "x"})"),
            "'arguments' must be a list of texts");
  EXPECT_EQ(refused(400, "POST", "/v1/calls", R"({"component": "vm", "stub": "s", "wait": "x"})"),
            "'wait' must be true or false");
  EXPECT_THAT(refused(400, "POST", "/v1/stop", R"({"now": true})"), HasSubstr("'now' means nothing here"));
  EXPECT_THAT(refused(400, "PUT", "/v1/components/vm/attributes/memory", R"({"value": "much"})"),
              HasSubstr("vm.memory: "));
}

TEST_F(ApiTest, ReadsNoBodyOfEndlesslyManyMembersOrLevels) {
  std::string many = "{\"event\": \"cpu_high\", \"values\": {";
  for (int i = 0; i < 100'000; ++i) many += "\"" + std::to_string(i) + "\":1,";
  many += "\"last\": 1}}";
  const std::string deep = "{\"values\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  for (const std::string& body : {many, deep}) {
    EXPECT_THAT(refused(400, "POST", "/v1/events/explain", body), HasSubstr("more than 1000 members"));
    EXPECT_THAT(refused(400, "POST", "/v1/events", body), HasSubstr("more than 16 levels"));
  }
}

TEST_F(ApiTest, LeavesNothingUnreadThatAskedForSomething) {
  for (const auto& [method, path] : {std::pair("POST", "/v1/hosts/lab1/off"),
                                     {"POST", "/v1/hosts/lab1/maintenance"},
                                     {"DELETE", "/v1/hosts/lab1/maintenance"},
                                     {"POST", "/v1/runs/7/approval"},
                                     {"DELETE", "/v1/runs/7"}}) {
    EXPECT_THAT(refused(400, method, path, R"({"dry_run": true})"),
                HasSubstr("'dry_run' means nothing here"));
    EXPECT_THAT(refused(400, method, path, "[]"), HasSubstr("must be a JSON object"));
    EXPECT_THAT(refused(400, method, std::string(path) + "?dry_run=true"),
                HasSubstr("'dry_run' in the query"));
  }
  EXPECT_EQ(refused(400, "GET", "/v1/log?form=3"),
            "'form' in the query means nothing here; known are: from, last, run, follow");
  EXPECT_THAT(refused(400, "GET", "/v1/status", "{}"), HasSubstr("a GET has no body"));
}

TEST_F(ApiTest, WhoIsNobodyMayDoNothing) {
  EXPECT_EQ(Request().role, Role::kNone) << "what a door forgets to say is not given";
  role_ = Role::kNone;
  refused(403, "GET", "/v1/status");
}

TEST_F(ApiTest, SaysWhatIsWrongWithTheQuery) {
  EXPECT_EQ(refused(400, "GET", "/v1/log?from=x"), "'from' must be a whole number, not 'x'");
  EXPECT_EQ(refused(400, "GET", "/v1/log?follow=maybe"), "'follow' must be true or false, not 'maybe'");
  EXPECT_EQ(refused(400, "DELETE", "/v1/runs/last"), "'run' must be a whole number, not 'last'");
}

TEST_F(ApiTest, HandsOnWhyTheDaemonRefuses) {
  daemon_.refusal = Error{ErrorCode::kExists, "probe is bound already"};
  const Response refused = ask("POST", "/v1/bindings", R"({"from": "vm", "role": "probe", "to": "probe"})");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(error_of(refused.body), *daemon_.refusal);
  EXPECT_EQ(ask("POST", "/v1/stop").status, 409);
  EXPECT_EQ(ask("POST", "/v1/events", R"({"event": "e"})").status, 409);
}

TEST(Target, IsReadWithItsPercentSigns) {
  Request request;
  ASSERT_TRUE(read_target("/v1/a%20b?from=5&x=%26&flag", request));
  EXPECT_EQ(request.path, "/v1/a b");
  EXPECT_EQ(request.query.at("from"), "5");
  EXPECT_EQ(request.query.at("x"), "&");
  EXPECT_EQ(request.query.at("flag"), "");
  for (const char* bad : {"", "x", "/%", "/%2", "/%zz", "/?a=%g0"})
    EXPECT_FALSE(read_target(bad, request)) << bad;
}

TEST(Target, ReadsWhatItEncoded) {
  std::string all;
  for (int i = 1; i < 256; ++i) all += static_cast<char>(i);
  Request request;
  ASSERT_TRUE(read_target("/v1?q=" + encoded(all), request));
  EXPECT_EQ(request.query.at("q"), all);
}

TEST(Errors, HaveAStatusAndReadBack) {
  const Error error{ErrorCode::kNoSpace, "the disk is full"};
  const Response response = error_response(error);
  EXPECT_EQ(response.status, 507);
  EXPECT_EQ(response.body, "{\"code\":\"no-space\",\"message\":\"the disk is full\"}\n");
  EXPECT_EQ(error_of(response.body), error);
  EXPECT_EQ(error_of("<html>").code, ErrorCode::kFailed);
}

TEST(Errors, MayHoldAnyBytes) {
  EXPECT_EQ(error_of(error_response({ErrorCode::kFailed, "a\xff\x1b"}).body).message, "a\\xff\\x1b");
}

}  // namespace
}  // namespace attune::control
