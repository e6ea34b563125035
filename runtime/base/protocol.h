// SPDX-License-Identifier: Apache-2.0
// How a host is reached. Shared by the model (what the user says) and the shell port (what is done).
#pragma once

namespace attune {

enum class Protocol { kSsh, kLocal };  // "ssh", "local": this machine, without SSH

}  // namespace attune
