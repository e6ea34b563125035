// SPDX-License-Identifier: Apache-2.0
// Whether the settings that make a door to the network go together: control.listen with the certificate, the
// key and the tokens. The files themselves are the manager's to read. Any thread.
#pragma once

#include <map>
#include <string>

#include "dsl/settings_reader.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

void check_remote_door(const std::map<std::string, SettingText>& settings, Diagnostics& found);

}  // namespace attune::dsl
