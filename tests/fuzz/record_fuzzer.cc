// SPDX-License-Identifier: Apache-2.0
// Any text as a record of the journal: never a crash, what is read as one is written and read the same, and
// it is read the same by either reader: the quick one takes no blanks.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "runtime/journal/record_json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace attune::journal;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto record = record_from_json(text);
  if (text.starts_with('{')) {
    const auto other = record_from_json("{ " + text.substr(1));
    if (other.has_value() != record.has_value() || (record && to_json(*other) != to_json(*record)))
      std::abort();
  }
  if (!record) {
    if (record.error().message.empty()) std::abort();
    return 0;
  }
  const std::string written = to_json(*record);
  const auto again = record_from_json(written);
  if (!again || to_json(*again) != written) std::abort();
  return 0;
}
