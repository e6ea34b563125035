// SPDX-License-Identifier: Apache-2.0
// Whether two hosts see the very same files: what a migration without copying disks depends on. Answered by
// libvirt's storage volumes, so that nothing else is needed on the hosts. Blocking: worker threads only.
#pragma once

#include <string>

#include "runtime/hypervisor/connection.h"

namespace attune::hypervisor {

// Size, times and rights of the file as the host has them, as one text. kNotFound where there is no such
// file; kFailed where that host's libvirt cannot tell.
Result<std::string> file_stamp(Connection& host, const std::string& path);

// ok: both see the same file. kNotFound: the target does not see it; kInvalid: it is another one there;
// kFailed: one of them cannot tell.
Result<void> check_same_file(Connection& from, Connection& to, const std::string& path);

// Whether the domain has disks and all of them are proved to be the same files. What cannot be told is not.
bool disks_are_shared(Connection& from, Connection& to, _virDomain* domain);

}  // namespace attune::hypervisor
