// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/lsp/questions.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/main/lsp/client.h"
#include "tests/main/lsp/small_shop.h"

namespace attune::lsp {
namespace {

using test::Client;
using test::Json;
using test::SmallShop;
using Texts = std::vector<std::string>;

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  text.replace(text.find(what), what.size(), by);
  return text;
}

class QuestionsTest : public testing::Test {
 protected:
  // "diagrams/start.mmd:2:9"
  Texts places(const Json& locations) const {
    Texts all;
    for (const Json& one : locations) {
      const Json& start = one["range"]["start"];
      const std::string uri = one["uri"], root = uri_of_path(shop.path(""));
      all.push_back((uri.starts_with(root) ? uri.substr(root.size()) : uri) + ":" + start["line"].dump() +
                    ":" + start["character"].dump());
    }
    return all;
  }
  Texts definition(const std::string& path, std::string_view word) {
    return places(client.ask_at("textDocument/definition", path, word));
  }
  std::string hover(const std::string& path, std::string_view word) {
    const Json answer = client.ask_at("textDocument/hover", path, word);
    return answer.is_null() ? "" : answer["contents"]["value"].get<std::string>();
  }
  // The labels where `typed` ends, once it stands in place of `instead`.
  Texts completion(const std::string& path, const std::string& text, std::string_view instead,
                   const std::string& typed) {
    const std::string now = replaced(text, instead, typed);
    client.open(path, text);
    client.rewrite(path, now);
    Texts labels;
    for (const Json& one : client.ask_at("textDocument/completion", path, typed, true))
      labels.push_back(one["label"]);
    return labels;
  }
  Json rename(const std::string& path, std::string_view word, const std::string& name) {
    return client.ask_at("textDocument/rename", path, word, false, {{"newName", name}});
  }
  // How many places of each file are changed.
  std::map<std::string, size_t> counts(const Json& edit) const {
    std::map<std::string, size_t> all;
    const std::string root = uri_of_path(shop.path(""));
    for (const auto& [uri, edits] : edit["changes"].items()) all[uri.substr(root.size())] = edits.size();
    return all;
  }
  void open_all() {
    client.open(shop.deployment(), SmallShop::kDeployment);
    client.open(shop.wrapper(), SmallShop::kWrapper);
    client.open(shop.start(), SmallShop::kStart);
    client.open(shop.cpu_high(), SmallShop::kCpuHigh);
  }

  SmallShop shop;
  Client client;
};

bool has(const Texts& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

// --- definition ---

TEST_F(QuestionsTest, AClassIsDefinedInTheDeploymentDiagram) {
  open_all();
  EXPECT_EQ(definition(shop.start(), "database.start"), Texts{"deployment.mmd:15:8"});
  EXPECT_EQ(definition(shop.cpu_high(), "app++"), Texts{"deployment.mmd:7:8"});
  EXPECT_EQ(definition(shop.cpu_high(), "app\n  cool"), Texts{"deployment.mmd:7:8"});
}

TEST_F(QuestionsTest, AStubIsDefinedInTheWrapper) {
  open_all();
  EXPECT_EQ(definition(shop.start(), "start()"), Texts{"wrappers/app.xml:2:16"});
}

TEST_F(QuestionsTest, AnAttributeIsDefinedInItsClass) {
  open_all();
  EXPECT_EQ(definition(shop.cpu_high(), "port = added"), Texts{"deployment.mmd:12:5"});
  const Texts of_both = {"deployment.mmd:12:5", "deployment.mmd:19:5"};
  EXPECT_EQ(definition(shop.wrapper(), "port\"/>"), of_both);
}

TEST_F(QuestionsTest, AVariableIsDefinedWhereItIsAssigned) {
  open_all();
  EXPECT_EQ(definition(shop.cpu_high(), "added.start"), Texts{"diagrams/cpu_high.mmd:11:9"});
}

TEST_F(QuestionsTest, ARoleInATextLeadsToItsRelation) {
  open_all();
  EXPECT_EQ(definition(shop.deployment(), "store.srname"), Texts{"deployment.mmd:22:29"});
}

TEST_F(QuestionsTest, AnEventIsDefinedByItsDeclarationAndItsDiagram) {
  open_all();
  const Texts expected = {"diagrams/cpu_high.mmd:6:0", "wrappers/app.xml:7:15"};
  EXPECT_EQ(definition(shop.wrapper(), "cpu_high"), expected);
}

TEST_F(QuestionsTest, ANameOfAFileLeadsToIt) {
  open_all();
  EXPECT_EQ(definition(shop.deployment(), "app.xml"), Texts{"wrappers/app.xml:0:0"});
  EXPECT_EQ(definition(shop.deployment(), "lab.nodes"), Texts{"lab.nodes:0:0"});
}

TEST_F(QuestionsTest, ReferencesAreAllPlacesOrAllButTheDeclaration) {
  open_all();
  const Json all = client.ask_at("textDocument/references", shop.start(), "database.start", false,
                                 {{"context", {{"includeDeclaration", true}}}});
  const Texts expected = {"deployment.mmd:15:8", "deployment.mmd:22:18", "diagrams/start.mmd:2:9"};
  EXPECT_EQ(places(all), expected);
  EXPECT_EQ(places(client.ask_at("textDocument/references", shop.start(), "database.start")).size(), 2u);
}

TEST_F(QuestionsTest, NothingIsDefinedWhereNoNameStands) {
  open_all();
  EXPECT_EQ(definition(shop.start(), "-->"), Texts{});
  EXPECT_EQ(hover(shop.start(), "-->"), "");
}

// --- hover ---

TEST_F(QuestionsTest, HoverTellsKindAndDeclaration) {
  open_all();
  EXPECT_EQ(hover(shop.cpu_high(), "port = added"),
            "attribute **port** of app: an Integer\n\n```\n+port: Integer = 80\n```");
  EXPECT_EQ(hover(shop.cpu_high(), "added.start"), "variable **added**: a component of class 'app'");
  EXPECT_NE(hover(shop.start(), "app.start").find("1 at the start, 3 at most"), std::string::npos);
  EXPECT_NE(hover(shop.start(), "start()").find("key Process: start program argument..."), std::string::npos);
  EXPECT_NE(hover(shop.wrapper(), "cpu_high").find("- cpu: Percent\n- about app"), std::string::npos);
}

TEST_F(QuestionsTest, HoverShowsTheCommentAboveTheDeclaration) {
  client.open(shop.deployment(),
              replaced(SmallShop::kDeployment, "  class app", "  %% serves\n  %% pages\n  class app"));
  client.open(shop.start(), SmallShop::kStart);
  EXPECT_NE(hover(shop.start(), "app.start").find("serves\npages"), std::string::npos);
}

TEST_F(QuestionsTest, HoverAsksARunningManager) {
  Texts asked;
  Client live({"utf-8"}, {},
              [&](const std::string& project, const std::string& folder, const Texts& classes) {
                asked = {project, folder, classes.at(0)};
                return std::vector<LiveComponent>{{"app1", "started", "lab2", {{"port", "8080"}}}};
              });
  live.open(shop.cpu_high(), SmallShop::kCpuHigh);
  const Json of_class = live.ask_at("textDocument/hover", shop.cpu_high(), "app++");
  EXPECT_NE(of_class.dump().find("- app1: started on lab2"), std::string::npos) << of_class;
  const Json of_port = live.ask_at("textDocument/hover", shop.cpu_high(), "port = added");
  EXPECT_NE(of_port.dump().find("- app1: 8080"), std::string::npos) << of_port;
  const std::string folder = shop.path("").substr(0, shop.path("").size() - 1);
  EXPECT_EQ(asked, (Texts{std::filesystem::path(folder).filename(), folder, "app"}));
}

// --- completion ---

TEST_F(QuestionsTest, BehindADotComeMembersAndStubs) {
  const Texts labels = completion(shop.start(), SmallShop::kStart, "app.start()", "app.");
  for (const char* one : {"start", "stop", "port", "store", "host", "count", "where"})
    EXPECT_TRUE(has(labels, one)) << one << Json(labels);
}

TEST_F(QuestionsTest, BehindADotInAGuardComeNoStubs) {
  const Texts labels = completion(shop.cpu_high(), SmallShop::kCpuHigh, "app.count < app.max and", "this.");
  EXPECT_TRUE(has(labels, "port"));
  EXPECT_FALSE(has(labels, "start"));
}

TEST_F(QuestionsTest, BehindAChainComesWhatItsEndHas) {
  EXPECT_TRUE(has(completion(shop.cpu_high(), SmallShop::kCpuHigh, "added.start()", "this.store."), "port"));
  EXPECT_TRUE(
      has(completion(shop.cpu_high(), SmallShop::kCpuHigh, "added.port", "lab.any(free_memory > 1GiB)."),
          "cpus"));
}

TEST_F(QuestionsTest, InAConditionComeTheMembersOfTheOneLookedAt) {
  EXPECT_TRUE(has(completion(shop.cpu_high(), SmallShop::kCpuHigh, "added.port", "lab.any("), "free_memory"));
  EXPECT_TRUE(
      has(completion(shop.start(), SmallShop::kStart, "app.start()", "wait(app.exists(store."), "port"));
}

TEST_F(QuestionsTest, AnActionBeginsWithANameOrAWord) {
  const Texts begun =
      completion(shop.cpu_high(), SmallShop::kCpuHigh, "connect : added.start()", "connect : a");
  for (const char* one : {"app", "added", "alert", "this", "lab"}) EXPECT_TRUE(has(begun, one)) << one;
}

TEST_F(QuestionsTest, EmitTakesEvents) {
  const Texts labels = completion(shop.start(), SmallShop::kStart, "app.start()", "emit(");
  EXPECT_TRUE(has(labels, "cpu_high"));
  EXPECT_FALSE(has(labels, "start"));
}

TEST_F(QuestionsTest, AnEventHasItsValues) {
  const Texts labels =
      completion(shop.cpu_high(), SmallShop::kCpuHigh, "app.count < app.max and event.cpu", "event.");
  for (const char* one : {"cpu", "component"}) EXPECT_TRUE(has(labels, one)) << one;
}

TEST_F(QuestionsTest, ADiagramsHeadTakesSettingsAndClasses) {
  EXPECT_TRUE(has(completion(shop.cpu_high(), SmallShop::kCpuHigh, "  cooldown: 2s", "  coo"), "cooldown"));
  EXPECT_TRUE(has(completion(shop.cpu_high(), SmallShop::kCpuHigh, "on: app", "on: a"), "app"));
}

TEST_F(QuestionsTest, ADeploymentTakesSettingsTypesFilesAndClasses) {
  const auto labels = [&](std::string_view instead, const std::string& typed) {
    return completion(shop.deployment(), SmallShop::kDeployment, instead, typed);
  };
  EXPECT_TRUE(has(labels("+max: Integer = 3", "+m"), "max"));
  EXPECT_TRUE(has(labels("+nodefile: String = \"lab.nodes\"", "+node"), "nodefile"));
  EXPECT_TRUE(has(labels("+max: Integer = 3", "+max: I"), "Integer"));
  EXPECT_TRUE(has(labels("\"app.xml\"", "\"a"), "app.xml"));
  EXPECT_TRUE(has(labels("<<host-family>>", "<<"), "host-family"));
  EXPECT_TRUE(has(labels("app \"*\" --> \"1\" database : store", "app \"*\" --> \"1\" d"), "database"));
}

TEST_F(QuestionsTest, AWrapperTakesElementsAttributesKeysOperationsAndNavigation) {
  const auto labels = [&](std::string_view instead, const std::string& typed) {
    return completion(shop.wrapper(), SmallShop::kWrapper, instead, typed);
  };
  EXPECT_EQ(labels("<param value=\"/bin/sleep\"/>", "<pa"), Texts{"param"});
  EXPECT_TRUE(has(labels("key=\"Process\" method=\"stop\"/>", "k"), "key"));
  EXPECT_TRUE(has(labels("key=\"Process\" method=\"stop\"/>", "key=\"P"), "Process"));
  EXPECT_TRUE(has(labels("key=\"Process\" method=\"stop\"/>", "key=\"Process\" method=\""), "reload"));
  EXPECT_TRUE(has(labels("$this.port", "$this.p"), "port"));
  EXPECT_TRUE(has(labels("$this.port", "$store."), "port"));
}

TEST_F(QuestionsTest, BehindTheBeginningOfAKeyComesWhatThisMachineHas) {
  const auto labels = [&](const std::string& typed) {
    return completion(shop.wrapper(), SmallShop::kWrapper, "key=\"Process\" method=\"stop\"/>", typed);
  };
  EXPECT_TRUE(has(labels("key=\""), "ocf:"));
  EXPECT_EQ(labels("key=\"ocf:"), (Texts{"heartbeat:IPaddr2", "heartbeat:nginx", "pacemaker:ping"}));
  EXPECT_EQ(labels("key=\"ocf:heartbeat:ng"), (Texts{"IPaddr2", "nginx"}));
  EXPECT_EQ(labels("key=\"systemd:"), Texts{"ssh.service"});
  EXPECT_EQ(labels("key=\"systemd:ssh."), Texts{"service"});
}

TEST_F(QuestionsTest, ANodeFileTakesItsKeysWhateverItIsCalled) {
  client.open(shop.deployment(), replaced(SmallShop::kDeployment, "lab.nodes", "hosts"));
  EXPECT_TRUE(has(completion(shop.path("hosts"), "lab1 cpus=4\n", "cpus=4", "c"), "cpus"));
}

TEST_F(QuestionsTest, EveryComponentCanBeDeployed) {
  for (const char* of : {"this.", "added.", "this.store."}) {
    const Texts labels = completion(shop.cpu_high(), SmallShop::kCpuHigh, "added.start()", of);
    for (const char* one : {"deploy", "undeploy", "start"}) EXPECT_TRUE(has(labels, one)) << of << one;
  }
  EXPECT_FALSE(has(completion(shop.cpu_high(), SmallShop::kCpuHigh, "= added.port", "= added."), "deploy"));
}

TEST_F(QuestionsTest, BehindAnAssociationComeItsWords) {
  for (const char* of : {"this.store.", "added.store."}) {
    const Texts labels = completion(shop.cpu_high(), SmallShop::kCpuHigh, "added.start()", of);
    for (const char* one : {"add", "remove", "port"}) EXPECT_TRUE(has(labels, one)) << of << one;
  }
  const Texts bound = completion(shop.cpu_high(), SmallShop::kCpuHigh, "added.start()", "added.store.add(");
  EXPECT_TRUE(has(bound, "database"));
}

TEST_F(QuestionsTest, SettingsAndNodeFilesTakeTheirKeys) {
  EXPECT_TRUE(has(completion(shop.path("attune.info"), "name shop\n", "name shop", "na"), "name"));
  EXPECT_TRUE(has(completion(shop.path("attune.info"), "host {\n  x\n}\n", "x", "si"), "silence"));
  EXPECT_TRUE(has(completion(shop.path("lab.nodes"), "lab1 cpus=4\n", "cpus=4", "c"), "cpus"));
}

TEST_F(QuestionsTest, WhatIsInsertedStandsInPlaceOfTheWordThatWasBegun) {
  client.open(shop.start(), SmallShop::kStart);
  client.rewrite(shop.start(), replaced(SmallShop::kStart, "app.start()", "app.sta"));
  for (const Json& one : client.ask_at("textDocument/completion", shop.start(), "app.sta", true)) {
    if (one["label"] != "start") continue;
    EXPECT_EQ(one["textEdit"]["newText"], "start(");
    EXPECT_EQ(one["textEdit"]["range"]["start"]["character"], 13);
    EXPECT_EQ(one["textEdit"]["range"]["end"]["character"], 16);
    return;
  }
  FAIL() << "no 'start'";
}

// --- rename ---

TEST_F(QuestionsTest, AClassIsRenamedWhereverItIsNamed) {
  open_all();
  const std::map<std::string, size_t> expected = {
      {"deployment.mmd", 2}, {"diagrams/cpu_high.mmd", 4}, {"diagrams/start.mmd", 1}};
  EXPECT_EQ(counts(rename(shop.start(), "app.start", "server")), expected);
}

TEST_F(QuestionsTest, AStubIsRenamedInWrapperAndDiagrams) {
  open_all();
  const std::map<std::string, size_t> expected = {
      {"wrappers/app.xml", 1}, {"diagrams/cpu_high.mmd", 1}, {"diagrams/start.mmd", 2}};
  EXPECT_EQ(counts(rename(shop.start(), "start()", "begin")), expected);
}

TEST_F(QuestionsTest, RolesVariablesAndAttributesAreRenamed) {
  open_all();
  using Counts = std::map<std::string, size_t>;
  EXPECT_EQ(counts(rename(shop.deployment(), "store\n", "data")), (Counts{{"deployment.mmd", 2}}));
  EXPECT_EQ(counts(rename(shop.cpu_high(), "added.start", "more")), (Counts{{"diagrams/cpu_high.mmd", 3}}));
  EXPECT_EQ(counts(rename(shop.cpu_high(), "port = added", "tcp_port")),
            (Counts{{"deployment.mmd", 2}, {"diagrams/cpu_high.mmd", 2}, {"wrappers/app.xml", 1}}));
}

TEST_F(QuestionsTest, AStateIsRenamedInItsDiagramAlone) {
  open_all();
  using Counts = std::map<std::string, size_t>;
  EXPECT_EQ(counts(rename(shop.cpu_high(), "connect\n", "join")), (Counts{{"diagrams/cpu_high.mmd", 4}}));
  EXPECT_EQ(counts(rename(shop.cpu_high(), "enough <<", "needed")), (Counts{{"diagrams/cpu_high.mmd", 4}}));
  EXPECT_EQ(counts(rename(shop.start(), "apps : app", "services")), (Counts{{"diagrams/start.mmd", 3}}));
}

TEST_F(QuestionsTest, TwoOfOneNameAreNotMade) {
  open_all();
  EXPECT_NE(rename(shop.cpu_high(), "connect\n", "grow")["message"].dump().find("already a state 'grow'"),
            std::string::npos);
  EXPECT_NE(
      rename(shop.start(), "app.start", "database")["message"].dump().find("already a class 'database'"),
      std::string::npos);
}

TEST_F(QuestionsTest, AStateIsDefinedWhereItIsDescribed) {
  open_all();
  const Json found = client.ask_at("textDocument/definition", shop.start(), "apps\n", false);
  ASSERT_EQ(found.size(), 1U) << found;
  EXPECT_EQ(found[0]["range"]["start"]["line"], 4);
}

TEST_F(QuestionsTest, WhatWouldBreakTheProjectIsNotRenamed) {
  open_all();
  const Json reserved = rename(shop.start(), "apps : app", "note");
  EXPECT_NE(reserved["message"].dump().find("it would break"), std::string::npos) << reserved;
  EXPECT_NE(rename(shop.start(), "app.start", "event")["message"].dump().find("means something else"),
            std::string::npos);
  EXPECT_NE(rename(shop.start(), "app.start", "9")["message"].dump().find("cannot be a name"),
            std::string::npos);
}

TEST_F(QuestionsTest, WhatAKeyReadsByItsNameIsNotRenamed) {
  open_all();
  const std::string with_vm = replaced(SmallShop::kDeployment, "  class database {",
                                       "  class guest {\n    +host-family: String = \"lab\"\n"
                                       "    +wrapper: String = \"guest.xml\"\n    +memory: Size = 1GiB\n  }\n"
                                       "  class database {");
  shop.dir.write("wrappers/guest.xml",
                 "<wrapper name=\"guest\"><method name=\"start\" key=\"VM\" method=\"start\">"
                 "<param value=\"$this.srname\"/></method></wrapper>\n");
  client.rewrite(shop.deployment(), with_vm);
  EXPECT_NE(rename(shop.deployment(), "memory", "storage")["message"].dump().find("the key VM reads"),
            std::string::npos);
}

TEST_F(QuestionsTest, NothingIsRenamedWhileTheDeclarationsAreBroken) {
  open_all();
  client.rewrite(shop.deployment(), replaced(SmallShop::kDeployment, "Integer = 80", "Integer = eighty"));
  EXPECT_NE(rename(shop.cpu_high(), "added.start", "more")["message"].dump().find("declarations have errors"),
            std::string::npos);
}

TEST_F(QuestionsTest, ASiteIsRenamedWhereAFamilyIsInIt) {
  const std::string text = replaced(
      replaced(SmallShop::kDeployment, "  class lab {",
               "  class north {\n    <<site>>\n    +bandwidth_mbit: Float = 1000\n  }\n  class lab {"),
      "    +protocol", "    +site: String = \"north\"\n    +protocol");
  client.open(shop.deployment(), text);
  using Counts = std::map<std::string, size_t>;
  EXPECT_EQ(counts(rename(shop.deployment(), "north {", "east")), (Counts{{"deployment.mmd", 2}}));
}

TEST_F(QuestionsTest, EventsAndWordsOfTheLanguageAreNotRenamed) {
  open_all();
  EXPECT_NE(rename(shop.wrapper(), "cpu_high", "hot")["message"].dump().find("is an event"),
            std::string::npos);
  const Json prepared = client.ask_at("textDocument/prepareRename", shop.cpu_high(), "this.port");
  EXPECT_NE(prepared["message"].dump().find("not the project's to name"), std::string::npos) << prepared;
}

}  // namespace
}  // namespace attune::lsp
