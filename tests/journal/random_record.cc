// SPDX-License-Identifier: Apache-2.0
#include "tests/journal/random_record.h"

#include <limits>

namespace attune::journal {

using namespace workflow;
using namespace system;

std::string RandomRecord::text() {
  static constexpr std::string_view kPieces[] = {"vm1",
                                                 "",
                                                 " ",
                                                 "\"",
                                                 "\\",
                                                 "\n",
                                                 "\t",
                                                 "\x01",
                                                 "\x7f",
                                                 "é",
                                                 "\xf0\x9f\x90\xa7",
                                                 "{",
                                                 "}",
                                                 "[",
                                                 ",",
                                                 "lab2 (load 3%)"};
  std::string made;
  for (size_t i = below(6); i > 0; --i) made += kPieces[below(std::size(kPieces))];
  return made;
}

std::vector<std::pair<std::string, std::string>> RandomRecord::pairs() {
  std::vector<std::pair<std::string, std::string>> made;
  for (size_t i = below(4); i > 0; --i) made.emplace_back(text(), text());
  return made;
}

model::Value RandomRecord::value(int depth) {
  const double number = below(5) == 0 ? std::numeric_limits<double>::infinity()
                                      : static_cast<double>(below(1000000)) / 7.0 * (below(2) ? 1 : -1e20);
  const auto whole = static_cast<int64_t>(below(2) ? below(1000) : UINT64_MAX);
  switch (below(depth < 3 ? 8 : 7)) {
    case 0:
      return text();
    case 1:
      return whole;
    case 2:
      return number;
    case 3:
      return below(2) == 1;
    case 4:
      return model::Percent{number};
    case 5:
      return model::Size{whole};
    case 6:
      return Duration(whole);
    default:
      model::List list;
      for (size_t i = below(4); i > 0; --i) list.push_back(value(depth + 1));
      return list;
  }
}

Change RandomRecord::change() {
  switch (below(8)) {
    case 0:
      return ComponentCreated{id(), text(), text(), id(), id()};
    case 1:
      return ComponentRemoved{id()};
    case 2:
      return LifecycleChanged{id(), static_cast<Lifecycle>(below(8))};
    case 3:
      return AttributeSet{id(), text(), value()};
    case 4:
      return HostAssigned{id(), text()};
    case 5:
      return Bound{id(), text(), id()};
    case 6:
      return Unbound{id(), text(), id()};
    default:
      return HostChanged{text(), static_cast<HostState>(below(3)), id(), model::Size{int64_t{1} << below(62)},
                         text()};
  }
}

CallOutcome RandomRecord::outcome() {
  switch (below(4)) {
    case 0:
      return CallExited{static_cast<int>(below(256)) - 1, text(), {change(), change()}};
    case 1:
      return CallTimedOut{};
    case 2:
      return CallCancelled{};
    default:
      return CallLost{text()};
  }
}

Call RandomRecord::call() {
  return {number(), number(),
          id(),     text(),
          text(),   text(),
          text(),   {text(), text()},
          text(),   Duration(static_cast<int64_t>(below(1u << 30)))};
}

Record RandomRecord::make(uint64_t sequence, size_t kind) {
  Record made;
  made.sequence = sequence;
  made.at =
      WallTime(std::chrono::microseconds(1'700'000'000'000'000 + static_cast<int64_t>(below(1ull << 50))));
  switch (kind) {
    case 0:
      made.what = ManagerStarted{text()};
      break;
    case 1:
      made.what = ManagerStopped{};
      break;
    case 2:
      made.what = EventAccepted{number(), text(), text(), text(), pairs()};
      break;
    case 3:
      made.what = EventSuppressed{text(), text(), text(), number()};
      break;
    case 4:
      made.what = RunStarted{number(), number(), text(), text()};
      break;
    case 5:
      made.what = RunWaits{number(), text()};
      break;
    case 6:
      made.what = StateEntered{number(), text()};
      break;
    case 7:
      made.what = GuardEvaluated{number(), text(), text(), below(2) == 1, text()};
      break;
    case 8:
      made.what = HostChosen{number(), text(), text(), text()};
      break;
    case 9:
      made.what = VariableSet{number(), text(), text()};
      break;
    case 10:
      made.what = CallIntent{call()};
      break;
    case 11:
      made.what = CallEnded{number(), number(), outcome(), Duration(static_cast<int64_t>(below(1u << 30)))};
      break;
    case 12:
      made.what = SystemChanged{number(), change(), text()};
      break;
    case 13:
      made.what = Alerted{number(), text(), text()};
      break;
    default:
      made.what = RunEnded{number(), static_cast<RunEnd>(below(4)), text()};
  }
  return made;
}

}  // namespace attune::journal
