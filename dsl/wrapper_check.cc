// SPDX-License-Identifier: Apache-2.0
#include "dsl/wrapper_check.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "dsl/navigation_check.h"

namespace attune::dsl {

namespace {

const model::Operation* find_operation(const model::Catalog& catalog, const model::Stub& stub) {
  const model::Key* key = catalog.find_key(stub.key);
  if (key == nullptr) return nullptr;
  const auto at = std::find_if(key->operations.begin(), key->operations.end(),
                               [&](const model::Operation& one) { return one.name == stub.operation; });
  return at == key->operations.end() ? nullptr : &*at;
}

// Whether the param at `index` must be one value, so that those behind it keep their meaning.
bool takes_one(const model::Operation* operation, size_t index) {
  if (operation == nullptr) return false;
  return operation->max_params != SIZE_MAX || index < operation->min_params;
}

void check_stub(const model::Project& project, const model::Class& of, const model::Stub& stub,
                const model::Operation* operation, Diagnostics& found) {
  for (size_t i = 0; i < stub.params.size(); ++i) {
    const auto& parts = stub.params[i].parts;
    for (const auto& part : parts) {
      const auto* navigation = std::get_if<model::Navigation>(&part);
      if (navigation == nullptr) continue;
      const auto reached = follow(project, of, *navigation, found);
      if (reached && reached->is_secret()) {
        found.error(
            "secret-shown", navigation->place,
            fmt::format("class '{}': '{}' is a Secret, and a param is shown in every list of processes",
                        of.name, to_text(*navigation)),
            fmt::format("write it into a template of configure, or let the component's own program "
                        "read ATTUNE_SECRET_{} in its environment",
                        reached->attribute));
        continue;
      }
      if (!reached || parts.size() > 1 || reached->most <= 1 || !takes_one(operation, i)) continue;
      found.error("wrong-cardinality", navigation->place,
                  fmt::format("class '{}': '{}' may give several values, but param {} of {} takes one",
                              of.name, to_text(*navigation), i + 1, stub.operation),
                  "write text around it, and they stand joined by commas; or bind the role to one component");
    }
  }
}

// An attribute of a class, whose value may lead to others.
using Node = std::pair<std::string, std::string>;

class AttributeGraph {
 public:
  AttributeGraph(const model::Project& project, const ValuePlaces& places, Diagnostics& found)
      : project_(project), places_(places), found_(found) {}

  void run() {
    for (const model::Class& one : project_.classes) {
      for (const model::Attribute& attribute : one.attributes) add(one, attribute);
    }
    for (const auto& [node, _] : leads_to_) find_cycle(node);
  }

 private:
  void add(const model::Class& of, const model::Attribute& attribute) {
    const std::string* text = attribute.value ? attribute.value->get_if<std::string>() : nullptr;
    if (text == nullptr || text->find('$') == text->npos) return;
    const Node node{of.name, attribute.name};
    const auto place = places_.find(node);
    const model::Template value =
        model::parse_template(*text, place == places_.end() ? attribute.place : place->second, found_);
    for (const auto& part : value.parts) {
      const auto* navigation = std::get_if<model::Navigation>(&part);
      if (navigation != nullptr) add(of, node, *navigation);
    }
  }

  void add(const model::Class& of, const Node& node, const model::Navigation& navigation) {
    if (navigation.root == model::Navigation::Root::kArgument) {
      found_.error("bad-navigation", navigation.place, "an attribute gets no arguments",
                   "navigate from the component: $this.attribute, $role.attribute");
      return;
    }
    const auto reached = follow(project_, of, navigation, found_);
    if (!reached || reached->attribute.empty()) return;
    if (reached->is_secret()) {
      found_.error("secret-shown", navigation.place,
                   fmt::format("class '{}': '{}' is a Secret, and the text of '{}' is shown to everyone",
                               of.name, to_text(navigation), node.second),
                   "write the Secret itself into a template of configure");
      return;
    }
    for (const model::Class* one : reached->classes) {
      leads_to_[node].push_back({{one->name, reached->attribute}, navigation});
    }
  }

  void find_cycle(const Node& start) {
    std::set<Node> seen;
    std::vector<Node> next{start};
    while (!next.empty()) {
      const Node at = std::move(next.back());
      next.pop_back();
      const auto ways = leads_to_.find(at);
      if (ways == leads_to_.end()) continue;
      for (const auto& [to, navigation] : ways->second) {
        if (to == start) return tell(start, navigation);
        if (seen.insert(to).second) next.push_back(to);
      }
    }
  }

  void tell(const Node& start, const model::Navigation& last) {
    const auto place = places_.find(start);
    found_.error("cycle", place == places_.end() ? last.place : place->second,
                 fmt::format("the value of '{}' of '{}' leads back to itself, by '{}' at last", start.second,
                             start.first, to_text(last)),
                 "let one of the attributes on the way have a value without navigation");
  }

  const model::Project& project_;
  const ValuePlaces& places_;
  Diagnostics& found_;
  std::map<Node, std::vector<std::pair<Node, model::Navigation>>> leads_to_;
};

}  // namespace

void check_wrappers(const model::Project& project, const model::Catalog& catalog, Diagnostics& found) {
  for (const model::Class& one : project.classes) {
    const model::Wrapper* wrapper = project.wrapper_of(one);
    if (wrapper == nullptr || one.is_abstract) continue;
    for (const model::Stub& stub : wrapper->stubs)
      check_stub(project, one, stub, find_operation(catalog, stub), found);
  }
}

void check_attributes(const model::Project& project, const ValuePlaces& places, Diagnostics& found) {
  AttributeGraph(project, places, found).run();
}

}  // namespace attune::dsl
