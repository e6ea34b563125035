// SPDX-License-Identifier: Apache-2.0
// Chronicle: records that could be: runs that begin and end, calls, and a system that changes, the same from
// the same seed. And what a journal of them tells. For tests.
#pragma once

#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "runtime/journal/checkpoint_json.h"
#include "runtime/journal/replay.h"
#include "tests/support/project_builder.h"

namespace attune::journal {

inline const model::Project& chronicle_project() {
  static const model::Project kProject = attune::testing::ProjectBuilder()
                                             .family("lab", {"lab1", "lab2"})
                                             .component("app", "lab")
                                             .max(12)
                                             .attribute("port", model::Type::kInteger)
                                             .association("app", {0, 12}, {0, 12}, "app", "peers")
                                             .build();
  return kProject;
}

class Chronicle {
 public:
  explicit Chronicle(uint32_t seed) : random_(seed) {}

  workflow::Record next() {
    workflow::Record record{++sequence_, WallTime(std::chrono::microseconds(sequence_)), {}};
    record.what = what();
    if (const auto* changed = std::get_if<workflow::SystemChanged>(&record.what))
      (void)system_.apply(changed->change);
    return record;
  }
  std::vector<workflow::Record> next(size_t count) {
    std::vector<workflow::Record> made;
    while (made.size() < count) made.push_back(next());
    return made;
  }

 private:
  uint64_t below(uint64_t bound) { return std::uniform_int_distribution<uint64_t>(0, bound - 1)(random_); }
  system::ComponentId any() { return static_cast<system::ComponentId>(below(system_.next_id() + 1)); }
  system::Change change() {
    switch (below(7)) {
      case 0: {
        const uint32_t number = system_.next_number("app");
        return system::ComponentCreated{system_.next_id(), "app" + std::to_string(number), "app", number,
                                        system::kNoComponent};
      }
      case 1:
        return system::ComponentRemoved{any()};
      case 2:
        return system::AttributeSet{any(), "port", static_cast<int64_t>(below(1000))};
      case 3:
        return system::HostAssigned{any(), "lab" + std::to_string(below(2) + 1)};
      case 4:
        return system::Bound{any(), "peers", any()};
      case 5:
        return system::Unbound{any(), "peers", any()};
      default:
        return system::LifecycleChanged{any(), static_cast<system::Lifecycle>(below(8))};
    }
  }
  std::string subject() {
    const system::Component* found = system_.find(any());
    return found == nullptr ? std::string() : found->name;
  }
  decltype(workflow::Record::what) what() {
    if (below(3) == 0) {
      const system::Change made = change();
      if (system_.check(made)) return workflow::SystemChanged{0, made, "test"};
    }
    if (open_.empty() || below(4) == 0) {
      open_.push_back(++run_);
      return workflow::RunStarted{run_, run_, "busy", subject()};
    }
    if (below(3) != 0) return workflow::StateEntered{open_.back(), "é \"on\""};
    const workflow::RunEnded ended{open_.front(), workflow::RunEnd::kDone, {}};
    open_.pop_front();
    return ended;
  }

  std::mt19937 random_;
  system::System system_{chronicle_project()};
  uint64_t sequence_ = 0, run_ = 0;
  std::deque<uint64_t> open_;
};

// All that records lead to, in one text; or what is wrong with them.
inline std::string told_by(const std::vector<workflow::Record>& records) {
  system::System system(chronicle_project());
  workflow::History history(system);
  for (const workflow::Record& record : records)
    if (const auto added = history.add(record); !added) return added.error().message;
  return to_json(history.checkpoint());
}

// The same of a journal as recovery reads it.
inline std::string told_by(const std::string& path) {
  auto reader = Reader::open(path);
  if (!reader) return reader.error().message;
  system::System system(chronicle_project());
  workflow::History history(system);
  const auto replayed = replay(*reader, history);
  return replayed ? to_json(history.checkpoint()) : replayed.error().message;
}

}  // namespace attune::journal
