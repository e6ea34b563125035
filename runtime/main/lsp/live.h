// SPDX-License-Identifier: Apache-2.0
// Live: what a running manager says of a project, for who hovers over it. Declared here, made by the command.
// One thread at a time.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace attune::lsp {

// A component that runs, or shall.
struct LiveComponent {
  std::string name, state, host;
  std::vector<std::pair<std::string, std::string>> attributes;  // as texts
};

// The components of these classes, of the manager that runs for the project in that folder; none where there
// is no manager, or it does not answer at once.
using Live = std::function<std::vector<LiveComponent>(const std::string& project, const std::string& folder,
                                                      const std::vector<std::string>& classes)>;

}  // namespace attune::lsp
