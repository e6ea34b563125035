// SPDX-License-Identifier: Apache-2.0
// SiteBuilder: classes with the stereotype <<site>>, and the links between them, as the model's sites; and
// whether the hosts of all families fit them. Between the class drafts and the project. Any thread.
#pragma once

#include <vector>

#include "dsl/class_draft.h"
#include "dsl/deployment_syntax.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/project.h"

namespace attune::dsl {

model::Site build_site(const ClassDraft& draft, Diagnostics& found);

// In the order written. Links of classes that are not there have been found with the other relations.
std::vector<model::Link> build_links(const DeploymentSyntax& syntax, const std::vector<model::Site>& sites,
                                     Diagnostics& found);

// That each host stands on a site that there is, each site has hosts, and each pair of sites a link.
void check_sites(const std::vector<model::Site>& sites, const std::vector<model::Link>& links,
                 const std::vector<model::HostFamily>& families, Diagnostics& found);

}  // namespace attune::dsl
