// SPDX-License-Identifier: Apache-2.0
// How libvirt's ssh is told what libvirt itself cannot tell it: which known_hosts file to check, whether a
// new host's key is accepted, and when a silent host counts as gone. libvirt runs any program as its ssh, so
// that is a small script of ours. Any thread.
#pragma once

#include <string>

#include "runtime/base/result.h"
#include "runtime/hypervisor/libvirt_settings.h"

namespace attune::hypervisor {

// A URI by ssh without a command of its own gets one, below `folder`, and loses the parameters that libvirt
// has for libssh alone (known_hosts, known_hosts_verify), since the script stands for them. Others stay as
// they are. kFailed where the script cannot be written, kInvalid where ssh cannot be told the name of the
// known_hosts file.
Result<std::string> with_ssh_command(const std::string& uri, const std::string& folder, Keepalive keepalive);

// Whether ssh itself watches over the connection, so that libvirt need not.
bool is_watched_by_ssh(const std::string& uri);

}  // namespace attune::hypervisor
