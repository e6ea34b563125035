// SPDX-License-Identifier: Apache-2.0
// KeyValueCheck: the values of attributes that only their key's implementation, or the sensor that ships,
// could refuse, in the middle of a deployment: what a virtual machine is to have, and how the traffic is to
// be counted. Agrees with wrappers/vm_domain.cc and probes/traffic/options.cc. Any thread.
#pragma once

#include "dsl/deployment_builder.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/project.h"

namespace attune::dsl {

// Of each class of which there can be components. `places` tells where the values stand.
void check_key_values(const model::Project& project, const ValuePlaces& places, Diagnostics& found);

}  // namespace attune::dsl
