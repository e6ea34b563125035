// SPDX-License-Identifier: Apache-2.0
#include "runtime/model/navigation.h"

#include <string>
#include <variant>

#include <gtest/gtest.h>

#include "runtime/base/diagnostic.h"

namespace attune::model {
namespace {

TEST(Navigation, IsWrittenAsItWasRead) {
  using Root = Navigation::Root;
  EXPECT_EQ(to_text(Navigation{.root = Root::kThis, .steps = {"host", "name"}}), "$this.host.name");
  EXPECT_EQ(to_text(Navigation{.root = Root::kName, .name = "workers", .steps = {"port"}}), "$workers.port");
  EXPECT_EQ(to_text(Navigation{.root = Root::kArgument, .argument = 1}), "$1");
  EXPECT_EQ(to_text(Navigation{.root = Root::kArgument, .argument = 12, .steps = {"name"}}), "$12.name");
  EXPECT_EQ(to_text(Navigation{.root = Root::kManager, .steps = {"pipe"}}), "$manager.pipe");
}

struct TemplateText : ::testing::Test {
  // Literals in quotes, navigation as written: "--port=" $this.port
  std::string parsed(std::string_view text) {
    std::string shown;
    for (const auto& part : parse_template(text, Place{nullptr, 3, 10, 1}, found).parts) {
      if (!shown.empty()) shown += ' ';
      const auto* navigation = std::get_if<Navigation>(&part);
      shown += navigation != nullptr ? to_text(*navigation) : "\"" + std::get<std::string>(part) + "\"";
    }
    return shown;
  }
  Diagnostics found;
};

TEST_F(TemplateText, NavigationStandsBetweenText) {
  EXPECT_EQ(parsed("conf.file"), "\"conf.file\"");
  EXPECT_EQ(parsed("$this.srname"), "$this.srname");
  EXPECT_EQ(parsed("--port=$this.port,$db.host.address!"),
            "\"--port=\" $this.port \",\" $db.host.address \"!\"");
  EXPECT_EQ(parsed("$1.name$2"), "$1.name $2");
  EXPECT_EQ(parsed("$manager.pipe"), "$manager.pipe");
  EXPECT_EQ(parsed(""), "");
  EXPECT_TRUE(found.empty());
}

TEST_F(TemplateText, TwoDollarsAreOne) {
  EXPECT_EQ(parsed("$$HOME costs 5$$"), "\"$HOME costs 5$\"");
  EXPECT_EQ(parsed("$$$this.port"), "\"$\" $this.port");
}

TEST_F(TemplateText, ADotAtTheEndIsText) {
  EXPECT_EQ(parsed("see $this.manual."), "\"see \" $this.manual \".\"");
}

TEST_F(TemplateText, BracesEndTheNavigation) {
  EXPECT_EQ(parsed("/log/${this.srname}.log"), "\"/log/\" $this.srname \".log\"");
}

TEST_F(TemplateText, PlacesCountCodePointsAndLines) {
  const Template made = parse_template("\xC3\xA9 $this.port\n$db.port", Place{nullptr, 3, 10, 1}, found);
  const auto& first = std::get<Navigation>(made.parts.at(1));
  EXPECT_EQ(first.place.column, 12u);
  EXPECT_EQ(first.place.length, 10u);
  const auto& second = std::get<Navigation>(made.parts.at(3));
  EXPECT_EQ(second.place.line, 4u);
  EXPECT_EQ(second.place.column, 1u);
}

TEST_F(TemplateText, ALoneDollarIsRefusedAtItsPlace) {
  for (const std::string_view text : {"cost: $", "cost: $ 5", "cost: $-", "cost: $0", "cost: ${",
                                      "cost: ${this.x", "cost: ${}", "cost: $99999999999999999999"}) {
    Diagnostics own;
    parse_template(text, Place{nullptr, 1, 1, 1}, own);
    ASSERT_EQ(own.all().size(), 1u) << text;
    EXPECT_EQ(own.all()[0].place.column, 7u) << text;
  }
}

}  // namespace
}  // namespace attune::model
