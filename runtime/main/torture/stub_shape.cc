// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/torture/stub_shape.h"

#include <algorithm>
#include <string_view>
#include <variant>

#include "runtime/workflow/stub_call.h"

namespace attune::torture {

namespace {

constexpr std::string_view kConfigure = "configure", kStatus = "status";

}  // namespace

Role role_of(const model::Stub& stub) {
  if (stub.name == workflow::kStart) return Role::kStart;
  if (stub.name == workflow::kStop) return Role::kStop;
  if (stub.name == kStatus) return Role::kStatus;
  if (stub.operation == kConfigure || stub.name == kConfigure) return Role::kConfigure;
  return Role::kOther;
}

bool takes_an_argument(const model::Stub& stub) {
  return std::any_of(stub.params.begin(), stub.params.end(), [](const model::Template& param) {
    return std::any_of(param.parts.begin(), param.parts.end(), [](const auto& part) {
      const auto* navigation = std::get_if<model::Navigation>(&part);
      return navigation != nullptr && navigation->root == model::Navigation::Root::kArgument;
    });
  });
}

bool is_kept(const model::Stub& stub) {
  return stub.key == "Probe" || stub.key.starts_with("nagios:");
}

}  // namespace attune::torture
