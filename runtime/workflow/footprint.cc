// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/footprint.h"

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

#include "runtime/model/power.h"
#include "runtime/system/stubs.h"
#include "runtime/workflow/planned_moves.h"
#include "runtime/workflow/stub_call.h"

namespace attune::workflow {

namespace {

using model::Expression;
using system::Component;
using system::System;

// Whether the stub, of a class of virtual machines, ends one.
bool ends_vm(const System& system, const std::string& class_name, std::string_view stub) {
  const model::Class* of = system.project().find_class(class_name);
  const model::Wrapper* wrapper = of == nullptr ? nullptr : system.project().wrapper_of(*of);
  if (wrapper == nullptr) return false;
  for (const model::Stub& one : wrapper->stubs)
    if (one.name == stub)
      return one.key == system::kVmKey && (one.operation == "stop" || one.operation == "kill");
  return stub == kUndeploy;
}

void add_inside(Footprint& to, const System& system, const Component& vm) {
  const system::Host* itself = system.find_host(vm.name);
  if (itself == nullptr || itself->vm != vm.id) return;
  for (const Component* inside : system.components_on(*itself)) add_whole(to, system, *inside);
}

// Follows expressions as far as can be told before the run begins.
class Survey {
 public:
  Survey(const model::Diagram& diagram, const System& system, system::ComponentId self, bool present_only)
      : diagram_(diagram), system_(system), self_(system.find(self)), present_only_(present_only) {}

  Footprint run() {
    if (self_ != nullptr) touch({{self_->id}, {}});
    for (const model::State& state : diagram_.states) {
      for (const model::Action& action : state.actions) {
        std::visit([this](const auto& what) { look_at(what); }, action.what);
      }
    }
    return std::move(footprint_);
  }

 private:
  // What an expression can name: these components, and any of these classes.
  struct Reach {
    std::vector<system::ComponentId> components;
    std::vector<std::string> classes;
    void add(Reach other) {
      components.insert(components.end(), other.components.begin(), other.components.end());
      classes.insert(classes.end(), other.classes.begin(), other.classes.end());
    }
  };

  void look_at(const model::CallAction& action) {
    const Reach reach = reach_of(action.target);
    touch(reach);
    touch_ended_by(action.stub, reach);
    if (model::is_power_stub(action.stub)) touch_power(reach);
  }
  // Which one switches a host, only the run tells, also where one is named: another does where that cannot.
  void touch_power(const Reach& reach) {
    for (const model::HostFamily& family : system_.project().families)
      for (const model::HostDeclaration& host : family.hosts)
        if (may_be_switched_by(reach, model::power_of(host)))
          add_class(footprint_, system_, model::power_of(host));
  }
  bool may_be_switched_by(const Reach& reach, std::string_view power) const {
    const model::Project& project = system_.project();
    if (power.empty()) return false;
    if (reach.components.empty() && reach.classes.empty()) return true;
    return std::any_of(reach.components.begin(), reach.components.end(),
                       [&](system::ComponentId id) {
                         return project.is_a(system_.class_of(*system_.find(id)).name, power);
                       }) ||
           std::any_of(reach.classes.begin(), reach.classes.end(),
                       [&](const std::string& name) { return project.is_a(name, power); });
  }
  void look_at(const model::BindAction& action) {
    touch(reach_of(action.owner));
    touch(reach_of(action.component));
  }
  void look_at(const model::AssignAction& action) {
    if (!action.target) return;
    const Reach reach = reach_of(*action.target);
    touch(reach);
    if (action.attribute == "host") touch_contents(reach);
  }
  void look_at(const model::CreateAction& action) {
    if (!is_left_out(action)) touch_contents({{}, {action.class_name}});
  }
  // Whoever is bound to it, or to what is in it, loses that binding.
  void look_at(const model::RemoveAction& action) {
    Survey removed(diagram_, system_, system::kNoComponent, present_only_);
    removed.touch_contents(action.instance ? reach_of(*action.instance) : Reach{{}, {action.class_name}});
    const Footprint& gone = removed.footprint_;
    for (const Footprint::One& one : gone.components) touch_owners_of(one.id);
    for (const uint32_t index : gone.classes) touch_owners_of(system_.project().classes[index].name);
    footprint_.components.insert(gone.components.begin(), gone.components.end());
    footprint_.classes.insert(gone.classes.begin(), gone.classes.end());
  }
  // What lives in something is made in something that is there already.
  bool is_left_out(const model::CreateAction& made) const {
    const model::Project& project = system_.project();
    const model::Class* of = project.find_class(made.class_name);
    const auto contains = [&](const model::Association& one) {
      return one.composition && project.is_a(made.class_name, one.to);
    };
    return present_only_ && of != nullptr && !of->in_vms &&
           std::none_of(project.associations.begin(), project.associations.end(), contains);
  }
  // These only read.
  void look_at(const model::EmitAction&) {}
  void look_at(const model::WaitAction&) {}
  void look_at(const model::AlertAction&) {}
  void look_at(const model::PlanAction&) {}
  // Which ones, only the plan tells.
  void look_at(const model::CarryOutAction&) {
    const model::Project& project = system_.project();
    for (const model::Class& one : project.classes)
      if (is_planned(project, one)) touch_contents({{}, {one.name}});
  }

  void touch(const Reach& reach) {
    for (const system::ComponentId id : reach.components) add_component(footprint_, system_, id);
    for (const std::string& name : reach.classes) add_class(footprint_, system_, name);
  }

  void touch_contents(const Reach& reach) {
    for (const system::ComponentId id : reach.components) {
      if (const Component* component = system_.find(id)) add_whole(footprint_, system_, *component);
    }
    for (const std::string& name : reach.classes) touch_class_contents(name);
  }

  // What lives in a virtual machine ends with it.
  void touch_ended_by(const std::string& stub, const Reach& reach) {
    for (const system::ComponentId id : reach.components) add_ended(footprint_, system_, id, stub);
    const model::Project& project = system_.project();
    for (const std::string& name : reach.classes)
      for (const model::Class& other : project.classes)
        if (other.in_vms && project.is_a(name, other.host_family) && ends_vm(system_, name, stub))
          touch_class_contents(other.name);
  }

  void touch_owners_of(system::ComponentId id) {
    for (const Component* owner : system_.components()) {
      const bool is_bound = std::any_of(owner->bindings.begin(), owner->bindings.end(),
                                        [id](const system::Binding& binding) { return binding.to == id; });
      if (is_bound) add_component(footprint_, system_, owner->id);
    }
  }
  void touch_owners_of(const std::string& class_name) {
    for (const model::Association& association : system_.project().associations) {
      if (system_.project().is_a(class_name, association.to))
        add_class(footprint_, system_, association.from);
    }
  }

  // The class, what its instances contain, and what lives inside them.
  void touch_class_contents(const std::string& name) {
    const model::Project& project = system_.project();
    if (std::find(visited_.begin(), visited_.end(), name) != visited_.end()) return;
    visited_.push_back(name);
    add_class(footprint_, system_, name);
    for (const model::Association& association : project.associations) {
      if (association.composition &&
          (project.is_a(name, association.from) || project.is_a(association.from, name)))
        touch_class_contents(association.to);
    }
    for (const model::Class& other : project.classes) {
      if (other.in_vms && project.is_a(name, other.host_family)) touch_class_contents(other.name);
    }
  }

  Reach reach_of(const Expression& e) {
    switch (e.form) {
      case Expression::Form::kName:
        return reach_of_name(e);
      case Expression::Form::kMember:
        return reach_of_member(e);
      case Expression::Form::kCall:
        return e.name == "where" ? reach_of(e.operands[0]) : Reach{};
      default:
        return {};
    }
  }

  Reach reach_of_name(const Expression& e) {
    using M = Expression::Meaning;
    const bool open = e.meaning == M::kUnresolved;
    if (e.meaning == M::kThis || (open && e.name == "this")) {
      return self_ == nullptr ? Reach{} : Reach{{self_->id}, {}};
    }
    if (e.meaning == M::kVariable || (open && is_variable(e.name))) return reach_of_variable(e.name);
    if (self_ != nullptr && e.meaning != M::kClass) {
      if (const model::Association* role = role_of(*self_, e.name)) return along(*self_, *role);
    }
    if (system_.project().find_class(e.name) != nullptr) return {{}, {e.name}};
    return {};
  }

  Reach reach_of_member(const Expression& e) {
    const Reach base = reach_of(e.operands[0]);
    if (e.name == "newest" || e.name == "oldest") return base;
    if (e.name == "container") return containers_of(base);
    Reach reach;
    for (const system::ComponentId id : base.components) {
      const Component& owner = *system_.find(id);
      if (const model::Association* role = role_of(owner, e.name)) reach.add(along(owner, *role));
    }
    for (const std::string& name : base.classes) {
      if (const model::Association* role = system_.project().find_role(name, e.name))
        reach.add({{}, {role->to}});
    }
    return reach;
  }

  Reach containers_of(const Reach& contents) const {
    Reach reach;
    for (const system::ComponentId id : contents.components) {
      const system::ComponentId container = system_.find(id)->container;
      if (container != system::kNoComponent) reach.components.push_back(container);
    }
    for (const std::string& name : contents.classes) {
      for (const model::Association& one : system_.project().associations) {
        if (one.composition && system_.project().is_a(name, one.to)) reach.classes.push_back(one.from);
      }
    }
    return reach;
  }

  bool is_variable(const std::string& name) const {
    for (const model::State& state : diagram_.states) {
      for (const model::Action& action : state.actions) {
        const auto* assign = std::get_if<model::AssignAction>(&action.what);
        const auto* create = std::get_if<model::CreateAction>(&action.what);
        const auto* plan = std::get_if<model::PlanAction>(&action.what);
        if ((assign != nullptr && assign->variable == name) ||
            (create != nullptr && create->variable == name) || (plan != nullptr && plan->variable == name))
          return true;
      }
    }
    return false;
  }

  // All that any of its assignments can give it.
  Reach reach_of_variable(const std::string& name) {
    if (std::find(following_.begin(), following_.end(), name) != following_.end()) return {};
    following_.push_back(name);
    Reach reach;
    for (const model::State& state : diagram_.states) {
      for (const model::Action& action : state.actions) {
        if (const auto* assign = std::get_if<model::AssignAction>(&action.what)) {
          if (assign->variable == name) reach.add(reach_of(assign->value));
        } else if (const auto* create = std::get_if<model::CreateAction>(&action.what)) {
          if (create->variable == name && !is_left_out(*create)) reach.add({{}, {create->class_name}});
        }
      }
    }
    following_.pop_back();
    return reach;
  }

  const model::Association* role_of(const Component& owner, const std::string& name) const {
    return system_.project().find_role(system_.class_of(owner).name, name);
  }

  Reach along(const Component& owner, const model::Association& role) const {
    const auto index = static_cast<uint32_t>(&role - system_.project().associations.data());
    Reach reach;
    for (const system::Binding& binding : owner.bindings) {
      if (binding.association == index) reach.components.push_back(binding.to);
    }
    return reach;
  }

  const model::Diagram& diagram_;
  const System& system_;
  const Component* self_;
  const bool present_only_;
  Footprint footprint_;
  std::vector<std::string> visited_;    // classes whose contents are in already
  std::vector<std::string> following_;  // variables, so that `a = b`, `b = a` ends
};

}  // namespace

Footprint footprint_of(const model::Diagram& diagram, const System& system, system::ComponentId self) {
  return Survey(diagram, system, self, false).run();
}

Footprint footprint_of_present(const model::Diagram& diagram, const System& system,
                               system::ComponentId self) {
  return Survey(diagram, system, self, true).run();
}

void add_component(Footprint& to, const System& system, system::ComponentId id) {
  if (const Component* component = system.find(id)) to.components.insert({id, component->class_index});
}

void add_class(Footprint& to, const System& system, std::string_view class_name) {
  const auto& classes = system.project().classes;
  for (uint32_t i = 0; i < classes.size(); ++i) {
    if (classes[i].name == class_name || system.project().is_a(classes[i].name, class_name))
      to.classes.insert(i);
  }
}

void add_ended(Footprint& to, const System& system, system::ComponentId id, std::string_view stub) {
  const Component* component = system.find(id);
  if (component != nullptr && ends_vm(system, system.class_of(*component).name, stub))
    add_inside(to, system, *component);
}

void add_whole(Footprint& to, const System& system, const Component& component) {
  add_component(to, system, component.id);
  for (const Component* content : system.contents(component)) add_whole(to, system, *content);
  add_inside(to, system, component);
}

}  // namespace attune::workflow
