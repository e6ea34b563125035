// SPDX-License-Identifier: Apache-2.0
// Any text as a deployment diagram: never a crash, and every finding stands in it.
#include <cstdint>

#include "dsl/deployment_parser.h"
#include "dsl/syntax_json.h"
#include "tests/fuzz/findings.h"
#include "tests/fuzz/formatting.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace attune;
  Diagnostics found;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const dsl::Source source = dsl::make_source("deployment.mmd", text, found);
  const dsl::DeploymentSyntax syntax = dsl::parse_deployment(source, found);
  fuzz::expect_in_place(found);
  if (dsl::to_json(syntax).find('\n') != std::string::npos) std::abort();
  fuzz::expect_format(source);
  return 0;
}
