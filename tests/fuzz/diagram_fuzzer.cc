// SPDX-License-Identifier: Apache-2.0
// Any text as a reconfiguration diagram: never a crash, every finding stands in it, and what is broken says
// why.
#include <cstdint>

#include "dsl/diagram_parser.h"
#include "dsl/syntax_json.h"
#include "tests/fuzz/findings.h"
#include "tests/fuzz/formatting.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace attune;
  Diagnostics found;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const dsl::Source source = dsl::make_source("cpu_high.mmd", text, found);
  const auto syntax = dsl::parse_diagram(source, found);
  fuzz::expect_in_place(found);
  if ((!syntax || syntax->broken) && !found.has_errors()) std::abort();
  if (syntax && dsl::to_json(*syntax).find('\n') != std::string::npos) std::abort();
  fuzz::expect_format(source);
  return 0;
}
