// SPDX-License-Identifier: Apache-2.0
// Fields: an object of the State's JSON, read field by field: what is missing, of another kind or unknown is
// noted with its place. For state_json.cc. One thread; the value must outlive it.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "runtime/placement/finding.h"

namespace attune::placement {

// A field's name in a JSON pointer.
std::string in_pointer(const std::string& name);

class Fields {
 public:
  Fields(const nlohmann::json& object, std::string place, Findings& findings);

  // Each takes note that the field is known, and gives nothing where it is not there. No text is empty, and
  // null is a finding.
  std::string text(const std::string& name, bool is_needed);
  std::optional<double> number(const std::string& name);
  double number_or(const std::string& name, double silent) { return number(name).value_or(silent); }
  double needed_number(const std::string& name);
  bool flag(const std::string& name, bool silent);
  std::vector<std::pair<size_t, std::string>> texts(
      const std::string& name);  // with their places in the list
  const nlohmann::json* list(const std::string& name, bool is_needed);
  bool has(const std::string& name) const;
  // Fields that nobody asked for are findings.
  void finish();

  const std::string& place() const { return place_; }
  void add(const std::string& name, std::string message, std::string hint);
  // `path` below this object, as it stands in a pointer.
  void add_at(const std::string& path, std::string message, std::string hint);

 private:
  const nlohmann::json* find(const std::string& name, bool is_needed);

  const nlohmann::json& object_;
  std::string place_;
  Findings& findings_;
  std::set<std::string> asked_, refused_;
};

}  // namespace attune::placement
