// SPDX-License-Identifier: Apache-2.0
// Secrets: what a Secret attribute names the source of. Only the source is kept, shown and journalled; the
// secret itself is read for a call and forgotten after it. Any thread; blocks for as long as a local file
// takes.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace attune {

// Whether this is a source at all: /path, ~/path, credential:NAME (private_file.h) or env:NAME, a variable of
// the manager's own environment. kInvalid says what is; it does not repeat the text, which may be the secret
// itself where a person mistook one for the other.
Result<void> check_secret_source(std::string_view source);

// The secret, without the blanks and line ends around it. The Error names the source: it is not there, is
// guarded too little, or is empty. What was read is in no Error.
Result<std::string> read_secret(std::string_view source);

}  // namespace attune
