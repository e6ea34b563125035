// SPDX-License-Identifier: Apache-2.0
// KnownEvents: the events of a project: those that its wrappers declare, those that the manager raises by
// itself, and those that only a diagram's name makes known. For each the values that it carries and the
// classes that it can be about, so that a diagram knows what `this` is. Agrees with what runtime/workflow and
// the implementations of the keys raise. Any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/class_tree.h"
#include "dsl/kind_rules.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/wrapper.h"

namespace attune::dsl {

inline constexpr std::string_view kStart = "start", kStop = "stop";  // a project's beginning and end

// Of an event that is called like a run that no diagram stands for (model::is_own_run).
inline constexpr std::string_view kOwnRunHelp =
    "runs that a person or the manager itself starts are called so: give the event another name";

struct KnownEvent {
  std::string name;
  bool is_declared = false;     // by a wrapper or built in: then these are all its values
  bool is_about_host = false;   // host_down, host_up: `this` is each component of a class on that host
  bool has_no_subject = false;  // there can be no `this`: about a site or a host by itself, or about nothing
  bool is_about_place = false;  // about a site or a host, whose name event.component is
  std::vector<model::EventValue> values;
  Classes subjects;                 // concrete ones that it can be about; none where nobody tells
  std::optional<Subject> answered;  // what `this` is in the diagram that answers it, where there is one
};

class KnownEvents {
 public:
  // Two wrappers that declare different values of one event are found.
  KnownEvents(const ClassTree& tree, Diagnostics& found);

  // A diagram makes its event known, whoever raises it.
  void add(const std::string& name);
  void answer(const std::string& name, Subject subject);

  const KnownEvent* find(std::string_view name) const;
  std::vector<std::string> names() const;
  std::vector<std::string> declared() const;  // start and stop among them

 private:
  void add_built_in();
  void add_declared(const model::Wrapper& wrapper, Diagnostics& found);
  KnownEvent& at(const std::string& name);
  void add_places();
  KnownEvent& built_in(const std::string& name, const std::vector<std::string>& values);
  Classes subjects_of(const model::Class& raiser, const model::Wrapper& wrapper) const;
  Classes destination(const model::Navigation& navigation, const model::Class& from) const;

  const ClassTree& tree_;
  std::map<std::string, KnownEvent, std::less<>> events_;
  std::map<std::string, const model::EventDeclaration*, std::less<>> first_;  // that was met
};

}  // namespace attune::dsl
