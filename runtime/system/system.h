// SPDX-License-Identifier: Apache-2.0
// System: the live component architecture: which components there are, on which hosts, bound to which others,
// and in which state. It changes only by apply(Change), so that replaying the journal's changes gives the
// same system. Loop thread only.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/model/project.h"
#include "runtime/system/change.h"
#include "runtime/system/component.h"
#include "runtime/system/host.h"

namespace attune::system {

struct Snapshot;

class System {
 public:
  // With the families' hosts and no components. The project must outlive it.
  explicit System(const model::Project& project);
  ~System();
  System(System&&) noexcept;

  const model::Project& project() const;

  // Whether the change is possible now; the Error says why not (unknown component, cardinality exceeded,
  // wrong type, name taken). check() then apply() never fails; apply() of an impossible change is an Error
  // and does nothing.
  Result<void> check(const Change& change) const;
  Result<void> apply(const Change& change);

  const Component* find(ComponentId id) const;
  const Component* find(std::string_view name) const;
  std::vector<const Component*> components() const;  // by id
  // Instances of the class and its subclasses, by number.
  std::vector<const Component*> instances(std::string_view class_name) const;
  size_t count(std::string_view class_name) const;  // how many instances() has, without making them
  const model::Class& class_of(const Component& component) const;

  // Bound along the role, in the order bound; nothing where the role has none. kNotFound for an unknown role.
  Result<std::vector<const Component*>> along(const Component& component, std::string_view role) const;
  // Who is bound to it: (owner, association).
  std::vector<std::pair<const Component*, uint32_t>> bound_to(const Component& component) const;
  std::vector<const Component*> contents(const Component& component) const;

  // The instance's own value or the class's; kNotFound for an unknown attribute, kInvalid for one without a
  // value.
  Result<model::Value> attribute(const Component& component, std::string_view name) const;
  // Where every Secret comes from that a component has, or gets when it is made. Takes as long as there are
  // such places and classes, however many components there are.
  std::set<std::string> secret_sources() const;

  // Where it runs: its own host or its outermost container's; nullptr where it has none yet.
  const Host* host_of(const Component& component) const;
  const Host* find_host(std::string_view name) const;
  const Host* find_host(HostId id) const;
  std::vector<const Host*> hosts(std::string_view family) const;  // in the node file's order
  std::vector<const Host*> hosts() const;
  std::vector<const Component*> components_on(const Host& host) const;
  // Those with a host that did not answer when they were given another, by id.
  std::vector<const Component*> left_behind() const;
  size_t count_on(const Host& host) const;
  // Its `memory` attribute; zero where its class has none.
  model::Size memory_of(const Component& component) const;
  // Memory not yet taken by the `memory` attributes of what is placed there; nothing where its size is
  // unknown.
  std::optional<model::Size> free_memory(const Host& host) const;

  // The sites and their links, with what was told of them last.
  const std::vector<model::Site>& sites() const;
  const std::vector<model::Link>& links() const;
  const model::Site* find_site(std::string_view name) const;
  // Where the host stands; a VM stands where its host does. nullptr where that is not known, and in a project
  // without sites: then a default model::Site says how near all are.
  const model::Site* site_of(const Host& host) const;
  // nullptr where there is none.
  const model::Link* link_between(std::string_view a, std::string_view b) const;

  void measured(std::string_view host, Instant at, model::Percent cpu);  // load is not journalled

  // The next id and number that a new instance of the class would get; a number is never used again.
  ComponentId next_id() const;
  uint32_t next_number(std::string_view class_name) const;

  // All that changes have made of it, as a value; and the same of a value, in a system that had no change
  // yet. The Error says which change the project does not allow (any more).
  Snapshot snapshot() const;
  Result<void> restore(const Snapshot& of);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace attune::system
