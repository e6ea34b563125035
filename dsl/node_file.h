// SPDX-License-Identifier: Apache-2.0
// NodeFile: the hosts of a family, one a line: `name key=value ...`. The keys address, cpus and memory, and
// those of sites and prices (runtime/model/site.h), mean something to Attune, all others are the author's
// own, to be read in diagrams and wrappers. Any thread.
#pragma once

#include <string_view>
#include <vector>

#include "dsl/source.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/project.h"

namespace attune::dsl {

// The hosts in the order of their lines. `#` begins a comment, at the front of a line or after a blank; a
// value with blanks stands in double quotes.
std::vector<model::HostDeclaration> read_node_file(const Source& source, Diagnostics& found);

// Takes one property over into the host: what was found wrong about it, or empty.
std::string set_property(model::HostDeclaration& host, std::string_view key, std::string_view value);

}  // namespace attune::dsl
