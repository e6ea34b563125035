// SPDX-License-Identifier: Apache-2.0
// Secrets on their way to real programs, on this machine and over SSH, and what programs say of them.
#include "wrappers/secrets.h"

#include <sys/stat.h>

#include "runtime/transport/ssh_shell.h"
#include "tests/support/sshd.h"
#include "tests/wrappers/local_fixture.h"
#include "wrappers/process.h"
#include "wrappers/script.h"

namespace attune::wrappers {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kSecret = "it's $HOME \"x\" \\n";

class SecretsTest : public LocalTest {
 protected:
  SecretsTest() {
    keep(kSecret);
    add_secrets(small_);
    app_ = small_.make("app", "lab1");
    script_id_ = small_.make("script", "lab1");
  }
  void add_secrets(WrapperWorld& to) const {
    for (model::Class& of : to.project.classes) {
      if (of.name == "app" || of.name == "script")
        of.attributes.push_back({"password", model::Type::kSecret, model::Value(source()), {}});
    }
  }
  model::Secret source() const { return {dir_ / "password"}; }
  void keep(std::string_view secret) {
    dir_.write("password", std::string(secret) + "\n");
    std::filesystem::permissions(dir_ / "password", std::filesystem::perms(0600));
  }
  std::string run_script(const std::string& text) {
    deployed("script1", "run", text);
    return await(begin(script_, small_.call(script_id_, "Script", "run")));
  }
  std::string call(Process& process, WrapperWorld& world, const std::string& operation,
                   const std::vector<std::string>& arguments = {}) {
    return await(begin(process, world.call(app_, "Process", operation, arguments)));
  }
  std::string redacted_text(std::string output) const {
    const auto end = redacted(small_.system, secrets_of_now(small_.system),
                              ports::CommandEnd(ports::Exited{1, std::move(output), {}}));
    const auto& exited = std::get<ports::Exited>(*end);
    return exited.output + exited.error_output;
  }

  Script script_{small_.world};
  Process process_{small_.world};
  system::ComponentId app_ = system::kNoComponent, script_id_ = system::kNoComponent;
};

// Notes what it was given: its secret, its arguments, and all that a list of processes would show.
constexpr char kNosy[] =
    "printf %s \"$ATTUNE_SECRET_password\" > got\n"
    "cat > input\n"
    "for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline; echo; done > processes 2>/dev/null\n";

TEST_F(SecretsTest, AScriptGetsItsOwnInItsEnvironmentAndNowhereElse) {
  EXPECT_EQ(run_script(kNosy), "exited 0");
  EXPECT_EQ(dir_.read("host/small/components/script1/got"), kSecret);
  EXPECT_EQ(dir_.read("host/small/components/script1/input"), "");
  EXPECT_THAT(dir_.read("host/small/components/script1/processes"),
              AllOf(HasSubstr("./run run"), Not(HasSubstr("it's $HOME"))));
}

TEST_F(SecretsTest, WhatAScriptSaysOfThemIsTakenOut) {
  EXPECT_EQ(run_script("printf 'password is <%s>\\n' \"$ATTUNE_SECRET_password\" >&2\nexit 3\n"),
            "exited 3: run run on lab1 ended with code 3: password is <***>");
}

TEST_F(SecretsTest, AProgramGetsItsOwnInItsEnvironment) {
  deployed("app1", "server", "printf %s \"$ATTUNE_SECRET_password\" > got\nexec sleep 1000\n");
  EXPECT_EQ(call(process_, small_, "start", {"./server"}), "exited 0");
  await_text("host/small/components/app1/got", std::string(kSecret));
  EXPECT_EQ(call(process_, small_, "kill"), "exited 0");
}

TEST_F(SecretsTest, TheLastWordsOfAProgramAreTakenOut) {
  deployed("app1", "server", "printf 'refused: %s\\n' \"$ATTUNE_SECRET_password\"\nexit 1\n");
  EXPECT_THAT(call(process_, small_, "start", {"./server"}), HasSubstr("it ended at once: refused: ***"));
}

TEST_F(SecretsTest, AConfiguredFileHasThemAndIsItsOwnersAlone) {
  dir_.write("project/site.conf", "password = $this.password\nall = $app.password\n");
  deployed("app1", "server", "");
  EXPECT_EQ(call(process_, small_, "configure", {"site.conf", "site.conf"}), "exited 0");
  EXPECT_EQ(dir_.read("host/small/components/app1/site.conf"),
            fmt::format("password = {}\nall = {}\n", kSecret, kSecret));
  struct stat status {};
  ASSERT_EQ(::stat((dir_ / "host/small/components/app1/site.conf").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST_F(SecretsTest, ThatCannotBeReadFailTheCallAndNameAttributeAndSource) {
  small_.set(app_, "password", model::Value(model::Secret{"env:ATTUNE_NOT_SET"}));
  EXPECT_THAT(call(process_, small_, "start", {"./server"}),
              AllOf(HasSubstr("app1.password: "), HasSubstr("'env:ATTUNE_NOT_SET'")));
  dir_.write("project/site.conf", "$this.password");
  EXPECT_THAT(call(process_, small_, "configure", {"site.conf", "site.conf"}),
              AllOf(HasSubstr("site.conf: $this.password: "), HasSubstr("'env:ATTUNE_NOT_SET'")));
}

TEST_F(SecretsTest, AScriptWhoseSecretCannotBeReadIsNotTakenForStopped) {
  std::filesystem::remove(dir_ / "password");
  EXPECT_EQ(adopted(script_, script_id_), "script1 did not say whether it runs");
}

TEST_F(SecretsTest, OfSeveralLinesAreTakenOutLineByLine) {
  keep("-----BEGIN\nabcdef\nxy\n-----END");
  EXPECT_EQ(redacted_text("got -----BEGIN\nabcdef\nxy\n-----END."), "got ***.");
  EXPECT_EQ(redacted_text("line abcdef, xy"), "line ***, xy");
}

TEST_F(SecretsTest, ThatAreSetLaterAreTakenOutToo) {
  dir_.write("other", "word\n");
  std::filesystem::permissions(dir_ / "other", std::filesystem::perms(0600));
  small_.set(app_, "password", model::Value(model::Secret{dir_ / "other"}));
  EXPECT_EQ(redacted_text("a word"), "a ***");
}

TEST_F(SecretsTest, ThatAreReplacedWhileTheCallRunsAreTakenOutAsTheyWere) {
  const std::string replace = fmt::format("printf new > '{}'\n", dir_ / "password");
  EXPECT_EQ(run_script(replace + "printf 'had <%s>, has <new>' \"$ATTUNE_SECRET_password\" >&2\nexit 3\n"),
            "exited 3: run run on lab1 ended with code 3: had <***>, has <***>");
}

TEST_F(SecretsTest, WhatAHostSaysOfThemInAnErrorIsTakenOut) {
  const Redaction now = secrets_of_now(small_.system);
  const std::string says = fmt::format("it says '{}'", kSecret);
  EXPECT_EQ(redacted(small_.system, now, fail(ErrorCode::kDenied, says)).error().message, "it says '***'");
  EXPECT_EQ(std::get<ports::Lost>(*redacted(small_.system, now, ports::CommandEnd(ports::Lost{says}))).why,
            "it says '***'");
}

TEST_F(SecretsTest, WhileOneCannotBeReadNothingIsTold) {
  std::filesystem::remove(dir_ / "password");
  EXPECT_THAT(redacted_text("anything"),
              AllOf(HasSubstr("is withheld: "), HasSubstr(dir_ / "password"), Not(HasSubstr("anything"))));
}

TEST_F(SecretsTest, OverSshAreInNoListOfProcessesEither) {
  const test::Sshd sshd;
  transport::SshShell ssh(loop_, {});
  WrapperWorld remote(loop_, clock_, ssh, land_, there(sshd.target()));
  add_secrets(remote);
  remote.apply(system::HostChanged{.host = "lab1", .state = system::HostState::kUp});
  const system::ComponentId id = remote.make("script", "lab1");
  deployed("script1", "run", kNosy);
  Script script(remote.world);
  EXPECT_EQ(await(begin(script, remote.call(id, "Script", "run"))), "exited 0");
  EXPECT_EQ(dir_.read("host/small/components/script1/got"), kSecret);
  EXPECT_THAT(dir_.read("host/small/components/script1/processes"),
              AllOf(HasSubstr("./run run"), Not(HasSubstr("it's $HOME")), Not(HasSubstr("ATTUNE_SECRET"))));
  loop_.settle();
}

}  // namespace
}  // namespace attune::wrappers
