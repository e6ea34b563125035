// SPDX-License-Identifier: Apache-2.0
// A Secret in the real daemon: in the file that is configured, in its program's environment, and nowhere
// else.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/small_project.h"

namespace attune::main {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using workflow::CallEnded;
using workflow::RunEnd;
using workflow::RunEnded;

constexpr char kSecret[] = "hunter2-of-the-shop";

constexpr char kWrapper[] =
    "<wrapper name='app'>\n"
    "  <method name='configure' key='Process' method='configure'>\n"
    "    <param value='app.conf.in'/><param value='app.conf'/>\n"
    "  </method>\n"
    "  <method name='start' key='Process' method='start'>\n"
    "    <param value='./service.sh'/><param value='$this.srname'/><param value='$this.notes'/>\n"
    "  </method>\n"
    "  <method name='stop' key='Process' method='stop'/>\n"
    "  <method name='status' key='Process' method='status'/>\n"
    "  <method name='tell' key='Script' method='tell.sh'><param value='$1'/></method>\n"
    "</wrapper>\n";

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class SecretsTest : public DaemonTest {
 protected:
  SecretsTest() {
    write("deployment.mmd",
          deployment(1, fmt::format("    +password: Secret = \"{}\"\n", dir_ / "password")));
    write("wrappers/app.xml", kWrapper);
    write("app.conf.in", "password = $this.password\n");
    write("tell.sh", "#!/bin/sh\necho \"it is $ATTUNE_SECRET_password\" >&2\nexit \"$2\"\n");
    write("diagrams/start.mmd",
          "stateDiagram-v2\n"
          "  [*] --> begin\n"
          "  begin : app.deploy()\n"
          "  begin : app.configure()\n"
          "  begin : app.start()\n"
          "  begin --> [*]\n");
    dir_.write("password", std::string(kSecret) + "\n");
    std::filesystem::permissions(dir_ / "password", std::filesystem::perms(0600));
  }
  std::string call(std::string_view stub, std::string_view argument) {
    return daemon_
        .try_ask("POST", "/v1/calls",
                 fmt::format(R"({{"component": "app", "stub": "{}", "arguments": ["{}"]}})", stub, argument))
        .value_or("");
  }
  // The files below the test's folder that have it.
  std::vector<std::string> holders() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_.path())) {
      if (entry.is_regular_file() && content_of(entry.path()).find(kSecret) != std::string::npos)
        found.push_back(std::filesystem::relative(entry.path(), dir_.path()).string());
    }
    return found;
  }
  static std::string command_lines() {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      const std::string name = entry.path().filename().string();
      if (name.find_first_not_of("0123456789") == name.npos) all += content_of(entry.path() / "cmdline");
    }
    return all;
  }
};

TEST_F(SecretsTest, AreInTheConfiguredFileAndNowhereElse) {
  daemon_.start();
  ASSERT_EQ(daemon_.await<RunEnded>().end, RunEnd::kDone);
  call("tell", "0");
  call("tell", "1");
  const auto told = daemon_.await<CallEnded>([](const CallEnded& end) { return !is_success(end.outcome); });
  EXPECT_THAT(std::get<workflow::CallExited>(told.outcome).message, HasSubstr("it is ***"));
  EXPECT_THAT(content_of(fmt::format("/proc/{}/environ", process_of("app"))), HasSubstr(kSecret));
  for (const char* view : {"/v1/components", "/v1/status", "/v1/tree", "/v1/runs", "/v1/log"})
    EXPECT_THAT(daemon_.ask("GET", view), AllOf(Not(IsEmpty()), Not(HasSubstr(kSecret)))) << view;
  EXPECT_THAT(daemon_.ask("GET", "/v1/components"), HasSubstr(dir_ / "password"));
  EXPECT_THAT(daemon_.log(), Not(HasSubstr(kSecret)));
  EXPECT_THAT(command_lines(), Not(HasSubstr(kSecret)));
  EXPECT_THAT(holders(), ::testing::UnorderedElementsAre("password", HasSubstr("components/app/app.conf")));
}

TEST_F(SecretsTest, AreSetByTheirSourceAlone) {
  daemon_.start();
  ASSERT_EQ(daemon_.await<RunEnded>().end, RunEnd::kDone);
  const auto set = [&](const std::string& value) {
    const auto answer = daemon_.try_ask("PUT", "/v1/components/app/attributes/password",
                                        fmt::format(R"({{"value": "{}"}})", value));
    return answer ? *answer : answer.error().message;
  };
  EXPECT_THAT(set("hunter3"), AllOf(HasSubstr("credential:NAME"), Not(HasSubstr("hunter3"))));
  EXPECT_THAT(set("credential:db"), HasSubstr("write this source into the project"));
  const std::string other = dir_ / "other-password";
  EXPECT_THAT(set(other), Not(HasSubstr("error")));
  EXPECT_THAT(daemon_.ask("GET", "/v1/components"), HasSubstr(other));
  EXPECT_THAT(call("tell", "0"), HasSubstr(fmt::format("app.password: the secret '{}'", other)));
}

}  // namespace
}  // namespace attune::main
