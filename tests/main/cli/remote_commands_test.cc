// SPDX-License-Identifier: Apache-2.0
// Commands that ask a manager over TCP.
#include <atomic>
#include <cstdlib>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "runtime/control/router.h"
#include "runtime/control/tokens.h"
#include "tests/main/cli/daemon_fixture.h"
#include "tests/support/certificate.h"

namespace attune::cli {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class RemoteCommandsTest : public DaemonFixture {
 protected:
  RemoteCommandsTest() {
    folder_.write("tokens", administer_.line + "\n" + look_.line + "\n");
    folder_.write("alice", administer_.token + "\n");
    folder_.write("prometheus", look_.token + "\n");
    open(api_);
  }
  void open(control::Answerer& answerer) {
    control::RemoteDoor door;
    door.listen.address = "127.0.0.1";
    door.certificate = certificate_.certificate;
    door.key = certificate_.key;
    door.tokens = folder_ / "tokens";
    on_loop([&] {
      auto opened = control::Server::open_remote(door, loop_, answerer, log_);
      if (opened) remote_ = std::move(*opened);
    });
    EXPECT_TRUE(remote_);
  }
  ~RemoteCommandsTest() override {
    on_loop([this] { remote_.reset(); });
    for (const char* variable : {"ATTUNE_URL", "ATTUNE_TOKEN_FILE", "ATTUNE_CA"})
      ::unsetenv(variable);  // NOLINT(concurrency-mt-unsafe): the other threads read none
  }

  std::string url() const { return "https://" + remote_->place(); }
  std::string as(const std::string& who) const {
    return " --url " + url() + " --ca " + certificate_.certificate + " --token-file " + (folder_ / who);
  }
  // Without the run folder that the fixture's own stands for.
  Ran type(const std::string& line) { return far_.type(line); }

  const test::TempDir folder_;
  const test::Certificate certificate_ = test::make_certificate(folder_.path(), "manager");
  const control::NewToken administer_ = *control::make_token(control::Role::kAdminister, "alice");
  const control::NewToken look_ = *control::make_token(control::Role::kLook, "prometheus");
  std::unique_ptr<control::Server> remote_;
  Transcript far_;
};

TEST_F(RemoteCommandsTest, AskAndActByATokenAndAreNamedWithWhereFrom) {
  EXPECT_THAT(type("status" + as("prometheus")).out, HasSubstr("lab1"));
  EXPECT_THAT(type("log --last 5" + as("prometheus")).code, ExitCode::kDone);
  EXPECT_EQ(type("off lab1" + as("alice")).code, ExitCode::kDone);
  std::vector<std::string> asked;
  on_loop([&] { asked = daemon_.asked; });
  EXPECT_THAT(asked, Contains("change by attune (alice@127.0.0.1)"));
  const Ran refused = type("off lab1" + as("prometheus"));
  EXPECT_EQ(refused.code, ExitCode::kRefused);
  EXPECT_THAT(refused.err, HasSubstr("attune (prometheus@127.0.0.1) may look"));
}

// The number of a process on the manager's machine is somebody else's here.
TEST_F(RemoteCommandsTest, StopAsksTheDoorWhetherAManagerElsewhereHasEnded) {
  control::Router stopping;
  std::atomic<int> asked = 0;
  stopping.add(control::Role::kLook, "GET", "/v1/status",
               [&](const control::Request&, const control::PathWords&, const control::Respond& respond) {
                 const std::string state = ++asked < 3 ? "stopping" : "running";
                 respond({200, R"({"process": 1, "state": ")" + state + "\"}", nullptr});
               });
  stopping.add(control::Role::kAdminister, "POST", "/v1/stop",
               [](const control::Request&, const control::PathWords&, const control::Respond& respond) {
                 respond({200, R"({"run": 8, "end": "done"})", nullptr});
               });
  open(stopping);
  EXPECT_EQ(type("stop" + as("alice")).code, ExitCode::kDone);
  EXPECT_EQ(asked, 3);
  on_loop([this] { remote_.reset(); });  // before what answers
}

TEST_F(RemoteCommandsTest, SayThatAnAnswerIsNone) {
  control::Router strange;
  strange.add(control::Role::kAdminister, "POST", "/v1/undeploy",
              [](const control::Request&, const control::PathWords&, const control::Respond& respond) {
                respond({200, R"(["\u001b[2J"])", nullptr});
              });
  open(strange);
  const Ran ran = type("undeploy --all" + as("alice"));
  EXPECT_EQ(ran.code, ExitCode::kFailed);
  EXPECT_THAT(ran.err, HasSubstr("an answer that is none"));
  on_loop([this] { remote_.reset(); });
}

TEST_F(RemoteCommandsTest, TakeWhereAndWhoFromTheEnvironment) {
  ::setenv("ATTUNE_URL", url().c_str(), 1);                       // NOLINT(concurrency-mt-unsafe)
  ::setenv("ATTUNE_TOKEN_FILE", (folder_ / "alice").c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
  ::setenv("ATTUNE_CA", certificate_.certificate.c_str(), 1);     // NOLINT(concurrency-mt-unsafe)
  EXPECT_EQ(type("status").code, ExitCode::kDone);
  EXPECT_EQ(type("status -p migration --run-dir " + run_folder_.path().string()).code, ExitCode::kDone);
}

TEST_F(RemoteCommandsTest, SayWhatIsMissing) {
  const auto complaint = [&](const std::string& line, ExitCode code = ExitCode::kNoDaemon) {
    const Ran ran = type(line);
    EXPECT_EQ(ran.code, code) << line;
    return ran.err;
  };
  EXPECT_THAT(complaint("status --url " + url(), ExitCode::kUsage),
              HasSubstr("--token-file or ATTUNE_TOKEN_FILE"));
  EXPECT_THAT(complaint("status --url http://x", ExitCode::kUsage), HasSubstr("no URL of a manager"));
  EXPECT_THAT(complaint("status -p web" + as("alice"), ExitCode::kUsage), HasSubstr("leave out --project"));
  EXPECT_THAT(complaint("status --url " + url() + " --token-file " + (folder_ / "alice")), HasSubstr("--ca"));
  folder_.write("empty", "\n");
  EXPECT_THAT(complaint("status" + as("empty")), HasSubstr("holds no token"));
  std::filesystem::permissions(folder_ / "alice", std::filesystem::perms(0644));
  EXPECT_THAT(complaint("status" + as("alice")), HasSubstr("chmod 0600"));
}

TEST_F(RemoteCommandsTest, MakeATokenThatOpensTheDoor) {
  const auto made = nlohmann::json::parse(type("token look carol --json").out);
  folder_.write("carol", made["token"].get<std::string>());
  folder_.write("tokens.new", made["line"].get<std::string>());
  std::filesystem::rename(folder_ / "tokens.new", folder_ / "tokens");
  EXPECT_EQ(type("status" + as("carol")).code, ExitCode::kDone);
  EXPECT_EQ(type("status" + as("alice")).code, ExitCode::kRefused);
  EXPECT_THAT(type("token root x").err, HasSubstr("'root' is no role"));
  EXPECT_THAT(type("token look a@b").err, HasSubstr("cannot be a name"));
}

}  // namespace
}  // namespace attune::cli
