// SPDX-License-Identifier: Apache-2.0
// Any text as a node file: never a crash, every finding stands in it, and it names hosts or says what is
// wrong.
#include <cstdint>

#include "dsl/node_file.h"
#include "tests/fuzz/findings.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace attune;
  Diagnostics found;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const dsl::Source source = dsl::make_source("lab.nodes", text, found);
  const auto hosts = dsl::read_node_file(source, found);
  fuzz::expect_in_place(found);
  if (hosts.empty() && !found.has_errors()) std::abort();
  return 0;
}
