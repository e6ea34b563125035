// SPDX-License-Identifier: Apache-2.0
#include "dsl/class_tree.h"

#include <algorithm>

namespace attune::dsl {

namespace {

template <class T>
void add_once(std::vector<T>& to, const T& one) {
  if (std::find(to.begin(), to.end(), one) == to.end()) to.push_back(one);
}

}  // namespace

ClassTree::ClassTree(const model::Project& project) : project_(project) {
  for (const model::Class& one : project.classes) {
    if (!one.is_abstract) all_.push_back(&one);
    for (const model::Class* at = &one; at != nullptr; at = project.find_class(at->base)) {
      Facts& facts = facts_[at->name];
      if (!one.is_abstract) facts.concrete.push_back(&one);
    }
  }
  for (const model::Association& association : project.associations) {
    if (!association.composition) continue;
    for (const model::Class* content : concrete(association.to)) {
      for (const model::Class* container : concrete(association.from))
        add_once(facts_[content->name].containers, container);
    }
  }
  find_places();
}

void ClassTree::find_places() {
  for (const model::Class& one : project_.classes) {
    if (!one.in_vms) continue;
    for (const model::Class* vm : concrete(one.host_family)) facts_[vm->name].is_host = true;
    facts_[one.host_family].is_host = true;
  }
  for (auto& [name, facts] : facts_) {
    Classes next = facts.concrete;
    for (size_t i = 0; i < next.size(); ++i) {
      if (!next[i]->host_family.empty()) add_once(facts.places, next[i]->host_family);
      for (const model::Class* container : this->facts(next[i]->name).containers) add_once(next, container);
    }
  }
}

const ClassTree::Facts& ClassTree::facts(std::string_view name) const {
  static const Facts kNone;
  const auto found = facts_.find(name);
  return found == facts_.end() ? kNone : found->second;
}

const Classes& ClassTree::concrete(std::string_view name) const {
  return facts(name).concrete;
}

const std::vector<std::string>& ClassTree::places(std::string_view name) const {
  return facts(name).places;
}

bool ClassTree::is_host(std::string_view name) const {
  return facts(name).is_host;
}

const Classes& ClassTree::containers(std::string_view name) const {
  return facts(name).containers;
}

const model::Class* ClassTree::common(const Classes& classes) const {
  if (classes.empty()) return nullptr;
  for (const model::Class* at = classes.front(); at != nullptr; at = project_.find_class(at->base)) {
    const bool all = std::all_of(classes.begin(), classes.end(),
                                 [&](const model::Class* one) { return project_.is_a(one->name, at->name); });
    if (all) return at;
  }
  return nullptr;
}

bool ClassTree::are_related(std::string_view one, std::string_view other) const {
  return project_.is_a(one, other) || project_.is_a(other, one);
}

}  // namespace attune::dsl
