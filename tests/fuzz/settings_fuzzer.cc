// SPDX-License-Identifier: Apache-2.0
// Any text as a project's attune.info: never a crash, and every finding and every setting stands in it.
#include <cstdint>

#include "dsl/settings_reader.h"
#include "tests/fuzz/findings.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace attune;
  Diagnostics found;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const dsl::Source source = dsl::make_source("attune.info", text, found);
  for (const auto& [name, setting] : dsl::read_settings(source, found)) fuzz::expect_in_text(setting.place);
  fuzz::expect_in_place(found);
  return 0;
}
