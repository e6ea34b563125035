// SPDX-License-Identifier: Apache-2.0
// Diagnostic: what is wrong in the user's text, where, and how to mend it. The front end collects them and
// stops between its stages. Immutable values; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/place.h"

namespace attune {

enum class Severity { kError, kWarning };
std::string_view name_of(Severity severity);

// One point of the path that shows a finding: a state, a transition, a call.
struct Waypoint {
  Place place;
  std::string text;
};

struct Diagnostic {
  Severity severity = Severity::kError;
  std::string code;  // stable, kebab-case: "unknown-name"; docs/findings.md has each
  Place place;
  std::string message;         // what is wrong, in one line without a full stop
  std::string hint;            // how to mend it; may be empty
  std::vector<Waypoint> path;  // what shows it, in order, for what no single place shows; may be empty
  std::string allowed;         // the reason for which the file lets this warning stand; empty: it counts
};

// What a comment of a file says: warnings of `code` on its lines `first` to `last` may stand, and why.
struct Allowance {
  std::string code;
  Place place;  // of the comment
  uint32_t first = 0, last = 0;
  std::string reason;
};

class Diagnostics {
 public:
  void error(std::string_view code, Place place, std::string message, std::string hint = {});
  void warning(std::string_view code, Place place, std::string message, std::string hint = {});
  void add(Diagnostic diagnostic);
  void add(const Diagnostics& others);
  void allow(Allowance allowance);

  bool has_errors() const { return errors_ > 0; }
  // Whether nothing was found that counts: what the files allow does not.
  bool is_clean() const;
  bool empty() const { return all_.empty(); }
  const std::vector<Diagnostic>& all() const { return all_; }
  const std::vector<Allowance>& allowances() const { return allowances_; }
  // By file, line and column, equal ones once: the order in which they are shown.
  void sort();

 private:
  std::vector<Diagnostic> all_;
  std::vector<Allowance> allowances_;
  size_t errors_ = 0;
};

// "file:line:col: error: message [code]", the line, a caret below the place, "path: a --> b", "allowed:
// ..." and "hint: ...", what there is of them; ends with a newline.
std::string to_text(const Diagnostic& diagnostic);

}  // namespace attune
