// SPDX-License-Identifier: Apache-2.0
// Allowances: comments by which an author lets a warning stand, and says why: `allow(CODE): REASON` on a line
// of its own, above the line that the warning is about. An error cannot be allowed. Any thread.
#pragma once

#include "dsl/source.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

// Reads those of a file: after %% in a diagram, # in its front matter and in a node file, ; in attune.info,
// and within <!-- --> in a wrapper, there for the whole opening tag that follows. One that cannot be read is
// found.
void read_allowances(const Source& source, Diagnostics& found);

// The same findings, with the reason in those that are allowed. Where there are no errors, so that everything
// was looked at, each allowance that nothing needs is found, but for those of what is only looked for
// when somebody asks.
Diagnostics with_allowances(const Diagnostics& found);

}  // namespace attune::dsl
