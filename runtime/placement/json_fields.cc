// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/json_fields.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/base/suggest.h"

namespace attune::placement {

// RFC 6901.
std::string in_pointer(const std::string& name) {
  std::string text;
  for (const char c : name) {
    if (c == '~')
      text += "~0";
    else if (c == '/')
      text += "~1";
    else
      text += c;
  }
  return text;
}

Fields::Fields(const nlohmann::json& object, std::string place, Findings& findings)
    : object_(object), place_(std::move(place)), findings_(findings) {
  if (!object_.is_object())
    findings_.push_back({place_, "this is not an object", "write {\"name\": value, ...}"});
}

void Fields::add(const std::string& name, std::string message, std::string hint) {
  add_at(in_pointer(name), std::move(message), std::move(hint));
}

void Fields::add_at(const std::string& path, std::string message, std::string hint) {
  findings_.push_back({place_ + "/" + path, std::move(message), std::move(hint)});
}

const nlohmann::json* Fields::find(const std::string& name, bool is_needed) {
  asked_.insert(name);
  if (!object_.is_object()) return nullptr;
  const auto at = object_.find(name);
  if (at != object_.end() && !at->is_null()) return &*at;
  if (at != object_.end()) {
    if (refused_.insert(name).second)
      add(name, "null is no value", is_needed ? "give it one" : "give it one, or leave the field out");
  } else if (is_needed) {
    add(name, "this is missing", "add it");
  }
  return nullptr;
}

std::string Fields::text(const std::string& name, bool is_needed) {
  const nlohmann::json* value = find(name, is_needed);
  if (value == nullptr) return {};
  if (!value->is_string())
    add(name, "this is not a text", "write it in double quotes");
  else if (value->get_ref<const std::string&>().empty())
    add(name, "this is empty", is_needed ? "name it" : "name it, or leave the field out");
  else
    return value->get<std::string>();
  return {};
}

std::optional<double> Fields::number(const std::string& name) {
  const nlohmann::json* value = find(name, false);
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) return value->get<double>();
  add(name, "this is not a number",
      "write a number without quotes, in the unit that the field's name ends with");
  return std::nullopt;
}

double Fields::needed_number(const std::string& name) {
  if (find(name, true) == nullptr) return 1;
  return number_or(name, 1);
}

bool Fields::flag(const std::string& name, bool silent) {
  const nlohmann::json* value = find(name, false);
  if (value == nullptr) return silent;
  if (value->is_boolean()) return value->get<bool>();
  add(name, "this is neither true nor false", "write true or false without quotes");
  return silent;
}

std::vector<std::pair<size_t, std::string>> Fields::texts(const std::string& name) {
  std::vector<std::pair<size_t, std::string>> all;
  const nlohmann::json* value = list(name, false);
  if (value == nullptr) return all;
  for (size_t i = 0; i < value->size(); ++i) {
    const nlohmann::json& one = (*value)[i];
    if (one.is_string())
      all.emplace_back(i, one.get<std::string>());
    else
      add_at(fmt::format("{}/{}", name, i), "this is not a text", "write a list of names: [\"a\", \"b\"]");
  }
  return all;
}

const nlohmann::json* Fields::list(const std::string& name, bool is_needed) {
  const nlohmann::json* value = find(name, is_needed);
  if (value == nullptr || value->is_array()) return value;
  add(name, "this is not a list", "write [ ... ]");
  return nullptr;
}

bool Fields::has(const std::string& name) const {
  return object_.is_object() && object_.contains(name);
}

void Fields::finish() {
  if (!object_.is_object()) return;
  const std::vector<std::string> known(asked_.begin(), asked_.end());
  for (const auto& [name, value] : object_.items()) {
    if (asked_.contains(name)) continue;
    const std::string_view meant = nearest(name, known);
    add(name, "there is no such field",
        meant.empty() ? fmt::format("leave it out, or write one of {}", fmt::join(known, ", "))
                      : fmt::format("did you mean '{}'?", meant));
  }
}

}  // namespace attune::placement
