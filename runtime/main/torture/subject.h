// SPDX-License-Identifier: Apache-2.0
// Subject: which component is tortured, of a project that is otherwise at rest: one instance of a class, on a
// host of its family, with what it is bound to. Pure; loop thread only.
#pragma once

#include <string>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/model/instances.h"
#include "runtime/model/project.h"
#include "runtime/system/system.h"

namespace attune::torture {

struct Subject {
  system::ComponentId id = system::kNoComponent;
  // What it is bound to and contained in, with what these are: to be started before it, in this order.
  std::vector<system::ComponentId> companions;
  std::string host;  // where it, or what it watches, is
};

// The class that uses the wrapper of the file's name; `wanted` where several do. The Error names them.
Result<std::string> class_of_wrapper(const model::Project& project, const std::string& file,
                                     const std::string& wanted);

// Makes the project's first components in the system, at least one of the class, and gives hosts to those
// that matter: `host`, or the first of the family. The Error says why it cannot be tortured so.
Result<Subject> make_subject(system::System& system, const model::Instances& instances,
                             const std::string& class_name, const std::string& host);

}  // namespace attune::torture
