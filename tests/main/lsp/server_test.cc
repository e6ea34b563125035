// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/lsp/server.h"

#include <gtest/gtest.h>

#include "tests/main/lsp/client.h"
#include "tests/main/lsp/small_shop.h"

namespace attune::lsp {
namespace {

using test::Client;
using test::Json;
using test::SmallShop;
using Found = std::vector<std::string>;

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  text.replace(text.find(what), what.size(), by);
  return text;
}

TEST(Server, OffersTheClientsFirstEncodingThatItKnows) {
  EXPECT_EQ(Client({"utf-7", "utf-32", "utf-8"}).initialized["capabilities"]["positionEncoding"], "utf-32");
  EXPECT_EQ(Client(std::vector<std::string>{}).initialized["capabilities"]["positionEncoding"], "utf-16");
}

TEST(Server, EndsWellOnlyAfterShutdown) {
  Client good, bad;
  EXPECT_EQ(good.ask("shutdown", nullptr), Json());
  EXPECT_EQ(good.server().exit_code(), std::nullopt);
  EXPECT_EQ(good.ask("textDocument/hover", Json::object())["code"], -32600);
  good.notify("exit", nullptr);
  bad.notify("exit", nullptr);
  EXPECT_EQ(good.server().exit_code(), 0);
  EXPECT_EQ(bad.server().exit_code(), 1);
}

TEST(Server, AnswersWhatItDoesNotKnowWithAnError) {
  Client client;
  EXPECT_EQ(client.ask("textDocument/foldingRange", Json::object())["code"], -32601);
  EXPECT_EQ(client.ask("initialize", Json::object())["code"], -32600);
  client.send_text("{");
  EXPECT_EQ(client.others.back()["error"]["code"], -32700);
  client.send({{"id", "x"}});
  EXPECT_EQ(client.others.back()["error"]["code"], -32600);
  client.send({{"id", Json::array()}, {"method", "shutdown"}});
  EXPECT_EQ(client.others.back()["error"]["message"], "an id is a number or a text");
}

TEST(Server, ARightProjectGivesNoDiagnostics) {
  SmallShop shop;
  Client client;
  client.open(shop.cpu_high(), SmallShop::kCpuHigh);
  EXPECT_EQ(client.published, 0u) << Json(client.diagnostics).dump(1);
}

TEST(Server, TellsWhatIsWrongInTheBufferAndClearsItOnceMended) {
  SmallShop shop;
  Client client;
  client.open(shop.start(), replaced(SmallShop::kStart, "database.start", "databse.start"));
  EXPECT_EQ(client.found(shop.start()), Found{"unknown-name@2:9"});
  client.rewrite(shop.start(), SmallShop::kStart);
  EXPECT_EQ(client.found(shop.start()), Found{});
  EXPECT_EQ(client.published, 2u);
}

TEST(Server, AFindingLeadsAlongTheWayThatShowsIt) {
  SmallShop shop;
  Client client;
  const std::string lost_text =
      replaced(replaced(SmallShop::kCpuHigh, "  connect : added.start()\n", ""), "added.port", "81");
  client.open(shop.cpu_high(), lost_text);
  const Json& found = client.diagnostics.at(uri_of_path(shop.cpu_high()));
  const auto lost = std::find_if(found.begin(), found.end(),
                                 [](const Json& one) { return one["code"] == "lost-instance"; });
  ASSERT_NE(lost, found.end()) << found;
  const Json& way = (*lost)["relatedInformation"];
  ASSERT_GE(way.size(), 2u) << *lost;
  EXPECT_EQ(way[0]["location"]["uri"], uri_of_path(shop.cpu_high()));
  EXPECT_GE(way[0]["location"]["range"]["start"]["line"], 6);
}

TEST(Server, AChangeOfOneCharacterIsTakenIntoTheText) {
  SmallShop shop;
  Client client;
  client.open(shop.start(), SmallShop::kStart);
  const Json at = Client::position(SmallShop::kStart, "database", false);
  client.change(shop.start(), Json::array({{{"range", {{"start", at}, {"end", at}}}, {"text", "x"}}}));
  EXPECT_EQ(client.found(shop.start()), Found{"unknown-name@2:9"});
}

TEST(Server, TellsOfFilesThatAreNotOpenWhatTheOpenOnesBreak) {
  SmallShop shop;
  Client client;
  client.open(shop.wrapper(), replaced(SmallShop::kWrapper, "name=\"start\"", "name=\"begin\""));
  EXPECT_EQ(client.found(shop.wrapper()), Found{});
  EXPECT_EQ(client.found(shop.start()), (Found{"unknown-stub@2:18", "unknown-stub@4:13"}));
  client.close(shop.wrapper());
  EXPECT_EQ(client.found(shop.start()), Found{});
}

TEST(Server, TellsOfAFileByTheNameThatTheEditorHasForIt) {
  SmallShop shop;
  const std::string broken = replaced(SmallShop::kStart, "app.start", "ap.start");
  shop.dir.write("diagrams/start.mmd", broken);
  test::TempDir other;
  std::filesystem::create_symlink(shop.path(""), other / "link");
  const std::string by_link = other / "link/diagrams/start.mmd";
  Client client;
  client.open(other / "link/deployment.mmd", SmallShop::kDeployment);
  EXPECT_EQ(client.found(shop.start()), Found{"unknown-name@4:9"});
  client.open(by_link, broken);
  EXPECT_EQ(client.found(by_link), Found{"unknown-name@4:9"});
  EXPECT_EQ(client.found(shop.start()), Found{});
  client.close(by_link);
  EXPECT_EQ(client.found(by_link), Found{});
  EXPECT_EQ(client.found(shop.start()), Found{"unknown-name@4:9"});
}

TEST(Server, CountsInUtf16WhereTheClientKnowsNothingElse) {
  SmallShop shop;
  Client client(std::vector<std::string>{});
  client.open(shop.start(), replaced(SmallShop::kStart, "app.start()", "alert(\"\xF0\x9F\x98\x80\", ap)"));
  EXPECT_EQ(client.found(shop.start()), Found{"unknown-name@4:21"});
}

TEST(Server, AFileOutsideAProjectGivesNothing) {
  test::TempDir dir;
  Client client;
  client.open(dir / "x.mmd", "stateDiagram-v2\n  nonsense here\n");
  EXPECT_EQ(client.published, 0u);
}

TEST(Server, AFileBelongsToAProjectOnceItsDeploymentIsOpen) {
  SmallShop shop;
  std::filesystem::remove(shop.deployment());
  Client client;
  client.open(shop.start(), replaced(SmallShop::kStart, "database.start", "databse.start"));
  EXPECT_EQ(client.published, 0u);
  client.open(shop.deployment(), SmallShop::kDeployment);
  EXPECT_EQ(client.found(shop.start()), Found{"unknown-name@2:9"});
}

TEST(Server, ADiagramThatWasNeverSavedIsPartOfTheProject) {
  SmallShop shop;
  Client client;
  client.open(shop.path("diagrams/never_saved.mmd"),
              replaced(SmallShop::kStart, "app.start()", "emit(never_savd, none)"));
  EXPECT_EQ(client.found(shop.path("diagrams/never_saved.mmd")),
            (Found{"untriggered@0:0", "unknown-event@4:14"}));
}

TEST(Server, ReadsFilesThatChangedOnDiskAnewOnceToldSo) {
  SmallShop shop;
  Client client;
  client.open(shop.start(), SmallShop::kStart);
  shop.dir.write("lab.nodes", "lab1 cpus=no\n");
  client.notify("workspace/didChangeWatchedFiles", {{"changes", Json::array()}});
  client.settle();
  EXPECT_EQ(client.found(shop.path("lab.nodes")), Found{"bad-property@0:10"});
}

TEST(Server, WatchesNodeFilesWhateverTheyAreCalled) {
  SmallShop shop;
  shop.dir.write("hosts", "lab1 cpus=4\n");
  Client client;
  client.open(shop.deployment(), replaced(SmallShop::kDeployment, "lab.nodes", "hosts"));
  client.open(shop.start(), SmallShop::kStart);
  std::vector<std::string> patterns;
  for (const Json& one : client.others)
    patterns.push_back(one["params"]["registrations"][0]["registerOptions"]["watchers"][0]["globPattern"]);
  EXPECT_EQ(patterns, (std::vector<std::string>{"**/*.{mmd,xml,info,nodes}", "**/hosts"}));
}

TEST(Server, AWrapperThatIsOpenIsUtf8WhateverItSays) {
  SmallShop shop;
  Client client;
  client.open(shop.wrapper(), replaced(SmallShop::kWrapper, "UTF-8", "ISO-8859-1"));
  EXPECT_EQ(client.published, 0u);
}

TEST(Server, FormatsADiagram) {
  SmallShop shop;
  Client client;
  client.open(shop.start(),
              replaced(SmallShop::kStart, "  data : database.start()", "data:database . start( )"));
  const Json edits =
      client.ask("textDocument/formatting",
                 {{"textDocument", {{"uri", uri_of_path(shop.start())}}}, {"options", {{"tabSize", 2}}}});
  ASSERT_EQ(edits.size(), 1u) << edits;
  EXPECT_EQ(edits[0]["newText"], SmallShop::kStart);
  EXPECT_EQ(edits[0]["range"]["end"]["line"], 6);
}

TEST(Server, FormatsAWrapper) {
  SmallShop shop;
  Client client;
  client.open(shop.wrapper(),
              replaced(SmallShop::kWrapper, "  <method name=\"stop\"", "<method   name = \"stop\""));
  const Json edits =
      client.ask("textDocument/formatting", {{"textDocument", {{"uri", uri_of_path(shop.wrapper())}}}});
  ASSERT_EQ(edits.size(), 1u) << edits;
  EXPECT_EQ(edits[0]["newText"], SmallShop::kWrapper);
}

}  // namespace
}  // namespace attune::lsp
