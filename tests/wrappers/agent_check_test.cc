// SPDX-License-Identifier: Apache-2.0
#include "wrappers/agent_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/project_builder.h"
#include "tests/wrappers/wrapper_world.h"
#include "wrappers/catalog.h"

namespace attune::wrappers {
namespace {

using model::Type;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::string_view kMetadata = R"(<?xml version="1.0"?>
<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">
<resource-agent name="web">
<parameters>
<parameter name="configfile" required="1"><content type="string"/></parameter>
<parameter name="port" required="1"><content type="integer" default="80"/></parameter>
<parameter name="verbose"><content type="boolean"/></parameter>
</parameters>
<actions><action name="start" timeout="60s"/><action name="monitor" depth="0"/></actions>
</resource-agent>)";

constexpr std::string_view kMailMetadata = R"(<?xml version="1.0"?>
<resource-agent name="mail">
<parameters><parameter name="other"><content type="string"/></parameter></parameters>
<actions><action name="start" timeout="60s"/></actions>
</resource-agent>)";

TEST(AgentMetadataTest, HasParametersAndActions) {
  const auto read = parse_agent_metadata(kMetadata);
  ASSERT_TRUE(read);
  ASSERT_EQ(read->parameters.size(), 3u);
  EXPECT_TRUE(read->find("configfile")->is_required);
  EXPECT_FALSE(read->find("port")->is_required) << "it has a default";
  EXPECT_EQ(read->find("port")->type, "integer");
  EXPECT_EQ(read->find("Port"), nullptr);
  EXPECT_THAT(read->actions, ElementsAre("start", "monitor"));
}

TEST(AgentMetadataTest, WhatIsNoneIsAnError) {
  for (const char* wrong : {"", "usage: web {start|stop}", "<a/>", "<resource-agent>"})
    EXPECT_FALSE(parse_agent_metadata(wrong)) << wrong;
}

class AgentCheckTest : public ::testing::Test {
 protected:
  model::Class& app() {
    return *std::find_if(project_.classes.begin(), project_.classes.end(),
                         [](const auto& one) { return one.name == "app"; });
  }
  void attribute(const std::string& name, Type type, std::optional<model::Value> value = {}) {
    app().attributes.push_back({name, type, std::move(value), {}});
  }
  std::vector<std::string> findings() {
    Diagnostics found;
    const ReadAgent read = [](const AgentName& name) {
      return parse_agent_metadata(name.agent == "mail" ? kMailMetadata : kMetadata);
    };
    check_agents(project_, read, found);
    std::vector<std::string> all;
    for (const Diagnostic& one : found.all())
      all.push_back(fmt::format("{} {}: {}", name_of(one.severity), one.code, one.message));
    return all;
  }
  void stubs(std::vector<model::Stub> all) { project_.wrappers["app"].stubs = std::move(all); }

  model::Project project_ = attune::testing::ProjectBuilder()
                                .family("lab", {"lab1"})
                                .component("app", "lab", 1)
                                .wrapper("app")
                                .build();
  AgentCheckTest() {
    project_.wrappers["app"].name = "app";
    stubs({stub("start", "ocf:test:web", "start"), stub("status", "ocf:test:web", "monitor")});
    attribute("configfile", Type::kString, model::Value(std::string("/etc/x")));
  }
};

TEST_F(AgentCheckTest, ARightOneHasNoFinding) {
  attribute("port", Type::kInteger, model::Value(int64_t{81}));
  attribute("verbose", Type::kBool);
  attribute("check_level", Type::kInteger);
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(AgentCheckTest, AMissingParameterIsFound) {
  app().attributes.clear();
  EXPECT_THAT(
      findings(),
      ElementsAre(
          "error missing-parameter: class 'app': the agent ocf:test:web needs the parameter 'configfile'"));
}

TEST_F(AgentCheckTest, AParameterThatIsWrittenWrongIsFound) {
  attribute("prot", Type::kInteger);
  attribute("other", Type::kString);
  EXPECT_THAT(
      findings(),
      ElementsAre(
          "warning unknown-parameter: the agent ocf:test:web has no parameter 'prot', and nothing else reads "
          "the attribute",
          "warning unknown-parameter: the agent ocf:test:web has no parameter 'other', and nothing else "
          "reads the attribute"));
}

TEST_F(AgentCheckTest, AParameterOfAnotherAgentOfTheClassIsNone) {
  attribute("other", Type::kString);
  stubs({stub("start", "ocf:test:web", "start"), stub("tell", "ocf:test:mail", "start")});
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(AgentCheckTest, AnAttributeThatAnotherReadsIsNone) {
  attribute("other", Type::kString);
  Place place;
  place.file = std::make_shared<SourceFile>(SourceFile{"client.xml", "$server.other"});
  project_.wrappers["client"].stubs = {stub("start", "Process", "start")};
  project_.wrappers["client"].stubs[0].place = place;
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(AgentCheckTest, ASecretIsReadWhereTheComponentHasAScript) {
  attribute("token", Type::kSecret);
  EXPECT_THAT(findings(), SizeIs(1));
  project_.wrappers["app"].stubs.push_back(stub("grant", "Script", "bin/grant"));
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(AgentCheckTest, AValueOfTheWrongTypeIsFound) {
  attribute("port", Type::kSize);
  attribute("verbose", Type::kString, model::Value(std::string("loud")));
  EXPECT_THAT(
      findings(),
      ElementsAre("error wrong-type: the parameter 'port' of the agent ocf:test:web is of type integer",
                  "error wrong-type: the parameter 'verbose' of the agent ocf:test:web is of type "
                  "boolean"));
}

TEST_F(AgentCheckTest, TextThatIsSuchAValueIsRight) {
  attribute("port", Type::kString, model::Value(std::string("$this.host.port")));
  attribute("verbose", Type::kString, model::Value(std::string("yes")));
  EXPECT_THAT(findings(), IsEmpty());
}

TEST_F(AgentCheckTest, AnActionThatItLacksIsFound) {
  stubs({stub("start", "ocf:test:web", "start"), stub("migrate", "ocf:test:web", "migrate_to", {"lab2"})});
  EXPECT_THAT(findings(),
              ElementsAre("error unknown-operation: the agent ocf:test:web has no action 'migrate_to'"));
}

TEST(KeyOfAFamily, NamesSomething) {
  const auto wrong = [](const std::string& key) {
    const auto checked = file_rules().check_key(key);
    return checked ? std::string("none") : checked.error().message;
  };
  EXPECT_EQ(wrong("ocf:web"), "'ocf:web' names no agent: write ocf:heartbeat:nginx");
  EXPECT_EQ(wrong("nagios:../sh"), "'nagios:../sh' names no plugin: write nagios:check_http");
  EXPECT_EQ(wrong("systemd:web"),
            "'systemd:web' names no unit: write it with its kind, systemd:postgresql.service");
  for (const char* right : {"ocf:heartbeat:nginx", "nagios:check_http", "systemd:web.service", "Process"})
    EXPECT_EQ(wrong(right), "none") << right;
}

}  // namespace
}  // namespace attune::wrappers
