// SPDX-License-Identifier: Apache-2.0
#include "dsl/wrapper_reader.h"

#include <filesystem>
#include <string>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "dsl/xml_encoding.h"
#include "tests/support/catalog.h"
#include "tests/support/golden.h"

namespace attune::dsl {
namespace {

std::string shown(const model::Template& text) {
  std::string out;
  for (const auto& part : text.parts) {
    const auto* navigation = std::get_if<model::Navigation>(&part);
    out += navigation != nullptr ? fmt::format("<{}>", model::to_text(*navigation))
                                 : std::get<std::string>(part);
  }
  return out;
}

std::string shown(const model::Wrapper& wrapper) {
  std::string out = fmt::format("wrapper {}\n", wrapper.name);
  for (const model::Stub& stub : wrapper.stubs) {
    out += fmt::format("  {} = {} {} within {}{}\n", stub.name, stub.key, stub.operation,
                       model::to_text(model::Value(stub.timeout)), stub.repeat ? ", may be repeated" : "");
    for (const model::Template& param : stub.params) out += fmt::format("    '{}'\n", shown(param));
  }
  for (const model::EventDeclaration& event : wrapper.events) {
    out += fmt::format("  event {}{}\n", event.name, event.level ? ", a level" : "");
    for (const model::EventValue& value : event.values) {
      out += fmt::format("    {}: {}\n", value.name, model::name_of(value.type));
    }
  }
  return out;
}

// What the file is read as, then what is wrong with it.
std::string reading(const std::string& name, const std::string& text) {
  Diagnostics found;
  const Source source = make_source(name, decode_xml(name, text, found), found);
  const auto wrapper = read_wrapper(source, test::catalog(), found);
  std::string out = wrapper ? shown(*wrapper) : "no wrapper\n";
  found.sort();
  for (const Diagnostic& one : found.all()) out += to_text(one);
  return out;
}

class WrapperFile : public ::testing::TestWithParam<std::string> {};

TEST_P(WrapperFile, IsReadAsItsGoldenFileSays) {
  const std::filesystem::path file = GetParam();
  const std::string text = test::load_file(test::golden_folder() / file);
  EXPECT_TRUE(test::matches_golden(std::filesystem::path(file).replace_extension(".txt"),
                                   reading(file.filename(), text)));
}

INSTANTIATE_TEST_SUITE_P(Golden, WrapperFile, ::testing::ValuesIn(test::golden_cases("wrappers", ".xml")),
                         test::case_name);

TEST(WrapperReader, RubbishIsRefusedAndNeverFatal) {
  for (const std::string_view text : {"",
                                      " ",
                                      "<",
                                      "<>",
                                      "</",
                                      "<a",
                                      "<a ",
                                      "<a b",
                                      "<a b=",
                                      "<a b='",
                                      "<a b=''",
                                      "<a/",
                                      "<a/>",
                                      "<a></b>",
                                      "<!--",
                                      "<?",
                                      "<![CDATA[",
                                      "\xFF\xFE<",
                                      "<wrapper name='x'",
                                      "<wrapper name='x'>"}) {
    EXPECT_NE(reading("x.xml", std::string(text)).find("error:"), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace attune::dsl
