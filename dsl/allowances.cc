// SPDX-License-Identifier: Apache-2.0
#include "dsl/allowances.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "dsl/finding_codes.h"
#include "runtime/base/suggest.h"

namespace attune::dsl {

namespace {

constexpr std::string_view kWord = "allow(", kXmlEnd = "-->";
constexpr std::array<std::string_view, 4> kOpeners = {"%%", "<!--", "#", ";"};

// What a comment that has its line for itself says; nothing of any other line.
std::optional<std::string_view> comment_of(const Line& line) {
  std::string_view text = trimmed(line.text);
  for (const std::string_view opener : kOpeners) {
    if (!text.starts_with(opener)) continue;
    text.remove_prefix(opener.size());
    if (opener == "<!--") {
      if (!text.ends_with(kXmlEnd)) return std::nullopt;
      text.remove_suffix(kXmlEnd.size());
    }
    return trimmed(text);
  }
  return std::nullopt;
}

bool is_passed_over(const Line& line) {
  return trimmed(line.text).empty() || comment_of(line).has_value();
}

class Reader {
 public:
  Reader(const Source& source, Diagnostics& found) : source_(source), found_(found) {}

  void run() {
    for (size_t at = 0; at < source_.lines.size(); ++at) {
      const auto comment = comment_of(source_.lines[at]);
      if (comment && comment->starts_with(kWord)) read(at, comment->substr(kWord.size()));
    }
  }

 private:
  void read(size_t at, std::string_view text) {
    const Line& line = source_.lines[at];
    const size_t close = text.find(')');
    const std::string_view code = trimmed(text.substr(0, close));
    std::string_view reason = close == text.npos ? std::string_view() : trimmed(text.substr(close + 1));
    if (reason.starts_with(':')) {
      reason = trimmed(reason.substr(1));
    } else {
      reason = {};
    }
    if (code.empty() || reason.empty()) {
      found_.error("bad-allowance", place_of(source_, line),
                   "this allows nothing: a code and a reason are needed",
                   "write allow(no-else): and why the warning may stand");
      return;
    }
    if (why_it_matters(code).empty()) {
      const std::vector<std::string> codes = finding_codes();
      const std::string_view near = nearest(code, codes);
      found_.error("bad-allowance", place_of(source_, line, code),
                   fmt::format("there is no finding '{}'", code),
                   near.empty() ? std::string("the code stands in brackets behind what was found")
                                : fmt::format("did you mean '{}'?", near));
      return;
    }
    const auto [first, last] = lines_behind(at);
    found_.allow({std::string(code), place_of(source_, line), first, last, std::string(reason)});
  }

  // The lines that the comment on line `at` speaks of.
  std::pair<uint32_t, uint32_t> lines_behind(size_t at) const {
    const auto& lines = source_.lines;
    size_t first = at + 1;
    while (first < lines.size() && is_passed_over(lines[first])) ++first;
    if (first == lines.size()) return {0, 0};
    size_t last = first;
    if (trimmed(lines[at].text).starts_with('<')) {
      while (last + 1 < lines.size() && lines[last].text.find('>') == std::string_view::npos) ++last;
    }
    return {lines[first].number, lines[last].number};
  }

  const Source& source_;
  Diagnostics& found_;
};

bool is_meant(const Allowance& allowance, const Diagnostic& one) {
  return one.code == allowance.code && one.place.file == allowance.place.file &&
         one.place.line >= allowance.first && one.place.line <= allowance.last;
}

}  // namespace

void read_allowances(const Source& source, Diagnostics& found) {
  Reader(source, found).run();
}

Diagnostics with_allowances(const Diagnostics& found) {
  Diagnostics made;
  for (Diagnostic one : found.all()) {
    const auto& all = found.allowances();
    const auto allowance =
        std::find_if(all.begin(), all.end(), [&](const auto& each) { return is_meant(each, one); });
    if (one.severity == Severity::kWarning && allowance != all.end()) one.allowed = allowance->reason;
    made.add(std::move(one));
  }
  if (found.has_errors()) return made;
  for (const Allowance& each : found.allowances()) {
    const bool is_needed = std::any_of(found.all().begin(), found.all().end(),
                                       [&](const Diagnostic& one) { return is_meant(each, one); });
    if (!is_needed && !is_found_on_demand(each.code))
      made.warning("unused-allowance", each.place,
                   fmt::format("nothing of '{}' is found on the next line", each.code),
                   "remove the comment, or put it right above the line that the warning names");
  }
  return made;
}

}  // namespace attune::dsl
