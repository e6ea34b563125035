// SPDX-License-Identifier: Apache-2.0
// A catalog of keys like the real one, for tests of the front end, which does not see the implementations.
#pragma once

#include <cstdint>

#include "runtime/model/file_rules.h"
#include "runtime/model/wrapper.h"

namespace attune::test {

inline model::Catalog catalog() {
  using model::Type;
  model::Key vm{
      .name = "VM",
      .operations = {{"start", 1, 1, "domain", true},
                     {"stop", 1, 1, "domain", true},
                     {"migrate", 2, 2, "domain target-host", true}},
      .attributes = {{"memory", Type::kSize}, {"vcpus", Type::kInteger}, {"kernel", Type::kString}}};
  model::Key process{.name = "Process",
                     .operations = {{"start", 1, SIZE_MAX, "program argument..."},
                                    {"stop", 0, 0, "", true},
                                    {"status", 0, 0, "", true},
                                    {"reload", 0, 1, "signal"},
                                    {"configure", 2, 2, "template target"}}};
  model::Key script{.name = "Script"};
  model::Key probe{
      .name = "Probe",
      .operations = {{"create", 3, SIZE_MAX, "program pipe subject argument..."}, {"stop", 0, 1, "probe"}}};
  return {{vm, process, script, probe}};
}

// Scripts are left out: few of the tests' projects have them.
inline model::FileRules file_rules() {
  return {.params = {{"Process", "configure", model::NamedFile::kTemplate},
                     {"Probe", "create", model::NamedFile::kProbe}},
          .attributes = {{"VM", "domain"}},
          .script_key = {},
          .holds = {}};
}

}  // namespace attune::test
