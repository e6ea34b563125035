// SPDX-License-Identifier: Apache-2.0
// What a project's settings allow the archives to become that it deploys. Any thread.
#pragma once

#include "runtime/deploy/content.h"
#include "runtime/model/project.h"
#include "runtime/model/settings.h"

namespace attune::main {

inline deploy::Limits deploy_limits_of(const model::Project& project) {
  const auto number = [&](std::string_view name) {
    return static_cast<uint64_t>(model::setting_as<int64_t>(project, name));
  };
  return {
      .unpacked = static_cast<uint64_t>(model::setting_as<model::Size>(project, "deploy.unpacked_max").bytes),
      .entries = number("deploy.entries_max"),
      .ratio = number("deploy.ratio_max")};
}

}  // namespace attune::main
