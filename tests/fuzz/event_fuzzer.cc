// SPDX-License-Identifier: Apache-2.0
// Any bytes on the pipe: never a crash, and what is taken as an event reads the same when written again.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "runtime/events/event_line.h"
#include "runtime/events/line_splitter.h"

namespace {

void expect_same_when_written(std::string_view line) {
  const auto event = attune::events::parse_event_line(line);
  if (!event) return;
  const std::string written = attune::events::to_line(*event);
  if (written.size() >= attune::events::kMaxLine) return;  // quotes may make it longer
  const auto again = attune::events::parse_event_line(written);
  if (!again || again->name != event->name || again->component != event->component ||
      again->values != event->values)
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  attune::events::LineSplitter whole(attune::events::kMaxLine, expect_same_when_written);
  whole.feed(bytes);
  attune::events::LineSplitter pieces(16, [](std::string_view line) {
    if (line.size() > 16) std::abort();
  });
  for (size_t at = 0; at < size; at += 3) pieces.feed(bytes.substr(at, 3));
  return 0;
}
