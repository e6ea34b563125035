// SPDX-License-Identifier: Apache-2.0
#include "runtime/system/stubs.h"

namespace attune::system {

const model::Stub* stub_of(const System& system, const Component& component, std::string_view name) {
  const model::Wrapper* wrapper = system.project().wrapper_of(system.class_of(component));
  return wrapper == nullptr ? nullptr : wrapper->find_stub(name);
}

std::string_view start_key_of(const System& system, const Component& component) {
  const model::Stub* start = stub_of(system, component, "start");
  return start == nullptr ? std::string_view() : start->key;
}

}  // namespace attune::system
