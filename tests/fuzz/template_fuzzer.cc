// SPDX-License-Identifier: Apache-2.0
// Any text with $ navigation in it: never a crash, places inside it, and what was read reads the same when it
// is written again.
#include <cstdint>
#include <cstdlib>

#include "runtime/model/navigation.h"
#include "tests/fuzz/findings.h"

namespace {

using attune::Diagnostics;
using attune::model::Navigation;
using attune::model::Template;

std::string written(const Template& made) {
  std::string text;
  for (const auto& part : made.parts) {
    if (const auto* navigation = std::get_if<Navigation>(&part)) {
      text += "${" + to_text(*navigation).substr(1) + "}";
    } else {
      for (const char c : std::get<std::string>(part)) text += c == '$' ? "$$" : std::string(1, c);
    }
  }
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Diagnostics found;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const attune::dsl::Source source = attune::dsl::make_source("template", text, found);
  const attune::Place begin{source.file, 1, 1, 1};
  const Template made = attune::model::parse_template(source.file->text, begin, found);
  attune::fuzz::expect_in_place(found);
  if (found.has_errors()) return 0;
  Diagnostics again;
  if (!(attune::model::parse_template(written(made), {}, again) == made) || !again.empty()) std::abort();
  return 0;
}
