// SPDX-License-Identifier: Apache-2.0
// The help of `attune`: what commands there are, and what each takes. One thread at a time.
#pragma once

#include "runtime/main/cli/argument_reader.h"
#include "runtime/main/cli/command.h"

namespace attune::cli {

void write_help(Output& out);
// `reader` has what the command declares.
void write_help(const CommandEntry& entry, const ArgumentReader& reader, Output& out);

}  // namespace attune::cli
