// SPDX-License-Identifier: Apache-2.0
// AssociationBuilder: the relations of a deployment diagram as the model's associations: who knows whom by
// which role, and who contains whom. Any thread.
#pragma once

#include <vector>

#include "dsl/class_draft.h"
#include "dsl/deployment_syntax.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/project.h"

namespace attune::dsl {

// In the order written; inheritance and the links of sites are left out. A role that is silent is called as
// the class at its end, a cardinality that is silent is 1.
std::vector<model::Association> build_associations(const DeploymentSyntax& syntax,
                                                   const std::vector<ClassDraft>& drafts, Diagnostics& found);

// Whether `name` is `ancestor` or inherits from it.
bool is_a(const std::vector<ClassDraft>& drafts, std::string_view name, std::string_view ancestor);

}  // namespace attune::dsl
