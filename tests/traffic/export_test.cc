// SPDX-License-Identifier: Apache-2.0
// What leaves Attune: each form holds what the matrix does, and a name cannot break out of its place.
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <tinyxml2.h>

#include "runtime/traffic/export_csv.h"
#include "runtime/traffic/export_gnuplot.h"
#include "runtime/traffic/export_graphml.h"
#include "runtime/traffic/export_xml.h"
#include "runtime/traffic/picture_graph.h"
#include "runtime/traffic/picture_matrix.h"
#include "runtime/traffic/span_text.h"
#include "tests/support/golden.h"

namespace attune::traffic {
namespace {

constexpr Period kPeriod{1790000010, 30};

// Two groups with a thin line between them, an address, and two machines of which not all is known.
PeriodMatrix example() {
  MatrixBuilder builder;
  for (int i = 1; i <= 8; ++i) builder.add_party("web" + std::to_string(i), true);
  builder.add_party("10.0.0.9", false);
  const auto add = [&](int one, int other, double messages) {
    const std::string first = "web" + std::to_string(one), second = "web" + std::to_string(other);
    builder.add(first, second, {messages, messages * 1400});
    builder.add(second, first, {messages / 2, messages * 900});
  };
  add(1, 2, 4000);
  add(3, 4, 3900);
  add(1, 3, 4100);
  add(2, 4, 3700);
  add(5, 6, 4000);
  add(7, 8, 2600);
  add(5, 7, 3000);
  add(6, 8, 3500);
  add(3, 5, 200);
  add(4, 6, 90);
  builder.add("10.0.0.9", "web1", {300, 100000});
  builder.add("web1", "10.0.0.9", {500, 900000});
  builder.add_missing("web3");
  builder.add_missing("web7");
  PeriodMatrix period{kPeriod, builder.build()};
  period.matrix.estimated = {"web7"};
  return period;
}

const std::string kHostile = "</a>\"'&,;\n\x01\xFF`$(x)=1";

PeriodMatrix hostile() {
  MatrixBuilder builder;
  builder.add_party(kHostile, true);
  builder.add_party("b", true);
  builder.add(kHostile, "b", {1, 2});
  builder.add("b", kHostile, {3, 4});
  builder.add_missing(kHostile);
  return {kPeriod, builder.build()};
}

// Whether it is XML, and each of its texts and attributes once.
bool is_xml(const std::string& text) {
  tinyxml2::XMLDocument document;
  return document.Parse(text.data(), text.size()) == tinyxml2::XML_SUCCESS;
}

size_t count(const std::string& text, std::string_view part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

TEST(CleanTest, ReplacesWhatNoTextMayHold) {
  EXPECT_EQ(clean("a\nb\x01\xFF\xEF\xBF\xBF"), "a�b���");
  EXPECT_EQ(clean("größe"), "größe");
}

TEST(CsvFieldTest, QuotesOnlyWhereItMust) {
  EXPECT_EQ(csv_field("web1"), "web1");
  EXPECT_EQ(csv_field("a,\"b\""), "\"a,\"\"b\"\"\"");
}

TEST(NumberTest, IsPlainOrShort) {
  EXPECT_EQ(plain_number(123456789), "123456789");
  EXPECT_EQ(plain_number(0.25), "0.25");
  EXPECT_EQ(short_number(0), "0");
  EXPECT_EQ(short_number(999), "999");
  EXPECT_EQ(short_number(999.9), "1 k");
  EXPECT_EQ(short_number(5600000), "5.6 M");
}

TEST(ExportTest, XmlHasOneElementForEachPeriod) {
  EXPECT_TRUE(test::matches_golden("traffic/example.xml", export_xml({example(), {{1790000040, 30}, {}}})));
}

TEST(ExportTest, CsvHasALineForEachPair) {
  EXPECT_TRUE(test::matches_golden("traffic/example.csv", export_csv({example()})));
}

TEST(ExportTest, CsvNamesWhoseTrafficIsMissingAltogether) {
  PeriodMatrix period{kPeriod, {}};
  period.matrix.parties = {{"a", true}};
  period.matrix.missing = {"a"};
  EXPECT_NE(export_csv({period}).find(",30,,a,0,0,missing\n"), std::string::npos);
}

// What graphml.xsd asks for beyond the shape of the elements: keys that are declared for where they are used,
// ids that are there once, edges whose ends exist.
void expect_graphml(const std::string& text) {
  tinyxml2::XMLDocument document;
  ASSERT_EQ(document.Parse(text.data(), text.size()), tinyxml2::XML_SUCCESS);
  const tinyxml2::XMLElement* root = document.FirstChildElement("graphml");
  ASSERT_NE(root, nullptr);
  std::map<std::string, std::string> keys;  // for what
  std::set<std::string> ids;
  for (const auto* key = root->FirstChildElement("key"); key; key = key->NextSiblingElement("key")) {
    EXPECT_TRUE(keys.emplace(key->Attribute("id"), key->Attribute("for")).second) << key->Attribute("id");
    EXPECT_TRUE(ids.insert(key->Attribute("id")).second);
  }
  const tinyxml2::XMLElement* graph = root->FirstChildElement("graph");
  ASSERT_NE(graph, nullptr);
  EXPECT_TRUE(ids.insert(graph->Attribute("id")).second);
  EXPECT_STREQ(graph->Attribute("edgedefault"), "directed");
  std::set<std::string> nodes;
  const auto check_data = [&](const tinyxml2::XMLElement& of) {
    std::set<std::string> used;
    for (const auto* data = of.FirstChildElement("data"); data; data = data->NextSiblingElement("data")) {
      const std::string key = data->Attribute("key");
      EXPECT_EQ(keys[key], of.Name()) << key;
      EXPECT_TRUE(used.insert(key).second) << key;
    }
  };
  check_data(*graph);
  for (const auto* one = graph->FirstChildElement("node"); one; one = one->NextSiblingElement("node")) {
    EXPECT_TRUE(ids.insert(one->Attribute("id")).second) << one->Attribute("id");
    nodes.insert(one->Attribute("id"));
    check_data(*one);
  }
  for (const auto* one = graph->FirstChildElement("edge"); one; one = one->NextSiblingElement("edge")) {
    EXPECT_TRUE(nodes.contains(one->Attribute("source"))) << one->Attribute("source");
    EXPECT_TRUE(nodes.contains(one->Attribute("target"))) << one->Attribute("target");
    check_data(*one);
  }
}

TEST(ExportTest, GraphmlHasTheStructureThatItsSchemaAsksFor) {
  for (const PeriodMatrix& period : {example(), hostile(), PeriodMatrix{kPeriod, {}}})
    expect_graphml(export_graphml(period, find_groups(period.matrix, {})));
}

TEST(ExportTest, GraphmlTellsTheGroups) {
  const PeriodMatrix period = example();
  EXPECT_TRUE(test::matches_golden("traffic/example.graphml",
                                   export_graphml(period, find_groups(period.matrix, {}))));
}

TEST(ExportTest, GnuplotGetsAMatrixAndItsNames) {
  const GnuplotFiles files = export_gnuplot(example(), Measure::kBytes, span_text(kPeriod), "example.dat");
  EXPECT_TRUE(test::matches_golden("traffic/example.dat", files.data));
  EXPECT_TRUE(test::matches_golden("traffic/example.gp", files.script));
}

TEST(ExportTest, NoNameBreaksOutOfXml) {
  const PeriodMatrix period = hostile();
  const Groups groups = find_groups(period.matrix, {});
  for (const std::string& text : {export_xml({period}), export_graphml(period, groups),
                                  picture_matrix(period, Measure::kBytes, span_text(kPeriod)),
                                  picture_graph(period, groups, Measure::kMessages, span_text(kPeriod))}) {
    EXPECT_TRUE(is_xml(text)) << text;
    EXPECT_EQ(count(text, "</a>"), 0u) << text;
  }
}

TEST(ExportTest, NoNameBreaksOutOfALineOrAString) {
  EXPECT_EQ(count(export_csv({hostile()}), "\n"), 3u);
  EXPECT_EQ(count(export_csv({hostile()}), "\"</a>\"\"'&,;���`$(x)=1\""), 3u - 1);
  EXPECT_EQ(count(export_gnuplot(hostile(), Measure::kBytes, "now", "it's.dat").script,
                  "'</a>\"''&,;���`$(x)=1 (missing)'"),
            2u);
}

TEST(ExportTest, AnEmptyMatrixIsWrittenToo) {
  const PeriodMatrix empty{kPeriod, {}};
  EXPECT_TRUE(is_xml(export_xml({empty})));
  EXPECT_TRUE(is_xml(export_graphml(empty, {})));
  EXPECT_TRUE(is_xml(picture_matrix(empty, Measure::kBytes, span_text(kPeriod))));
  EXPECT_TRUE(is_xml(picture_graph(empty, {}, Measure::kBytes, span_text(kPeriod))));
  EXPECT_EQ(export_gnuplot(empty, Measure::kBytes, "now", "x").data, "0 0\n0 0\n");
}

TEST(PictureTest, ThoseOfThePageAreWhatIsDrawn) {
  const PeriodMatrix period = example();
  EXPECT_TRUE(test::matches_golden("../../docs/pictures/traffic_matrix.svg",
                                   picture_matrix(period, Measure::kBytes, span_text(kPeriod))));
  EXPECT_TRUE(test::matches_golden(
      "../../docs/pictures/traffic_graph.svg",
      picture_graph(period, find_groups(period.matrix, {}), Measure::kBytes, span_text(kPeriod))));
}

TEST(PictureTest, ItsTitleFitsThoughNobodyIsInIt) {
  const std::string text = picture_matrix({kPeriod, {}}, Measure::kMessages, span_text(kPeriod));
  const auto between = [&](std::string_view from, std::string_view to) {
    const size_t begin = text.find(from) + from.size();
    return text.substr(begin, text.find(to, begin) - begin);
  };
  constexpr double kOfBold = 9;  // pixels a character at 14
  const auto length = static_cast<double>(between("<title>", "</title>").size());
  EXPECT_GT(std::stod(between("width=\"", "\"")), kOfBold * length);
}

// 5 % more is not the darkest against the lightest.
TEST(PictureTest, WhatDiffersLittleIsDrawnInNearlyTheSameColour) {
  MatrixBuilder builder;
  for (const char* name : {"a", "b"}) builder.add_party(name, true);
  builder.add("a", "b", {1, 6.87e6});
  builder.add("b", "a", {1, 6.54e6});
  const std::string text = picture_matrix({kPeriod, builder.build()}, Measure::kBytes, span_text(kPeriod));
  std::vector<int> reds;
  for (size_t at = text.find("<title>", text.find("</title>") + 1); at != text.npos;
       at = text.find("<title>", at + 1))
    reds.push_back(std::stoi(text.substr(text.rfind("fill=\"#", at) + 7, 2), nullptr, 16));
  ASSERT_EQ(reds.size(), 2u);
  EXPECT_LT(std::abs(reds[0] - reds[1]), 8);
}

TEST(PictureTest, OfAMeanItIsSaidOfHowManyPeriods) {
  Answer answer{.form = Form::kMean, .first = kPeriod, .last = {kPeriod.start + 120, 30}, .count = 5};
  EXPECT_EQ(span_text(answer), "mean of 5 periods of 30 s from 2026-09-21T14:13:30Z to 2026-09-21T14:16:00Z");
  answer.form = Form::kSingle;
  EXPECT_EQ(span_text(answer), "30 s from 2026-09-21T14:15:30Z");
}

// Of a pair, and of a third that got so much.
std::string drawn_of(double third) {
  MatrixBuilder builder;
  for (const char* name : {"a", "b", "c"}) builder.add_party(name, true);
  builder.add("a", "b", {1, 6.87e6});
  builder.add("b", "a", {1, 6.54e6});
  if (third > 0) builder.add("b", "c", {1, third});
  return picture_matrix({kPeriod, builder.build()}, Measure::kBytes, span_text(kPeriod));
}

TEST(PictureTest, TheLegendNamesRoundAmounts) {
  const std::string narrow = drawn_of(0), wide = drawn_of(30);
  for (const char* amount : {">10 M<", ">5 M<", ">2 M<", ">1 M<"})
    EXPECT_NE(narrow.find(amount), narrow.npos) << amount;
  for (const char* amount : {">10 M<", ">100 k<", ">1 k<", ">10<"})
    EXPECT_NE(wide.find(amount), wide.npos) << amount;
}

TEST(PictureTest, OfManyPartiesTheBusiestAreDrawn) {
  MatrixBuilder builder;
  builder.add_party("hub", true);
  for (int i = 0; i < 300; ++i) {
    const std::string name = "vm" + std::to_string(1000 + i);
    builder.add_party(name, true);
    builder.add("hub", name, {1, 1.0 + i});
  }
  const std::string text = picture_matrix({kPeriod, builder.build()}, Measure::kBytes, span_text(kPeriod));
  EXPECT_NE(text.find("101 less busy parties are left out."), std::string::npos);
  EXPECT_EQ(text.find(">vm1100<"), std::string::npos);
  EXPECT_NE(text.find(">vm1101<"), std::string::npos);
}

}  // namespace
}  // namespace attune::traffic
