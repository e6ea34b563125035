// SPDX-License-Identifier: Apache-2.0
// Any text as a trace in each of its forms, and as expectations: never a crash, every finding stands in it,
// and there is something in it or it is said what is wrong. A line that was read is written as one that is
// read again.
#include <cstdint>

#include "runtime/main/replay/expectation.h"
#include "runtime/main/replay/trace.h"
#include "tests/fuzz/findings.h"

namespace {

void read_again(const attune::replay::Item& item) {
  using namespace attune;
  Diagnostics found;
  const std::string line =
      std::visit([&](const auto& what) { return replay::trace_line(item.at, what); }, item.what);
  const replay::Trace again = replay::read_trace(dsl::make_source("x.trace", line, found), found);
  if (found.has_errors() || again.items.size() != 1 || again.items[0].what.index() != item.what.index())
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace attune;
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const char* name : {"x.trace", "x.csv"}) {
    Diagnostics found;
    const replay::Trace trace = replay::read_trace(dsl::make_source(name, text, found), found);
    fuzz::expect_in_place(found);
    if (trace.items.empty() && !found.has_errors()) std::abort();
    if (!found.has_errors() && !text.starts_with('{')) read_again(trace.items.front());
  }
  Diagnostics found;
  (void)replay::read_expectations(dsl::make_source("x.expect", text, found), model::Project{}, found);
  fuzz::expect_in_place(found);
  return 0;
}
