// SPDX-License-Identifier: Apache-2.0
#include "dsl/name_check.h"

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <fmt/format.h>

namespace attune::dsl {

namespace {

// Those that have instances, by name: a project may have many.
class NamedClasses {
 public:
  explicit NamedClasses(const std::vector<model::Class>& classes) {
    for (const model::Class& one : classes)
      if (!one.is_abstract) all_.emplace(one.name, &one);
  }

  const model::Class* find(std::string_view name) const {
    const auto at = all_.find(name);
    return at == all_.end() ? nullptr : at->second;
  }

  // The classes whose instances are numbered, and one of which is called so: "vm12" is of "vm1" or of "vm".
  std::vector<const model::Class*> numbered(std::string_view name) const {
    std::vector<const model::Class*> found;
    for (; name.size() > 1 && name.back() >= '0' && name.back() <= '9'; name.remove_suffix(1)) {
      const model::Class* of = name.back() == '0' ? nullptr : find(name.substr(0, name.size() - 1));
      if (of != nullptr && of->max != 1) found.push_back(of);
    }
    return found;
  }

 private:
  std::unordered_map<std::string_view, const model::Class*> all_;
};

void check_class(const model::Class& one, const NamedClasses& classes, Diagnostics& found) {
  if (one.is_abstract) return;
  for (const model::Class* other : classes.numbered(one.name))
    found.error("name-clash", one.place,
                fmt::format("instances of '{}' and of '{}' could be called alike", one.name, other->name),
                "give one of the classes another name");
}

// The class whose instance the host's name could be; nullptr where there is none.
const model::Class* find_namesake(const NamedClasses& classes, const std::string& host) {
  const model::Class* alone = classes.find(host);
  if (alone != nullptr && alone->max == 1) return alone;
  const auto numbered = classes.numbered(host);
  return numbered.empty() ? nullptr : numbered.front();
}

}  // namespace

void check_names(const std::vector<model::Class>& classes, const std::vector<model::HostFamily>& families,
                 Diagnostics& found) {
  const NamedClasses named(classes);
  for (const model::Class& one : classes) check_class(one, named, found);
  std::map<std::string_view, const model::HostFamily*> hosts;
  for (const model::HostFamily& family : families) {
    for (const model::HostDeclaration& host : family.hosts) {
      const auto [earlier, is_new] = hosts.emplace(host.name, &family);
      if (!is_new) {
        found.error("duplicate-host", host.place,
                    fmt::format("host '{}' is in the family '{}' already", host.name, earlier->second->name),
                    "a host belongs to one family");
      } else if (const model::Class* namesake = find_namesake(named, host.name)) {
        found.error("name-clash", host.place,
                    fmt::format("the host '{}' and an instance of '{}' could be called alike", host.name,
                                namesake->name),
                    "give one of them another name; address=... tells where the host is");
      }
    }
  }
}

}  // namespace attune::dsl
