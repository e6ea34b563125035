// SPDX-License-Identifier: Apache-2.0
// What a trial has to know of a stub, read off its model. Pure; any thread.
#pragma once

#include <string>

#include "runtime/main/torture/trial.h"
#include "runtime/model/project.h"

namespace attune::torture {

Role role_of(const model::Stub& stub);
// Whether it wants one of a diagram's (`$1`), which nobody else has.
bool takes_an_argument(const model::Stub& stub);
// Who starts again what the stub starts, when that dies: "the manager", "systemd"; empty where nobody does.
// `is_restarted`: its host says so of the unit; of a transient one the stub itself does.
std::string kept_by(const model::Stub& stub, bool is_restarted);

}  // namespace attune::torture
