// SPDX-License-Identifier: Apache-2.0
// Instances: which components a project begins with, what they are called and how they are bound, as
// `initial` and the cardinalities say. Pure: the same project gives the same instances, every time. Any
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/model/project.h"

namespace attune {
class Diagnostics;
}

namespace attune::model {

struct Instance {
  std::string name;          // the class's where its max is 1, else class + number from 1
  uint32_t class_index = 0;  // in Project::classes
  uint32_t number = 1;
};

struct InstanceBinding {
  uint32_t association = 0;  // in Project::associations
  uint32_t from = 0;         // in Instances::components
  uint32_t to = 0;
};

struct Instances {
  std::vector<Instance> components;  // by class in the order written, then by number
  std::vector<InstanceBinding> bindings;
};

// What cannot be satisfied is an error that says why, at the association or the `initial` concerned.
Instances instantiate(const Project& project, Diagnostics& found);

// "app3", or "app" where the class has at most one.
std::string instance_name(const Class& of, uint32_t number);

}  // namespace attune::model
