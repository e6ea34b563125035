// SPDX-License-Identifier: Apache-2.0
// KindRules: what can be told of components, hosts and sets of them before a diagram runs: what a dot leads
// to, and what a variable is that is given now this, now that. Agrees with runtime/workflow/operand.h, which
// does the same with what is really there. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/class_tree.h"
#include "runtime/model/expression.h"
#include "runtime/model/project.h"

namespace attune::dsl {

// What `this` is in a diagram.
struct Subject {
  std::string class_name;  // empty where it may be of several classes that have nothing in common
  Classes classes;         // the concrete ones that it may be of; none: there is no `this`
};

class KindRules {
 public:
  // Both must outlive it.
  KindRules(const ClassTree& tree, const Subject& subject) : tree_(tree), subject_(subject) {}

  const ClassTree& tree() const { return tree_; }
  const Subject& subject() const { return subject_; }

  // The concrete classes of which components of the kind may be.
  const Classes& classes_of(const model::Kind& kind) const;

  model::Kind kind_of_subject() const;
  model::Kind kind_of_class(const model::Class& of) const;  // of its name alone: its instances
  static model::Kind kind_of_role(const model::Association& role);

  // What `name` is of it; nothing where not all that it may be have such a thing.
  std::optional<model::Kind> member(const model::Kind& of, std::string_view name) const;
  // The role of that name; nullptr where it is none, or not one and the same of all that it may be.
  const model::Association* find_role(const model::Kind& of, std::string_view name) const;
  // All that a dot can lead to, for hints.
  std::vector<std::string> members(const model::Kind& of) const;

  // The kind of what is now of the one kind, now of the other; nothing where they have nothing in common.
  std::optional<model::Kind> merged(const model::Kind& a, const model::Kind& b) const;

 private:
  std::optional<model::Kind> member_of_component(const model::Kind& of, std::string_view name) const;
  std::optional<model::Kind> container(const model::Kind& of) const;
  std::optional<model::Kind> attribute(const model::Kind& of, std::string_view name) const;
  std::optional<model::Kind> member_of_host(const model::Kind& of, std::string_view name) const;
  std::vector<const model::HostFamily*> families_of(const model::Kind& hosts) const;

  const ClassTree& tree_;
  const Subject& subject_;
};

// A value of the type.
model::Kind kind_of(model::Type type, bool optional = false);
// What of several gives when one gives this.
model::Kind gathered(model::Kind one);
bool is_component(const model::Kind& kind);  // one, or a set
bool is_host(const model::Kind& kind);       // one, or a set

}  // namespace attune::dsl
