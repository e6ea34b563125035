// SPDX-License-Identifier: Apache-2.0
// Any text as a record of the journal: never a crash, and what is read as one is written and read the same.
#include <cstdint>
#include <cstdlib>

#include "runtime/journal/record_json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace attune::journal;
  const auto record = record_from_json({reinterpret_cast<const char*>(data), size});
  if (!record) {
    if (record.error().message.empty()) std::abort();
    return 0;
  }
  const std::string written = to_json(*record);
  const auto again = record_from_json(written);
  if (!again || to_json(*again) != written) std::abort();
  return 0;
}
