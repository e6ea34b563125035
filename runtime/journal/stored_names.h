// SPDX-License-Identifier: Apache-2.0
// The words that stand in the journal for kinds and enumerators, each in the order of its variant or enum.
// They are the journal's own: what people are shown may be reworded, a stored name never. Internal to
// journal/; any thread.
#pragma once

#include <array>
#include <string_view>

#include "runtime/workflow/record.h"

namespace attune::journal {

template <class T>
struct StoredNames;

template <>
struct StoredNames<decltype(workflow::Record::what)> {
  static constexpr std::array<std::string_view, 20> kAll = {
      "manager-started", "manager-stopped", "event-accepted", "event-suppressed", "run-started",
      "run-waits",       "state-entered",   "guard",          "host-chosen",      "variable-set",
      "call-intent",     "call-ended",      "system-changed", "alerted",          "run-ended",
      "mode-set",        "run-approved",    "run-renewed",    "run-judged",       "reaction-switched"};
};
template <>
struct StoredNames<system::Change> {
  static constexpr std::array<std::string_view, 11> kAll = {"component-created", "component-removed",
                                                            "lifecycle",         "attribute",
                                                            "host-assigned",     "bound",
                                                            "unbound",           "host",
                                                            "attribute-unset",   "left-nothing",
                                                            "property"};
};
template <>
struct StoredNames<workflow::CallOutcome> {
  static constexpr std::array<std::string_view, 4> kAll = {"exited", "timed-out", "cancelled", "lost"};
};
template <>
struct StoredNames<model::Value::Held> {
  static constexpr std::array<std::string_view, 9> kAll = {"String", "Integer",  "Float", "Bool",  "Percent",
                                                           "Size",   "Duration", "List",  "Secret"};
};
template <>
struct StoredNames<workflow::RunEnd> {
  static constexpr std::array<std::string_view, 4> kAll = {"done", "failed", "cancelled", "interrupted"};
};
template <>
struct StoredNames<workflow::Mode> {
  static constexpr std::array<std::string_view, 3> kAll = {"automatic", "recommend", "paused"};
};
template <>
struct StoredNames<system::Lifecycle> {
  static constexpr std::array<std::string_view, 8> kAll = {"declared", "deployed", "starting", "started",
                                                           "stopping", "stopped",  "failed",   "lost"};
};
template <>
struct StoredNames<system::HostState> {
  static constexpr std::array<std::string_view, 4> kAll = {"unknown", "up", "down", "off"};
};
template <>
struct StoredNames<system::Maintenance> {
  static constexpr std::array<std::string_view, 3> kAll = {"as-before", "begun", "ended"};
};

static_assert(StoredNames<decltype(workflow::Record::what)>::kAll.size() ==
              std::variant_size_v<decltype(workflow::Record::what)>);
static_assert(StoredNames<system::Change>::kAll.size() == std::variant_size_v<system::Change>);
static_assert(StoredNames<workflow::CallOutcome>::kAll.size() == std::variant_size_v<workflow::CallOutcome>);
static_assert(StoredNames<model::Value::Held>::kAll.size() == std::variant_size_v<model::Value::Held>);

}  // namespace attune::journal
