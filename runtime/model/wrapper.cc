// SPDX-License-Identifier: Apache-2.0
#include "runtime/model/wrapper.h"

#include <algorithm>

namespace attune::model {

namespace {

template <class Named>
const Named* find_named(const std::vector<Named>& all, std::string_view name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Named& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

const Stub* Wrapper::find_stub(std::string_view stub) const {
  return find_named(stubs, stub);
}

const EventDeclaration* Wrapper::find_event(std::string_view event) const {
  return find_named(events, event);
}

const Operation* Key::find_operation(std::string_view operation) const {
  return find_named(operations, operation);
}

// A key whose name ends in a colon is a family: it stands for every key that begins with it.
const Key* Catalog::find_key(std::string_view key) const {
  if (const Key* own = find_named(keys, key)) return own;
  const auto is_member = [key](const Key& one) {
    return one.name.ends_with(':') && key.starts_with(one.name);
  };
  const auto found = std::find_if(keys.begin(), keys.end(), is_member);
  return found == keys.end() ? nullptr : &*found;
}

}  // namespace attune::model
