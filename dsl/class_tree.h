// SPDX-License-Identifier: Apache-2.0
// ClassTree: what follows from a project's classes for those who ask again and again: which concrete classes
// a name stands for, what several have in common, and on whose hosts they run. Made once for all diagrams of
// a project; immutable; any thread.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/model/project.h"

namespace attune::dsl {

using Classes = std::vector<const model::Class*>;

class ClassTree {
 public:
  // The project's classes, associations, families and wrappers must outlive it and stay where they are.
  explicit ClassTree(const model::Project& project);

  const model::Project& project() const { return project_; }

  // The concrete classes that are, or inherit from, the one of that name; none where there is none.
  const Classes& concrete(std::string_view name) const;
  // All concrete classes.
  const Classes& concrete() const { return all_; }
  // The nearest class from which all of them are; nullptr where there is none.
  const model::Class* common(const Classes& classes) const;
  // Whether a component of the one class could be of the other.
  bool are_related(std::string_view one, std::string_view other) const;

  // The families, or classes of VMs, on whose hosts components of the class may run: its own, or its
  // containers'.
  const std::vector<std::string>& places(std::string_view name) const;
  // Whether others live inside its instances, which are hosts then.
  bool is_host(std::string_view name) const;
  // The classes whose instances can contain one of the class.
  const Classes& containers(std::string_view name) const;

 private:
  struct Facts {
    Classes concrete, containers;
    std::vector<std::string> places;
    bool is_host = false;
  };

  void find_places();
  const Facts& facts(std::string_view name) const;

  const model::Project& project_;
  Classes all_;
  std::map<std::string, Facts, std::less<>> facts_;
};

}  // namespace attune::dsl
