// SPDX-License-Identifier: Apache-2.0
// What a trial has to know of a stub, read off its model. Pure; any thread.
#pragma once

#include "runtime/main/torture/trial.h"
#include "runtime/model/project.h"

namespace attune::torture {

Role role_of(const model::Stub& stub);
// Whether it wants one of a diagram's (`$1`), which nobody else has.
bool takes_an_argument(const model::Stub& stub);
// Whether the manager itself starts again what the stub starts, when that dies.
bool is_kept(const model::Stub& stub);

}  // namespace attune::torture
