// SPDX-License-Identifier: Apache-2.0
// Deploys many components to many hosts side by side. The loop's thread.
#pragma once

#include <stop_token>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/base/task.h"
#include "runtime/deploy/deployer.h"
#include "runtime/deploy/progress.h"

namespace attune::deploy {

struct Placement {
  ports::HostTarget host;
  DeployRequest request;
};

// The results in the placements' order. One that fails does not hold up the others. `progress` may be null
// and must outlive the task.
Task<std::vector<Result<Deployed>>> deploy_all(Deployer& deployer, std::vector<Placement> placements,
                                               std::stop_token stop, Progress* progress);

}  // namespace attune::deploy
