// SPDX-License-Identifier: Apache-2.0
#include "dsl/fence_check.h"

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "dsl/call_checker.h"
#include "dsl/class_tree.h"
#include "dsl/kind_rules.h"
#include "runtime/base/suggest.h"

namespace attune::dsl {

namespace {

constexpr std::string_view kFence = "fence";

// As if a diagram called it.
model::CallAction call_of(const model::HostFamily& family) {
  model::CallAction call;
  call.target.kind.of = model::Kind::Of::kComponent;
  call.target.kind.name = family.fence;
  call.target.place = family.fence_place;
  call.stub = kFence;
  model::Expression host;
  host.kind.of = model::Kind::Of::kHost;
  host.kind.name = family.name;
  host.place = family.fence_place;
  call.arguments.push_back(std::move(host));
  return call;
}

void tell_no_class(const model::Project& project, const model::HostFamily& family, Diagnostics& found) {
  std::vector<std::string> known;
  for (const model::Class& one : project.classes) known.push_back(one.name);
  found.error("bad-setting", family.fence_place,
              fmt::format("there is no class '{}' to fence the hosts of '{}'", family.fence, family.name),
              suggestion(family.fence, known));
}

}  // namespace

void check_fences(const model::Project& project, Diagnostics& found) {
  const ClassTree tree(project);
  const Subject nobody;
  const KindRules rules(tree, nobody);
  for (const model::HostFamily& family : project.families) {
    if (family.fence.empty()) continue;
    if (project.find_class(family.fence) == nullptr)
      tell_no_class(project, family, found);
    else
      CallChecker(rules, found).check(call_of(family), family.fence_place);
  }
}

}  // namespace attune::dsl
