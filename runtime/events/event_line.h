// SPDX-License-Identifier: Apache-2.0
// The event line, `event component key=value ...`, as probes write it to the pipe: docs/events.md. Text from
// outside becomes an Event or a reason why not, before anything else sees it. Pure; any thread.
#pragma once

#include <climits>
#include <cstddef>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "runtime/workflow/event.h"

namespace attune::events {

// Bytes of a line with its end: what the system writes to a pipe in one piece, so that writers never mix.
inline constexpr size_t kMaxLine = PIPE_BUF;

// Why a line was not taken.
enum class Fault {
  kMalformed,         // not of the form
  kUnknownEvent,      // no diagram answers it and no wrapper declares it
  kUnknownComponent,  // or it is not there any more
  kBadValue,          // a value does not fit the type that the event declares
  kTooLong,           // more than kMaxLine bytes
  kBinary,            // control characters, or not UTF-8
  kReserved,          // one that only the manager raises, or a person
  kOverflow,          // more than the queue holds, from a sender that cannot be made to wait
};
inline constexpr size_t kFaults = 8;
std::string_view name_of(Fault fault);  // "malformed", "unknown-event" ...

struct Rejection {
  Fault fault = Fault::kMalformed;
  std::string why;  // one line: what was expected, where
};

// Reads a line, given without its end. Source and time are the caller's to add.
tl::expected<workflow::Event, Rejection> parse_event_line(std::string_view line);

// The line that reads as this event, without its end: values with blanks in quotes.
std::string to_line(const workflow::Event& event);

}  // namespace attune::events
