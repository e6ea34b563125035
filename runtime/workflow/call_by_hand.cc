// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/call_by_hand.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "runtime/workflow/moving.h"

namespace attune::workflow {

namespace {

using system::Component;
using system::System;

// What the stub's params read of the arguments.
std::vector<const model::Navigation*> reads_of(const System& system, const Component& component,
                                               std::string_view stub) {
  std::vector<const model::Navigation*> all;
  const model::Wrapper* wrapper = system.project().wrapper_of(system.class_of(component));
  const model::Stub* found = wrapper == nullptr ? nullptr : wrapper->find_stub(stub);
  if (found == nullptr) return all;
  for (const model::Template& param : found->params) {
    for (const auto& part : param.parts) {
      const auto* navigation = std::get_if<model::Navigation>(&part);
      if (navigation != nullptr && navigation->root == model::Navigation::Root::kArgument)
        all.push_back(navigation);
    }
  }
  return all;
}

std::string count_text(size_t count) {
  if (count == 0) return "no arguments";
  return count == 1 ? "one argument" : fmt::format("{} arguments", count);
}

// Whether the argument must be a host's name because the stub brings the component there.
bool is_target(const System& system, const Component& component, std::string_view stub,
               const model::Navigation& read) {
  constexpr size_t kTarget = 1;  // its params: domain target-host
  const model::Wrapper* wrapper = system.project().wrapper_of(system.class_of(component));
  const model::Stub* found = wrapper == nullptr ? nullptr : wrapper->find_stub(stub);
  if (found == nullptr || !is_migration(*found) || found->params.size() <= kTarget || read.steps.size() != 1)
    return false;
  const auto& parts = found->params[kTarget].parts;
  return parts.size() == 1 && std::get_if<model::Navigation>(&parts.front()) == &read;
}

Operand argument_of(const System& system, std::string text) {
  if (const Component* component = system.find(text)) return ComponentRef{component->id};
  if (const system::Host* host = system.find_host(text)) return HostRef{host->id};
  return model::Value(std::move(text));
}

}  // namespace

Result<Request> request_by_hand(const System& system, const Component& component, std::string_view stub,
                                std::vector<std::string> arguments) {
  if (!has_stub(system, component, stub))
    return fail(ErrorCode::kNotFound,
                fmt::format("{0} has no stub '{1}': `attune status {0}` lists them", component.name, stub));
  const auto reads = reads_of(system, component, stub);
  size_t needed = 0;
  for (const model::Navigation* one : reads) needed = std::max<size_t>(needed, one->argument);
  if (arguments.size() != needed)
    return fail(ErrorCode::kInvalid, fmt::format("{}.{} takes {}, not {}", component.name, stub,
                                                 count_text(needed), arguments.size()));
  Request request{component.id, std::string(stub), {}};
  for (std::string& argument : arguments)
    request.arguments.push_back(argument_of(system, std::move(argument)));
  for (const model::Navigation* one : reads) {
    const auto* passed = std::get_if<ComponentRef>(&request.arguments[one->argument - 1]);
    // A virtual machine in which others run is a host too.
    if (passed != nullptr && is_target(system, component, stub, *one)) {
      const std::string& name = system.find(passed->id)->name;
      if (system.find_host(name) == nullptr)
        return fail(ErrorCode::kInvalid,
                    fmt::format("{}.{} goes to a host, and {} is none: `attune status` lists them",
                                component.name, stub, name));
    }
    const auto* text = std::get_if<model::Value>(&request.arguments[one->argument - 1]);
    if (text == nullptr || one->steps.empty()) continue;
    return fail(ErrorCode::kNotFound,
                fmt::format("there is no component or host '{}': {}.{} reads {} of it", model::to_text(*text),
                            component.name, stub, model::to_text(*one)));
  }
  return request;
}

}  // namespace attune::workflow
