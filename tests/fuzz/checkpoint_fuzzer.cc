// SPDX-License-Identifier: Apache-2.0
// Any text as a checkpoint of the journal: never a crash, and what is read as one is written and read the
// same.
#include <cstdint>
#include <cstdlib>

#include "runtime/journal/checkpoint_json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace attune::journal;
  const auto checkpoint = checkpoint_from_json({reinterpret_cast<const char*>(data), size});
  if (!checkpoint) {
    if (checkpoint.error().message.empty()) std::abort();
    return 0;
  }
  const std::string written = to_json(*checkpoint);
  const auto again = checkpoint_from_json(written);
  if (!again || to_json(*again) != written) std::abort();
  return 0;
}
