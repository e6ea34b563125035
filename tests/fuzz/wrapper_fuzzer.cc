// SPDX-License-Identifier: Apache-2.0
// Any bytes as a WDL file, in whatever encoding it says it has: never a crash, and every finding stands in
// it.
#include <cstdint>

#include "dsl/wrapper_reader.h"
#include "dsl/xml_encoding.h"
#include "tests/fuzz/findings.h"
#include "tests/support/catalog.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace attune;
  static const model::Catalog kCatalog = test::catalog();
  Diagnostics found;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const dsl::Source source = dsl::make_source("w.xml", dsl::decode_xml("w.xml", text, found), found);
  const auto wrapper = dsl::read_wrapper(source, kCatalog, found);
  fuzz::expect_in_place(found);
  if (!wrapper && !found.has_errors()) std::abort();
  return 0;
}
