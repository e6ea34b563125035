// SPDX-License-Identifier: Apache-2.0
// Any bytes as a WDL file, in whatever encoding it says it has: never a crash, and every finding stands in
// it; formatted it is the same wrapper, and stays so.
#include <cstdint>

#include "dsl/formatter.h"
#include "dsl/wrapper_reader.h"
#include "dsl/xml_encoding.h"
#include "tests/fuzz/findings.h"
#include "tests/support/catalog.h"

namespace {

using namespace attune;

void expect_format(const dsl::Source& source, const model::Catalog& catalog, bool is_right) {
  Diagnostics found;
  const auto once = dsl::formatted(dsl::make_source("w.xml", source.file->text, found), found);
  if (once.has_value() == found.has_errors()) std::abort();
  if (!once) return;
  const dsl::Source made = dsl::make_source("w.xml", *once, found);
  if (dsl::formatted(made, found) != once) std::abort();
  if (is_right && (!dsl::read_wrapper(made, catalog, found) || found.has_errors())) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const model::Catalog kCatalog = test::catalog();
  Diagnostics found;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const dsl::Source source = dsl::make_source("w.xml", dsl::decode_xml("w.xml", text, found), found);
  const auto wrapper = dsl::read_wrapper(source, kCatalog, found);
  fuzz::expect_in_place(found);
  if (!wrapper && !found.has_errors()) std::abort();
  expect_format(source, kCatalog, wrapper && !found.has_errors());
  return 0;
}
