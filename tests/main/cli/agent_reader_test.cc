// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/agent_reader.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/temp_dir.h"

namespace attune::cli {
namespace {

using ::testing::EndsWith;
using ::testing::StartsWith;

TEST(AgentReader, RunsWhatBelongsToRootAlone) {
  const auto right = may_be_run("/bin/sh");
  EXPECT_TRUE(right) << right.error().message;
}

TEST(AgentReader, WhatIsNotThereIsToldSo) {
  const auto right = may_be_run("/usr/lib/ocf/resource.d/heartbeat/no-such-agent");
  ASSERT_FALSE(right);
  EXPECT_EQ(right.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(right.error().message, EndsWith("no-such-agent is not on this machine"));
}

TEST(AgentReader, AFolderThatOthersMayWriteToIsNamed) {
  const test::TempDir dir;
  const auto right = may_be_run(dir.write("agent", "#!/bin/sh\n", true));
  ASSERT_FALSE(right);
  EXPECT_EQ(right.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(right.error().message, EndsWith(" is not root's alone, so it is not run"));
  // By root it was made all right, but in a folder for everybody.
  if (::geteuid() == 0) {
    EXPECT_THAT(right.error().message, StartsWith(std::filesystem::temp_directory_path().string() + " is"));
  }
}

TEST(AgentReader, AFileThatOthersMayWriteToIsNamed) {
  const test::TempDir dir;
  const std::string agent = dir.write("agent", "#!/bin/sh\n", true);
  std::filesystem::permissions(agent, std::filesystem::perms(0777));
  const auto right = may_be_run(agent);
  ASSERT_FALSE(right);
  EXPECT_EQ(right.error().message, agent + " is not root's alone, so it is not run");
}

TEST(AgentReader, ALinkIsJudgedByWhereItIsAndByWhatItLeadsTo) {
  const auto right = may_be_run("/usr/bin/awk");  // a link to one of /etc/alternatives, as awk's are
  EXPECT_TRUE(right) << right.error().message;
  const test::TempDir dir;
  std::filesystem::create_symlink("/bin/sh", dir / "shell");
  EXPECT_FALSE(may_be_run(dir / "shell")) << "its owner can turn it meanwhile";
}

TEST(AgentReader, AnAgentThatIsNotHereIsNotRun) {
  const auto read = read_agent({"heartbeat", "no-such-agent"});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kNotFound);
}

TEST(AgentReader, AnAgentsMetadataIsRead) {
  const wrappers::AgentName dummy{"heartbeat", "Dummy"};
  const auto read = read_agent(dummy);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_NE(read->find("state"), nullptr);
  EXPECT_TRUE(read->has_action("monitor"));
}

}  // namespace
}  // namespace attune::cli
