// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/torture/stub_shape.h"

#include <algorithm>
#include <string_view>
#include <variant>

#include "runtime/workflow/stub_call.h"
#include "wrappers/plugin.h"
#include "wrappers/unit.h"

namespace attune::torture {

namespace {

constexpr std::string_view kConfigure = "configure", kStatus = "status", kProbe = "Probe";

// Of a transient unit: Restart=on-failure
bool restarts(const model::Template& param) {
  const auto* text = param.parts.empty() ? nullptr : std::get_if<std::string>(&param.parts.front());
  return text != nullptr && text->starts_with("Restart=") && *text != "Restart=no";
}

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

std::string kept_by(const model::Stub& stub, bool is_restarted) {
  if (stub.key == kProbe || stub.key.starts_with(wrappers::Plugin::kFamily)) return "the manager";
  if (!stub.key.starts_with(wrappers::Unit::kFamily)) return {};
  const bool says_so = std::any_of(stub.params.begin(), stub.params.end(), restarts);
  return says_so || is_restarted ? "systemd" : "";
}

}  // namespace attune::torture
