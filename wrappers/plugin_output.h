// SPDX-License-Identifier: Apache-2.0
// PluginOutput: what a monitoring plugin says, by the Monitoring Plugins Development Guidelines: its state by
// its exit code, its text, and the performance data behind the bar. Bytes from a host; pure; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/model/value.h"

namespace attune::wrappers {

enum class PluginState { kOk, kWarning, kCritical, kUnknown };
std::string_view name_of(PluginState state);  // "OK", "WARNING", "CRITICAL", "UNKNOWN"

// 'label'=number[unit];warning;critical;least;most. What it has not is empty, and what is no plain number too
// (a range such as 10:20, or U for a value that is not known).
struct Measurement {
  std::string label;
  std::string unit;  // "", "s", "ms", "us", "%", "B", "KB", "MB", "GB", "TB", "c"; any other as it stands
  std::string number, warning, critical, least, most;
};

struct PluginOutput {
  PluginState state = PluginState::kUnknown;
  std::string text;  // the first line up to its bar: printable UTF-8 of kMaxText bytes at most, maybe empty
  std::vector<Measurement> measurements;

  static constexpr size_t kMaxText = 1000;
};

// Never fails: a code beyond 3 is UNKNOWN, and what is no performance data is passed over.
PluginOutput parse_plugin_output(int code, std::string_view output);

// The name under which an event's value stands for the label: `/var/lib` is var_lib, `/` is root, and one
// that begins with a digit has an x before it. Empty where nothing is left of it.
std::string value_name(std::string_view label);

// The number in words of the type, such as 0.25s of a Duration; nothing where it cannot be one.
std::optional<std::string> as_type(std::string_view number, std::string_view unit, model::Type type);

}  // namespace attune::wrappers
