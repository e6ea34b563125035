// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/torture/host_patient.h"

#include <deque>
#include <functional>
#include <optional>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/base/diagnostic.h"
#include "runtime/deploy/deployer.h"
#include "tests/support/hand_loop.h"
#include "tests/support/project_builder.h"
#include "tests/support/temp_dir.h"
#include "tests/wrappers/vm_land.h"

namespace attune::torture {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// A host that ends each command at once, with what the test says of it.
class AnsweringShell final : public ports::Shell {
 public:
  Task<Result<ports::CommandEnd>> run(ports::HostTarget, ports::Command command, std::stop_token) override {
    std::string words;
    for (const std::string& word : command.argv) words += word + '\n';
    ports::Exited exited = answer(words);
    if (command.on_line) {
      for (size_t at = 0; at < exited.output.size();) {
        const size_t end = std::min(exited.output.find('\n', at), exited.output.size());
        command.on_line(std::string_view(exited.output).substr(at, end - at));
        at = end + 1;
      }
      exited.output.clear();
    }
    if (exited.output.size() > ports::Command::kMaxOutput) exited.output = "[... left out ...]\n";
    said.push_back(std::move(words));
    co_return ports::CommandEnd(std::move(exited));
  }
  void watch(ports::HostTarget, Duration, std::function<void(ports::HostHealth)>) override {}
  void unwatch(const std::string&) override {}

  std::function<ports::Exited(const std::string& words)> answer = [](const std::string&) {
    return ports::Exited{};
  };
  std::deque<std::string> said;
};

model::Stub stub(std::string name, std::string key, std::string operation) {
  return {std::move(name), std::move(key), std::move(operation), {}, std::chrono::seconds(60), {}};
}

// "app", which is bound to "store": both of one host.
class HostPatientTest : public ::testing::Test {
 protected:
  model::Project shop(const std::string& app_key, const std::string& store_key) const {
    model::Project made = attune::testing::ProjectBuilder()
                              .family("lab", {"lab1"})
                              .component("store", "lab", 1)
                              .wrapper("store")
                              .component("app", "lab", 1)
                              .wrapper("app")
                              .association("app", {0, 9}, {1, 1}, "store", "store")
                              .build();
    made.name = "shop";
    if (!secret_.empty())
      made.classes.back().attributes.push_back(
          {"password", model::Type::kSecret, model::Value(model::Secret{secret_}), {}});
    made.families.front().protocol = Protocol::kLocal;
    made.families.front().hypervisor = "test://{name}";
    const auto add = [&](const std::string& name, const std::string& key) {
      made.wrappers[name].name = name;
      if (!key.empty()) made.wrappers[name].stubs = {stub("start", key, "start"), stub("stop", key, "stop")};
    };
    add("app", app_key);
    add("store", store_key);
    return made;
  }
  // Why it cannot be begun; empty where it can.
  std::string refusal(const std::string& app_key, const std::string& store_key = {}) {
    const model::Project project = shop(app_key, store_key);
    Diagnostics found;
    const model::Instances instances = model::instantiate(project, found);
    patient_.emplace(
        project, "torture-x",
        HostPatient::Surroundings{loop_, loop_, shell_, land_, deployer_, "/usr/share/attune", "/run/pipe"});
    return done(patient_->set_up(instances, "app", ""));
  }
  void tear_down() { EXPECT_EQ(done(patient_->tear_down()), ""); }

  std::string done(Task<Result<int>> task) {
    std::optional<std::string> end;
    start<Result<int>>(std::move(task),
                       [&](Result<int> result) { end = result ? std::string() : result.error().message; });
    loop_.turn();
    return end.value_or("it goes on");
  }
  std::optional<Sight> seen() {
    std::optional<Sight> sight;
    start<Result<Sight>>(patient_->look(), [&](Result<Sight> end) {
      if (end) sight = *std::move(end);
    });
    loop_.turn();
    return sight;
  }
  // A host where the unit, or the agent's resource, runs, or is as the code says.
  void has(int code) {
    shell_.answer = [code](const std::string& words) {
      const bool is_asked =
          words.find("\nis-active\n") != words.npos || words.find("\nmonitor\n") != words.npos;
      return ports::Exited{is_asked ? code : 0, is_asked && code == 3 ? "inactive" : "", ""};
    };
  }

  std::string secret_;  // where the app's is
  test::HandLoop loop_;
  AnsweringShell shell_;
  wrappers::VmLand land_{loop_};
  deploy::Deployer deployer_{loop_, shell_};
  std::optional<HostPatient> patient_;
};

TEST_F(HostPatientTest, AUnitThatRunsIsRefusedAndNotTouched) {
  has(0);
  EXPECT_THAT(refusal("systemd:postgresql.service"),
              HasSubstr("systemd:postgresql.service runs on lab1 already, and torture would end it"));
  shell_.said.clear();
  tear_down();
  EXPECT_THAT(shell_.said, Not(Contains(HasSubstr("postgresql.service"))));
}

TEST_F(HostPatientTest, AUnitThatIsOffMayBeTortured) {
  has(3);
  EXPECT_EQ(refusal("systemd:postgresql.service"), "");
  ASSERT_TRUE(seen());
  EXPECT_THAT(shell_.said.back(), HasSubstr("postgresql.service"));  // what runs there now is the component's
}

TEST_F(HostPatientTest, SystemdForgetsBeforeEachCallHowOftenAUnitWasStarted) {
  has(3);
  ASSERT_EQ(refusal("systemd:postgresql.service"), "");
  shell_.said.clear();
  start<Result<Patient::Called>>(patient_->call("start", {}, 1), [](const Result<Patient::Called>&) {});
  loop_.turn();
  ASSERT_GE(shell_.said.size(), 2u);
  EXPECT_THAT(shell_.said[0], HasSubstr("systemctl reset-failed"));
  EXPECT_THAT(shell_.said[1], HasSubstr("\nstart\n--\npostgresql.service\n"));
}

TEST_F(HostPatientTest, AUnitThatSystemdStartsAgainIsKept) {
  const std::string key = "systemd:postgresql.service";
  shell_.answer = [](const std::string& words) {
    if (words.find("\nis-active\n") != words.npos) return ports::Exited{3, "inactive", ""};
    const bool is_asked = words.find("-p Restart ") != words.npos;
    return ports::Exited{0, is_asked ? "postgresql.service\n" : "", ""};
  };
  ASSERT_EQ(refusal(key), "");
  EXPECT_EQ(patient_->stubs().front().kept_by, "systemd");
  has(3);
  ASSERT_EQ(refusal(key), "");
  EXPECT_EQ(patient_->stubs().front().kept_by, "");
}

TEST_F(HostPatientTest, AUnitOfWhichNobodyCanTellIsRefused) {
  has(200);  // without systemd
  EXPECT_THAT(refusal("systemd:postgresql.service"), HasSubstr("cannot be told, and torture would end it"));
}

TEST_F(HostPatientTest, AContainerIsLookedForByItsNameAndRemoved) {
  ASSERT_EQ(refusal("podman"), "");
  const std::string name = "\nattune-shop-torture-x-app\n";
  ASSERT_TRUE(seen());
  EXPECT_THAT(shell_.said.back(), HasSubstr(name));
  shell_.said.clear();
  tear_down();
  EXPECT_THAT(shell_.said, Contains(::testing::AllOf(HasSubstr("podman rm --force"), HasSubstr(name))));
}

TEST_F(HostPatientTest, AllOfWhatAHostHasIsSeen) {
  ASSERT_EQ(refusal("Script"), "");
  shell_.answer = [](const std::string&) {
    std::string files;
    for (int i = 0; i < 20'000; ++i)
      files += fmt::format("f /var/lib/attune/shop/components/app/data/{:064}\n", i);
    return ports::Exited{0, files, ""};
  };
  const auto sight = seen();
  ASSERT_TRUE(sight);
  EXPECT_EQ(sight->files.size(), 20'000u);
}

TEST_F(HostPatientTest, TheLastWordsTellNoSecret) {
  const test::TempDir dir;
  secret_ = dir.write("password", "hunter2");
  ASSERT_EQ(refusal("Script"), "");
  shell_.answer = [](const std::string&) { return ports::Exited{0, "o cannot log in with hunter2\n", ""}; };
  const auto sight = seen();
  ASSERT_TRUE(sight);
  EXPECT_EQ(sight->last_words, "cannot log in with ***");
}

TEST_F(HostPatientTest, AnAgentsResourceThatRunsIsRefused) {
  has(0);
  EXPECT_THAT(refusal("ocf:heartbeat:pgsql"), HasSubstr("ocf:heartbeat:pgsql runs on lab1 already"));
  has(7);
  EXPECT_EQ(refusal("ocf:heartbeat:pgsql"), "");
}

TEST_F(HostPatientTest, ACompanionThatRunsIsRefusedAndNotStopped) {
  has(0);
  EXPECT_THAT(refusal("Script", "systemd:postgresql.service"),
              HasSubstr("systemd:postgresql.service runs on lab1 already"));
  tear_down();
  EXPECT_THAT(shell_.said, Not(Contains(HasSubstr("\nstop\n"))));
}

TEST_F(HostPatientTest, AMachineOfTheNameIsRefusedWhoseverItIs) {
  land_.host("lab1").domains["app"] = ports::DomainState::kShutOff;
  EXPECT_THAT(refusal("VM"), HasSubstr("lab1 has a machine app already"));
  land_.host("lab1").domains.clear();
  EXPECT_EQ(refusal("VM"), "");
  EXPECT_THAT(land_.deeds, IsEmpty());
}

}  // namespace
}  // namespace attune::torture
