// SPDX-License-Identifier: Apache-2.0
// Reactions: the events that a project knows, the diagram that answers each, and for each component how far
// the answer is: whether the condition lasts, a run goes on, or the diagram rests. Loop thread only.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/model/project.h"
#include "runtime/workflow/course.h"
#include "runtime/workflow/evaluator.h"
#include "runtime/workflow/event.h"
#include "runtime/workflow/locks.h"
#include "runtime/workflow/stage.h"

namespace attune::workflow {

// What an answer is about: a component, by its id; a host, of whose components none is meant, or a site, by a
// number that no component has; or nothing, kNoComponent.
using AboutId = system::ComponentId;
inline constexpr AboutId kFirstHost = 0x8000'0000;
inline AboutId about_host(system::HostId host) {
  return kFirstHost | host;
}
inline constexpr AboutId kFirstSite = 0xc000'0000;
inline AboutId about_site(size_t index) {  // in System::sites()
  return kFirstSite | static_cast<AboutId>(index);
}
inline system::ComponentId component_of(AboutId about) {
  return about < kFirstHost ? about : system::kNoComponent;
}

// How far the answer about one component is.
struct Answer {
  RunId run = 0;                                // the one that goes on or waits; 0: none
  std::optional<Instant> since;                 // the level event began, where the diagram asks it to hold
  std::optional<Agenda<Alarm>::Entry> holding;  // until it has held
  std::optional<Agenda<Alarm>::Entry> ending;   // until it has been over for long enough
  TypedEvent latest;                            // the last event of the level, or the last that was to hold
  bool is_fact = false;                         // that was a fact, and so when it came
  bool over = false;                            // the level, as far as it was told
  RunId load_of = 0;                            // the run that the level was put down to; 0: none
  Instant rests_until{};                        // cooldown
  std::vector<TypedEvent> put_off;              // facts that came in between, of each component the newest
};

struct Reaction {
  uint32_t index = 0;
  std::string event;
  std::shared_ptr<const Course> course;   // null: no diagram answers it
  std::vector<model::EventValue> values;  // as the wrappers declare them
  bool about_host = false;                // host_down, host_up, host_empty
  bool about_place = false;               // a site, or a host by itself
  bool is_level = false;                  // a condition that lasts; else a fact
  bool is_built_in = false;               // the manager itself raises it
  bool is_failure = false;                // and it tells of something that has failed
  bool may_move = false;                  // its diagram may give a component another host
  std::vector<std::string> resizes;       // classes that it makes or removes instances of, or else is about
  std::unordered_map<AboutId, Answer> answers;

  const model::Settings& settings() const { return course->diagram().settings; }
  const std::string& subject_class() const { return course->diagram().subject_class; }
};

class Reactions {
 public:
  explicit Reactions(const model::Project& project);

  Reaction* find(std::string_view event);
  Reaction& at(uint32_t index) { return all_[index]; }
  std::deque<Reaction>& all() { return all_; }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  Reaction& add(const std::string& event);

  std::deque<Reaction> all_;
  std::unordered_map<std::string, uint32_t, Hash, std::equal_to<>> names_;
};

// The event with its values in the types that its declaration gives them; what is not declared is a String,
// and `cleared` a Bool. kInvalid: a value is not of its type.
Result<TypedEvent> typed(const Event& event, const Reaction& reaction);
// Whether it says that the condition has ended.
bool is_cleared(const TypedEvent& event);

}  // namespace attune::workflow
