// SPDX-License-Identifier: Apache-2.0
// What a run of a monitoring plugin has to tell: the events that its wrapper declares, with their values.
// Pure; any thread.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "runtime/model/wrapper.h"
#include "runtime/workflow/event.h"
#include "wrappers/plugin_output.h"

namespace attune::wrappers {

// A level whose name ends in _critical holds while the plugin says CRITICAL, any other while it says WARNING
// or CRITICAL: sent each time, and once with cleared=true when that is over. A fact is sent each time but of
// UNKNOWN, which says nothing of the subject: it begins and ends no level but those that end in _unknown.
// `cleared` keeps which levels are known to be over, from run to run.
std::vector<workflow::Event> events_of(const model::Wrapper& wrapper, const PluginOutput& output,
                                       const std::string& subject, std::set<std::string>& cleared);

}  // namespace attune::wrappers
