// SPDX-License-Identifier: Apache-2.0
// The secrets of a call: read from their sources when it is made, handed to the program that needs them by
// its standard input, which no list of processes shows, and taken out of what programs say. Nothing is kept
// from call to call. Loop thread only.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/model/value.h"
#include "runtime/ports/shell.h"
#include "runtime/system/system.h"
#include "wrappers/redaction.h"

namespace attune::wrappers {

// What a configuration template has where it navigates to a Secret.
Result<std::string> read(const model::Secret& secret);

// POSIX sh that makes the component's own Secrets part of the environment, each as ATTUNE_SECRET_ and the
// attribute's name; empty where it has none. One without a value is left out. The Error names the attribute
// and the source.
Result<std::string> secret_exports(const system::System& system, const system::Component& component);

// The beginning of a script that takes such text from its standard input, all of it; code 125, that of a call
// that was not made, where that cannot be.
inline constexpr std::string_view kTakeExports = "eval \"$(cat)\" || exit 125\n";

// Every secret of the system as it is now, when a call is made: it may be another at the call's end.
Redaction secrets_of_now(const system::System& system);

// The end of a call's command, with *** for every secret of `then` and of now, in what the program said and
// in what the host said of it. While a source cannot be read, nothing of that is told, but why.
Result<ports::CommandEnd> redacted(const system::System& system, Redaction then,
                                   Result<ports::CommandEnd> end);

}  // namespace attune::wrappers
