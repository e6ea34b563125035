// SPDX-License-Identifier: Apache-2.0
#include "dsl/navigation_check.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/suggest.h"

namespace attune::dsl {

namespace {

constexpr uint64_t kAny = std::numeric_limits<uint64_t>::max();

uint64_t times(uint64_t a, uint64_t b) {
  if (a == 0 || b == 0) return 0;
  return a > kAny / b ? kAny : a * b;
}

uint64_t most_of(const model::Cardinality& count) {
  return count.max == model::Cardinality::kMany ? kAny : count.max;
}

class Walk {
 public:
  Walk(const model::Project& project, const model::Class& from, const model::Navigation& navigation,
       Diagnostics& found)
      : project_(project), from_(from), navigation_(navigation), found_(found) {}

  std::optional<Destination> run() {
    if (!begin()) return std::nullopt;
    for (const std::string& step : navigation_.steps) {
      if (!take(step)) return std::nullopt;
    }
    if (at_ == At::kComponent || at_ == At::kHost) {
      const std::string_view what = at_ == At::kComponent ? "a component" : "a host";
      refuse("no-value", fmt::format("'{}' is {}, not a value", to_text(navigation_), what),
             fmt::format("write {}.name", to_text(navigation_)));
      return std::nullopt;
    }
    return std::move(reached_);
  }

 private:
  enum class At { kComponent, kHost, kValue, kAnything };

  void refuse(std::string_view code, std::string message, std::string hint) {
    found_.error(code, navigation_.place, fmt::format("class '{}': {}", from_.name, message),
                 std::move(hint));
  }

  bool begin() {
    using Root = model::Navigation::Root;
    switch (navigation_.root) {
      case Root::kThis:
        class_ = &from_;
        return true;
      case Root::kArgument:
        at_ = At::kAnything;  // only the diagrams tell what they pass
        reached_.least = 0;
        return true;
      case Root::kManager:
        return begin_at_manager();
      case Root::kName:
        return begin_at_name();
    }
    return false;
  }

  bool begin_at_manager() {
    at_ = At::kAnything;
    if (navigation_.steps.size() == 1 && model::is_one_of(navigation_.steps[0], model::kManagerMembers))
      return true;
    refuse("unknown-name", fmt::format("'{}' is nothing of the manager's", to_text(navigation_)),
           "known: $manager.pipe, $manager.project, $manager.name");
    return false;
  }

  bool begin_at_name() {
    class_ = &from_;
    if (project_.find_role(from_.name, navigation_.name) != nullptr) return take(navigation_.name);
    class_ = project_.find_class(navigation_.name);
    if (class_ == nullptr) {
      refuse("unknown-name", fmt::format("'{}' is neither a role nor a class", navigation_.name),
             hint_for_name());
      return false;
    }
    reached_.least = reached_.most = 0;
    for (const model::Class& one : project_.classes) {
      if (one.is_abstract || !project_.is_a(one.name, class_->name)) continue;
      reached_.least += one.initial;
      reached_.most = one.max == UINT32_MAX ? kAny : reached_.most + one.max;
    }
    return true;
  }

  std::string hint_for_name() const {
    if (from_.find_attribute(navigation_.name) != nullptr)
      return fmt::format("an attribute of the component itself is $this.{}", navigation_.name);
    std::vector<std::string> known = roles_of(from_);
    for (const model::Class& one : project_.classes) known.push_back(one.name);
    known.emplace_back("this");
    known.emplace_back("manager");
    return suggestion(navigation_.name, known);
  }

  bool take(const std::string& step) {
    switch (at_) {
      case At::kComponent:
        return take_from_component(step);
      case At::kHost:
        return take_from_host(step);
      case At::kValue:
        refuse("unknown-name",
               fmt::format("nothing follows '{}' in '{}': it is a value", before_, to_text(navigation_)),
               fmt::format("to go on with text, write ${{...}}.{} in a wrapper or a template", step));
        return false;
      case At::kAnything:
        return true;
    }
    return false;
  }

  bool take_from_component(const std::string& step) {
    before_ = step;
    if (step == "host") {
      at_ = At::kHost;
      return true;
    }
    if (step == "container") return take_container();
    if (model::is_one_of(step, model::kComponentMembers)) {
      at_ = At::kValue;
      return true;
    }
    if (class_->find_attribute(step) != nullptr) {
      at_ = At::kValue;
      reached_.attribute = step;
      for (const model::Class& one : project_.classes) {
        if (project_.is_a(one.name, class_->name)) reached_.classes.push_back(&one);
      }
      return true;
    }
    if (const model::Association* role = project_.find_role(class_->name, step)) {
      reached_.least = times(reached_.least, role->to_count.min);
      reached_.most = times(reached_.most, most_of(role->to_count));
      class_ = project_.find_class(role->to);
      return class_ != nullptr;
    }
    return unknown_of_component(step);
  }

  bool take_container() {
    const model::Association* within = nullptr;
    for (const model::Association& one : project_.associations) {
      if (!one.composition || !project_.is_a(class_->name, one.to)) continue;
      if (within != nullptr && within->from != one.from) {
        refuse("unknown-name",
               fmt::format("'{}' may stand in a '{}' or in a '{}'", class_->name, within->from, one.from),
               "give the content a role that leads to what it needs");
        return false;
      }
      within = &one;
    }
    if (within == nullptr) {
      refuse("unknown-name", fmt::format("nothing contains a '{}'", class_->name),
             "a composition makes a container");
      return false;
    }
    if (within->from_count.min == 0) reached_.least = 0;
    class_ = project_.find_class(within->from);
    return class_ != nullptr;
  }

  bool unknown_of_component(const std::string& step) {
    std::vector<std::string> known = roles_of(*class_);
    for (const model::Attribute& attribute : class_->attributes) known.push_back(attribute.name);
    for (const std::string_view member : model::kComponentMembers) known.emplace_back(member);
    refuse("unknown-name",
           fmt::format("'{}' in '{}' is neither an attribute nor a role of '{}'", step, to_text(navigation_),
                       class_->name),
           suggestion(step, known));
    return false;
  }

  std::vector<std::string> roles_of(const model::Class& of) const {
    std::vector<std::string> roles;
    for (const model::Association& one : project_.associations) {
      if (project_.is_a(of.name, one.from)) roles.push_back(one.role);
    }
    return roles;
  }

  bool take_from_host(const std::string& step) {
    before_ = step;
    at_ = At::kValue;
    if (model::is_one_of(step, model::kHostMembers)) return true;
    std::vector<std::string> known(std::begin(model::kHostMembers), std::end(model::kHostMembers));
    for (const model::HostFamily* family : families_of(*class_)) {
      for (const model::HostDeclaration& host : family->hosts) {
        if (host.properties.contains(step)) return true;
        for (const auto& [name, _] : host.properties) known.push_back(name);
      }
    }
    std::sort(known.begin(), known.end());
    known.erase(std::unique(known.begin(), known.end()), known.end());
    refuse("unknown-name", fmt::format("no host of '{}' has '{}'", class_->name, step),
           suggestion(step, known));
    return false;
  }

  // On whose hosts components of the class may run: its own family's, or its containers'.
  std::set<const model::HostFamily*> families_of(const model::Class& of) const {
    std::set<const model::HostFamily*> families;
    std::set<std::string> seen;
    std::vector<const model::Class*> next{&of};
    while (!next.empty()) {
      const model::Class& at = *next.back();
      next.pop_back();
      if (!seen.insert(at.name).second) continue;
      if (const auto* family = project_.find_family(at.host_family)) families.insert(family);
      for (const model::Association& one : project_.associations) {
        if (!one.composition || !project_.is_a(at.name, one.to)) continue;
        for (const model::Class& container : project_.classes) {
          if (project_.is_a(container.name, one.from)) next.push_back(&container);
        }
      }
    }
    return families;
  }

  const model::Project& project_;
  const model::Class& from_;
  const model::Navigation& navigation_;
  Diagnostics& found_;
  At at_ = At::kComponent;
  const model::Class* class_ = nullptr;
  std::string before_;  // the step taken last
  Destination reached_;
};

}  // namespace

bool Destination::is_secret() const {
  return std::any_of(classes.begin(), classes.end(), [&](const model::Class* one) {
    const model::Attribute* found = one->find_attribute(attribute);
    return found != nullptr && found->type == model::Type::kSecret;
  });
}

std::optional<Destination> follow(const model::Project& project, const model::Class& from,
                                  const model::Navigation& navigation, Diagnostics& found) {
  return Walk(project, from, navigation, found).run();
}

}  // namespace attune::dsl
