// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/replay/export_trace.h"

#include <utility>
#include <variant>

#include <fmt/format.h>

#include "runtime/journal/record_json.h"
#include "runtime/main/replay/call_lengths.h"
#include "runtime/main/replay/excerpt.h"

namespace attune::replay {

Trace read_export(const dsl::Source& source, Diagnostics& found) {
  Trace made;
  Excerpt excerpt;
  CallLengths lengths;
  for (const dsl::Line& line : source.lines) {
    if (dsl::trimmed(line.text).empty()) continue;
    const auto record = journal::record_from_json(line.text);
    // The first line, which says what the others are, and what another version has written besides.
    const bool is_first = &line == &source.lines.front();
    if (!record && (is_first || record.error().code == ErrorCode::kInvalid)) continue;
    if (!record) {
      found.error("bad-trace", place_of(source, line),
                  fmt::format("this line is no record of a journal: {}", record.error().message),
                  "a trace that begins with { is what `attune export` writes");
      return {};
    }
    auto taken = excerpt.take(*record);
    if (auto* item = std::get_if<Item>(&taken)) made.items.push_back(std::move(*item));
    if (const auto* length = std::get_if<CallLength>(&taken)) lengths.add(length->call, length->took);
  }
  made.lengths = lengths.medians();
  return made;
}

}  // namespace attune::replay
