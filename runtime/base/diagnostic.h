// SPDX-License-Identifier: Apache-2.0
// Diagnostic: what is wrong in the user's text, where, and how to mend it. The front end collects them and
// stops between its stages. Immutable values; any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace attune {

// A file of the project as it was read. `path` is shown to the user as it is.
struct SourceFile {
  std::string path;
  std::string text;
};

// A stretch of one line of a file; line and column count from 1, columns count Unicode code points.
// A default Place is nowhere: the finding is about the project as a whole.
struct Place {
  std::shared_ptr<const SourceFile> file;
  uint32_t line = 0;
  uint32_t column = 0;
  uint32_t length = 1;
};

enum class Severity { kError, kWarning };
std::string_view name_of(Severity severity);

struct Diagnostic {
  Severity severity = Severity::kError;
  std::string code;  // stable, kebab-case: "unknown-name"
  Place place;
  std::string message;  // what is wrong, in one line without a full stop
  std::string hint;     // how to mend it; may be empty
};

class Diagnostics {
 public:
  void error(std::string_view code, Place place, std::string message, std::string hint = {});
  void warning(std::string_view code, Place place, std::string message, std::string hint = {});
  void add(Diagnostic diagnostic);
  void add(const Diagnostics& others);

  bool has_errors() const { return errors_ > 0; }
  bool empty() const { return all_.empty(); }
  const std::vector<Diagnostic>& all() const { return all_; }
  // By file, line and column, equal ones once: the order in which they are shown.
  void sort();

 private:
  std::vector<Diagnostic> all_;
  size_t errors_ = 0;
};

// "file:line:col: error: message [code]", the line, a caret below the place, "hint: ..."; ends with a
// newline.
std::string to_text(const Diagnostic& diagnostic);

}  // namespace attune
