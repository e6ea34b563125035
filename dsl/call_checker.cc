// SPDX-License-Identifier: Apache-2.0
#include "dsl/call_checker.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "runtime/base/suggest.h"

namespace attune::dsl {

namespace {

using Of = model::Kind::Of;

// The stubs that every component has.
constexpr std::string_view kEveryones[] = {"deploy", "undeploy"};

bool is_everyones(std::string_view stub) {
  return std::find(std::begin(kEveryones), std::end(kEveryones), stub) != std::end(kEveryones);
}

// The navigations of the stub's params that begin at an argument.
std::vector<const model::Navigation*> arguments_of(const model::Stub& stub) {
  std::vector<const model::Navigation*> found;
  for (const model::Template& param : stub.params) {
    for (const auto& part : param.parts) {
      const auto* navigation = std::get_if<model::Navigation>(&part);
      if (navigation != nullptr && navigation->root == model::Navigation::Root::kArgument)
        found.push_back(navigation);
    }
  }
  return found;
}

// The argument that is the name of the host to go to, where the stub brings a virtual machine to another one.
const model::Navigation* target_of(const model::Stub& stub) {
  constexpr std::string_view kVmKey = "VM", kMigrate = "migrate";
  constexpr size_t kTarget = 1;  // its params: domain target-host
  const bool is_migration = stub.key == kVmKey && stub.operation == kMigrate && stub.params.size() > kTarget;
  if (!is_migration || stub.params[kTarget].parts.size() != 1) return nullptr;
  const auto* read = std::get_if<model::Navigation>(&stub.params[kTarget].parts.front());
  const bool is_argument = read != nullptr && read->root == model::Navigation::Root::kArgument;
  return is_argument && read->steps.size() == 1 ? read : nullptr;
}

std::string count_text(size_t count) {
  if (count == 0) return "no arguments";
  return count == 1 ? "one argument" : fmt::format("{} arguments", count);
}

}  // namespace

void CallChecker::check(const model::CallAction& call, const Place& place) {
  if (is_everyones(call.stub)) {
    if (!call.arguments.empty())
      found_.error("wrong-arguments", call.arguments.front().place,
                   fmt::format("'{}' takes no arguments", call.stub), "leave them out");
    return;
  }
  for (const model::Class* of : rules_.classes_of(call.target.kind)) {
    const size_t before = found_.all().size();
    check_for(*of, call, place);
    if (found_.all().size() != before) return;  // said once, of the first class
  }
}

void CallChecker::check_for(const model::Class& of, const model::CallAction& call, const Place& place) {
  const model::Wrapper* wrapper = rules_.tree().project().wrapper_of(of);
  const model::Stub* stub = wrapper == nullptr ? nullptr : wrapper->find_stub(call.stub);
  if (stub == nullptr) return tell_unknown(of, call, place);
  check_arguments(of, *stub, call, place);
}

void CallChecker::tell_unknown(const model::Class& of, const model::CallAction& call, const Place& place) {
  std::vector<std::string> known;
  const model::Wrapper* wrapper = rules_.tree().project().wrapper_of(of);
  if (wrapper != nullptr) {
    for (const model::Stub& stub : wrapper->stubs) known.push_back(stub.name);
  }
  known.insert(known.end(), std::begin(kEveryones), std::end(kEveryones));
  const std::string whose =
      wrapper == nullptr ? fmt::format("class '{}' has no wrapper, and so no stub '{}'", of.name, call.stub)
                         : fmt::format("class '{}' has no stub '{}'", of.name, call.stub);
  found_.error("unknown-stub", place, whose, suggestion(call.stub, known));
}

void CallChecker::check_arguments(const model::Class& of, const model::Stub& stub,
                                  const model::CallAction& call, const Place& place) {
  const auto navigations = arguments_of(stub);
  size_t needed = 0;
  for (const model::Navigation* one : navigations) needed = std::max<size_t>(needed, one->argument);
  if (call.arguments.size() != needed) {
    const bool too_many = call.arguments.size() > needed;
    found_.error(
        "wrong-arguments", too_many ? call.arguments[needed].place : place,
        fmt::format("'{}' of class '{}' takes {}, not {}", stub.name, of.name, count_text(needed),
                    call.arguments.empty() ? "none" : std::to_string(call.arguments.size())),
        fmt::format("its wrapper asks for {}: {}, line {}", needed == 0 ? "none" : fmt::format("${}", needed),
                    stub.place.file ? stub.place.file->path : "", stub.place.line));
    return;
  }
  std::vector<bool> fits(needed, true);  // one finding for each argument
  // Where it runs in virtual machines, these are its hosts.
  if (const model::Navigation* target = target_of(stub); target != nullptr && !of.in_vms)
    fits[target->argument - 1] = check_target(stub, call.arguments[target->argument - 1]);
  for (const model::Navigation* one : navigations) {
    const size_t index = one->argument - 1;
    if (fits[index]) fits[index] = check_argument(stub, *one, call.arguments[index]);
  }
}

bool CallChecker::check_target(const model::Stub& stub, const model::Expression& argument) {
  if (argument.kind.of != Of::kComponent && argument.kind.of != Of::kComponents) return true;
  found_.error("wrong-argument", argument.place,
               fmt::format("'{}' goes to a host, and '{}' is {}", stub.name, to_text(argument),
                           to_text(argument.kind)),
               "pass a host, as in lab.least_loaded(), or that of a component, as in db.host");
  return false;
}

// What the wrapper reads of the argument, step by step.
bool CallChecker::check_argument(const model::Stub& stub, const model::Navigation& navigation,
                                 const model::Expression& argument) {
  model::Kind at = argument.kind;
  for (const std::string& step : navigation.steps) {
    if (at.of == Of::kUnknown) return true;
    const auto next = rules_.member(at, step);
    if (!next) {
      found_.error("wrong-argument", argument.place,
                   fmt::format("'{}' reads {} of its argument, and {} has no '{}'", stub.name,
                               to_text(navigation), to_text(at), step),
                   at.of == Of::kNone ? "pass a component or a host" : suggestion(step, rules_.members(at)));
      return false;
    }
    at = *next;
  }
  if (at.of == Of::kValue && at.type == model::Type::kSecret) {
    found_.error(
        "secret-shown", argument.place,
        fmt::format("'{}' reads {} of its argument, which is a Secret, and a param is shown in every "
                    "list of processes",
                    stub.name, to_text(navigation)),
        "let the component that has it write it into a template of configure");
    return false;
  }
  return true;
}

}  // namespace attune::dsl
