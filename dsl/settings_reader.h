// SPDX-License-Identifier: Apache-2.0
// SettingsReader: a project's attune.info, in Boost.PropertyTree's INFO format, as dotted names and texts,
// checked against the list in runtime/model/settings.h. Any thread.
#pragma once

#include <map>
#include <string>

#include "dsl/source.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

struct SettingText {
  std::string text;
  Place place;  // of the value; of the name where nothing stands behind it
};

// By dotted name. Unknown names and values that do not fit their type are found and left out.
std::map<std::string, SettingText> read_settings(const Source& source, Diagnostics& found);

}  // namespace attune::dsl
