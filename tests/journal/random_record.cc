// SPDX-License-Identifier: Apache-2.0
#include "tests/journal/random_record.h"

#include <limits>

namespace attune::journal {

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
  switch (below(depth < 3 ? 9 : 8)) {
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
    case 7:
      return model::Secret{text()};
    default:
      model::List list;
      for (size_t i = below(4); i > 0; --i) list.push_back(value(depth + 1));
      return list;
  }
}

system::Change RandomRecord::change() {
  switch (below(11)) {
    case 10:
      return system::PropertyChanged{text(), text(), text(), below(2) == 0 ? std::string() : text()};
    case 0:
      return system::ComponentCreated{id(), text(), text(), id(), id()};
    case 1:
      return system::ComponentRemoved{id()};
    case 2:
      return system::LifecycleChanged{id(), static_cast<system::Lifecycle>(below(8))};
    case 3:
      return system::AttributeSet{id(), text(), value()};
    case 4:
      return system::HostAssigned{id(), text()};
    case 5:
      return system::Bound{id(), text(), id(), below(2) == 0 ? system::kNoComponent : id()};
    case 6:
      return system::Unbound{id(), text(), id()};
    case 7:
      return system::AttributeUnset{id(), text()};
    case 8:
      return system::LeftNothing{id(), text()};
    default:
      return system::HostChanged{text(), static_cast<system::HostState>(below(3)),
                                 id(),   model::Size{int64_t{1} << below(62)},
                                 text(), static_cast<system::Maintenance>(below(3))};
  }
}

workflow::CallOutcome RandomRecord::outcome() {
  switch (below(4)) {
    case 0:
      return workflow::CallExited{static_cast<int>(below(256)) - 1, text(), {change(), change()}};
    case 1:
      return workflow::CallTimedOut{};
    case 2:
      return workflow::CallCancelled{};
    default:
      return workflow::CallLost{text()};
  }
}

workflow::Call RandomRecord::call() {
  return {number(), number(),
          id(),     text(),
          text(),   text(),
          text(),   {text(), text()},
          text(),   Duration(static_cast<int64_t>(below(1u << 30)))};
}

// Of events, runs and what they decide.
void RandomRecord::decide(workflow::Record& made, size_t kind) {
  switch (kind) {
    case 0:
      made.what = workflow::ManagerStarted{text()};
      break;
    case 1:
      made.what = workflow::ManagerStopped{text()};
      break;
    case 2:
      made.what = workflow::EventAccepted{number(), text(), text(), text(), pairs()};
      break;
    case 3:
      made.what = workflow::EventSuppressed{text(), text(), text(), number()};
      break;
    case 4:
      made.what = workflow::RunStarted{number(), number(), text(), text(), text(), text()};
      break;
    case 5:
      made.what = workflow::RunWaits{number(), text()};
      break;
    case 6:
      made.what = workflow::StateEntered{number(), text()};
      break;
    case 7:
      made.what = workflow::GuardEvaluated{number(), text(), text(), below(2) == 1, text(), text()};
      break;
    case 8:
      made.what = workflow::HostChosen{number(), text(), text(), text(), {}, below(2) * number(), text()};
      for (size_t i = below(3); i > 0; --i)
        std::get<workflow::HostChosen>(made.what).considered.push_back({text(), text(), text()});
      break;
    default:
      break;
  }
}

// Of what is done, and by whom.
void RandomRecord::act(workflow::Record& made, size_t kind) {
  switch (kind) {
    case 9:
      made.what = workflow::VariableSet{number(), text(), text()};
      break;
    case 10:
      made.what = workflow::CallIntent{call()};
      break;
    case 11:
      made.what =
          workflow::CallEnded{number(), number(), outcome(), Duration(static_cast<int64_t>(below(1u << 30)))};
      break;
    case 12:
      made.what = workflow::SystemChanged{number(), change(), text()};
      break;
    case 13:
      made.what = workflow::Alerted{number(), text(), text()};
      break;
    case 14:
      made.what = workflow::RunEnded{number(), static_cast<workflow::RunEnd>(below(4)), text()};
      break;
    case 15:
      made.what = workflow::ModeSet{static_cast<workflow::Mode>(below(3)), text(), text()};
      break;
    case 16:
      made.what = workflow::RunApproved{number(), text()};
      break;
    case 17:
      made.what = workflow::RunRenewed{number(), text(), pairs()};
      break;
    case 18:
      made.what = workflow::RunJudged{number(), text(), text(), below(2) == 1, text()};
      break;
    case 19:
      made.what = workflow::ReactionSwitched{text(), text(), below(2) == 1, text(), text()};
      break;
    default:
      break;
  }
}

workflow::Record RandomRecord::make(uint64_t sequence, size_t kind) {
  workflow::Record made;
  made.sequence = sequence;
  made.at =
      WallTime(std::chrono::microseconds(1'700'000'000'000'000 + static_cast<int64_t>(below(1ull << 50))));
  decide(made, kind);
  act(made, kind);
  return made;
}

workflow::Checkpoint RandomRecord::checkpoint() {
  workflow::Checkpoint made;
  made.next = {number() | 1, number(), number(), number()};
  made.started = below(2) == 1;
  made.system.next_id = id();
  for (size_t i = below(4); i > 0; --i) made.system.next_numbers.push_back({text(), id()});
  for (size_t i = below(9); i > 0; --i) made.system.changes.push_back(change());
  for (size_t i = below(3); i > 0; --i)
    made.runs.push_back({number(), {text(), text(), below(2) == 1, {}, text()}});
  for (workflow::Checkpoint::Run& run : made.runs) {
    for (size_t i = below(3); i > 0; --i) run.run.undo.changes.push_back(change());
    for (size_t i = below(3); i > 0; --i) run.run.undo.migrated_by.insert_or_assign(id(), text());
  }
  for (size_t i = below(3); i > 0; --i) made.calls.push_back(call());
  for (size_t i = below(3); i > 0; --i)
    made.ends.push_back({text(), text(), WallTime(std::chrono::microseconds(below(1'000'000'000'000'000)))});
  for (size_t i = below(3); i > 0; --i)
    made.resized.push_back(
        {text(), below(2) == 1, WallTime(std::chrono::microseconds(below(1000))), number()});
  for (size_t i = below(3); i > 0; --i)
    made.trials.push_back({text(), text(), {static_cast<unsigned>(below(9)), below(2) == 1}});
  for (size_t i = below(3); i > 0; --i) made.moves.emplace_back(std::chrono::microseconds(below(1000)));
  for (size_t i = below(3); i > 0; --i)
    made.modes.push_back({static_cast<workflow::Mode>(below(3)), text(), text()});
  for (size_t i = below(3); i > 0; --i) made.own_stops.push_back({text(), text(), number()});
  made.about = text();
  for (size_t i = below(3); i > 0; --i)
    made.off.push_back({text(), {WallTime(std::chrono::microseconds(below(1'000'000'000'000'000))), text()}});
  return made;
}

}  // namespace attune::journal
