// SPDX-License-Identifier: Apache-2.0
#include "dsl/name_check.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace attune::dsl {

namespace {

// Whether `name` is `stem` with a number behind it, as instances are called.
bool is_numbered(std::string_view name, std::string_view stem) {
  if (name.size() <= stem.size() || !name.starts_with(stem) || name[stem.size()] == '0') return false;
  return std::all_of(name.begin() + static_cast<std::ptrdiff_t>(stem.size()), name.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

void check_classes(const std::vector<model::Class>& classes, Diagnostics& found) {
  for (const model::Class& one : classes) {
    for (const model::Class& other : classes) {
      if (&one == &other || one.is_abstract || other.is_abstract || other.max == 1) continue;
      if (!is_numbered(one.name, other.name)) continue;
      found.error("name-clash", one.place,
                  fmt::format("instances of '{}' and of '{}' could be called alike", one.name, other.name),
                  "give one of the classes another name");
    }
  }
}

// The class whose instance the host's name could be; nullptr where there is none.
const model::Class* find_namesake(const std::vector<model::Class>& classes, const std::string& host) {
  const auto at = std::find_if(classes.begin(), classes.end(), [&](const model::Class& one) {
    return !one.is_abstract && (one.max == 1 ? host == one.name : is_numbered(host, one.name));
  });
  return at == classes.end() ? nullptr : &*at;
}

}  // namespace

void check_names(const std::vector<model::Class>& classes, const std::vector<model::HostFamily>& families,
                 Diagnostics& found) {
  check_classes(classes, found);
  std::map<std::string_view, const model::HostFamily*> hosts;
  for (const model::HostFamily& family : families) {
    for (const model::HostDeclaration& host : family.hosts) {
      const auto [earlier, is_new] = hosts.emplace(host.name, &family);
      if (!is_new) {
        found.error("duplicate-host", host.place,
                    fmt::format("host '{}' is in the family '{}' already", host.name, earlier->second->name),
                    "a host belongs to one family");
      } else if (const model::Class* namesake = find_namesake(classes, host.name)) {
        found.error("name-clash", host.place,
                    fmt::format("the host '{}' and an instance of '{}' could be called alike", host.name,
                                namesake->name),
                    "give one of them another name; address=... tells where the host is");
      }
    }
  }
}

}  // namespace attune::dsl
