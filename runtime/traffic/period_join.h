// SPDX-License-Identifier: Apache-2.0
// join(): the reports of a period become one matrix of machines, and what is missing in it is said. The step
// between what sensors counted by addresses and what everybody else reads. Pure; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/traffic/address_book.h"
#include "runtime/traffic/matrix.h"
#include "runtime/traffic/report.h"
#include "runtime/traffic/roster.h"

namespace attune::traffic {

// The peers that sensors only told the sum of. No component has such a name.
inline constexpr std::string_view kRestParty = "(others)";

enum class Why {
  kNoSensor,     // there is none on its host
  kNotReported,  // the sensors of its host have not reported
  kPart,         // the sensor of its host began within the period
  kNotSeen,      // its host's sensor does not know of it
};
inline constexpr size_t kWhys = 4;
std::string_view text_of(Why why);  // "its host's sensor has not reported" ...

// Why not all that reached a machine is known.
struct Gap {
  std::string machine;
  std::string host;
  Why why = Why::kNotReported;

  bool operator==(const Gap&) const = default;
};

struct Joined {
  Period period;
  Matrix matrix;
  std::vector<Gap> gaps;             // one for each of matrix.missing, in its order
  std::vector<std::string> awaited;  // sensors that have not reported; sorted
  // Nothing more is expected: all have reported, or have been waited for.
  bool is_settled = false;
  int64_t settles_at = 0;  // at the latest, in seconds since 1970

  bool operator==(const Joined&) const = default;
};

using Reports = std::vector<std::shared_ptr<const Report>>;

// All of the period; when it is settled is left to the caller. An address is the machine's whose report shows
// it as its own. Of several that do so, one that shows more than twice as many as another forwards for
// others, and gives way; if two are left, it is nobody's. What no report shows is looked up in the book. Of
// two sensors that count the same interface on one host, one counts.
Joined join(const Period& period, const Reports& reports, const PeriodRoster& roster,
            const AddressBook& book);

}  // namespace attune::traffic
