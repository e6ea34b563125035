// SPDX-License-Identifier: Apache-2.0
#include "dsl/front_matter.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "dsl/mermaid_text.h"
#include "runtime/base/suggest.h"

namespace attune::dsl {

namespace {

constexpr std::string_view kFence = "---";
constexpr size_t kMaxDepth = 16;
// What begins something other than plain text in YAML.
constexpr std::string_view kIndicators = "[]{},#&*!|>'\"%@`?-";

bool is_fence(std::string_view line) {
  return line.starts_with(kFence) && trimmed(line) == kFence;
}

bool is_ignored(std::string_view line) {
  const std::string_view text = trimmed(line);
  return text.empty() || text.front() == '#';
}

// Reads lines [from, to) of a source as nested `key: value` lines.
class SettingReader {
 public:
  SettingReader(const Source& source, size_t from, size_t to, Diagnostics& found)
      : source_(source), at_(from), end_(to), found_(found) {}

  std::vector<Setting> read() { return read_block(0, 0); }

 private:
  const Line& line() const { return source_.lines[at_]; }

  // Blanks before the text; tabs are refused, since YAML refuses them.
  size_t indent() {
    const std::string_view text = line().text;
    const size_t indent = text.find_first_not_of(" \t");
    if (const size_t tab = text.substr(0, indent).find('\t'); tab != text.npos)
      found_.error("front-matter-tab", place_of(source_, line(), text.substr(tab, 1)),
                   "a tab cannot indent the front matter", "use blanks");
    return indent;
  }

  bool skip_to_text() {
    while (at_ < end_ && is_ignored(line().text)) ++at_;
    return at_ < end_;
  }

  std::vector<Setting> read_block(size_t width, size_t depth) {
    std::vector<Setting> settings;
    while (skip_to_text()) {
      const size_t width_here = indent();
      if (width_here < width) break;
      if (width_here > width) {
        found_.error("front-matter-indent", place_of(source_, line()),
                     "this line stands further in than the one above it",
                     "a line belongs to the nearest line above it that ends with ':'");
        ++at_;
        continue;
      }
      if (auto setting = read_setting(width, depth)) add(settings, *std::move(setting));
    }
    return settings;
  }

  void add(std::vector<Setting>& settings, Setting setting) {
    const bool twice =
        std::any_of(settings.begin(), settings.end(), [&](const Setting& s) { return s.key == setting.key; });
    if (twice)
      found_.error("front-matter-twice", setting.key_place, fmt::format("'{}' is set twice", setting.key),
                   "keep one of them");
    else
      settings.push_back(std::move(setting));
  }

  std::optional<Setting> read_setting(size_t width, size_t depth) {
    const Line& here = line();
    const std::string_view text = trimmed(here.text);
    ++at_;
    const size_t colon = text.find(':');
    const std::string_view key = trimmed(text.substr(0, colon));
    const bool is_pair = colon != text.npos && (colon + 1 == text.size() || text[colon + 1] == ' ');
    if (!is_pair || key.empty() || kIndicators.find(key.front()) != key.npos) {
      found_.error("front-matter-line", place_of(source_, here), "expected 'key: value'",
                   "a list or a block of text is not read here; write one 'key: value' a line");
      return std::nullopt;
    }
    Setting setting{std::string(key), {}, {}, place_of(source_, here, key), {}};
    read_value(here, trimmed(text.substr(colon + 1)), setting);
    if (setting.value.empty() && depth < kMaxDepth && skip_to_text()) {
      if (const size_t inner = indent(); inner > width) setting.children = read_block(inner, depth + 1);
    }
    return setting;
  }

  void read_value(const Line& here, std::string_view text, Setting& setting) {
    setting.value_place = place_of(source_, here, text);
    if (text.empty()) return;
    if (text.front() == '"' || text.front() == '\'') return read_quoted(here, text, setting);
    if (const size_t comment = text.find(" #"); comment != text.npos) text = trimmed(text.substr(0, comment));
    setting.value = std::string(text);
    setting.value_place = place_of(source_, here, text);
    const bool is_number = text.size() > 1 && text.front() == '-' && text[1] >= '0' && text[1] <= '9';
    if (kIndicators.find(text.front()) != kIndicators.npos && !is_number)
      found_.error("front-matter-value", setting.value_place,
                   fmt::format("a value cannot begin with '{}' here", text.front()),
                   fmt::format("put it in double quotes: {}: \"...\"", setting.key));
    else if (text.find(": ") != text.npos || text.back() == ':')
      found_.error("front-matter-value", setting.value_place, "a value with ':' in it needs quotes",
                   fmt::format("put it in double quotes: {}: \"...\"", setting.key));
  }

  void read_quoted(const Line& here, std::string_view text, Setting& setting) {
    const size_t end = text.find(text.front(), 1);
    const std::string_view after = end == text.npos ? text : trimmed(text.substr(end + 1));
    const bool closed = end != text.npos && (after.empty() || after.front() == '#');
    if (!closed) {
      found_.error("front-matter-value", setting.value_place, "the quotes must close at the end of the value",
                   "no quotes of the same kind inside");
      return;
    }
    const std::string_view inner = text.substr(1, end - 1);
    setting.value_place = place_of(source_, here, text.substr(0, end + 1));
    setting.value = std::string(inner);
    if (inner.find('\\') != inner.npos)
      found_.error("front-matter-value", setting.value_place, "a backslash means something else to YAML",
                   "leave it out");
  }

  const Source& source_;
  size_t at_, end_;
  Diagnostics& found_;
};

// Only what is nearly ours, or ours in the wrong place, is told; everything else there belongs to others.
void check_key(const Setting& setting, Diagnostics& found) {
  static const std::vector<std::string> kKnown = {"title", "attune", "config"};
  static const std::vector<std::string> kBelow = {
      "on",   "cooldown", "hold",  "release", "after_growth", "after_shrink", "ensure", "within", "tries",
      "runs", "priority", "every", "at"};
  if (std::find(kKnown.begin(), kKnown.end(), setting.key) != kKnown.end()) return;
  if (std::find(kBelow.begin(), kBelow.end(), setting.key) != kBelow.end())
    return found.warning("front-matter-key", setting.key_place,
                         fmt::format("'{}' stands beside 'attune:', where nobody reads it", setting.key),
                         "write it below 'attune:', two blanks further in");
  if (const std::string_view meant = nearest(setting.key, kKnown); !meant.empty())
    found.warning("front-matter-key", setting.key_place, fmt::format("nobody reads '{}'", setting.key),
                  fmt::format("did you mean '{}'?", meant));
}

void check_before(const Source& source, size_t fence, Diagnostics& found) {
  for (size_t i = 0; i < fence; ++i)
    if (is_comment(source.lines[i].text))
      found.error("comment-before-front-matter", place_of(source, source.lines[i]),
                  "a comment before the front matter: Mermaid 11 draws nothing, 12 refuses the file",
                  "put it below the line that names the diagram's kind");
}

void take(std::vector<Setting> settings, const Source& source, FrontMatter& into, Diagnostics& found) {
  for (Setting& setting : settings) {
    check_key(setting, found);
    if (setting.key == "title") {
      into.title = setting.value;
      into.title_place = setting.value_place;
      const Line& line = source.lines[setting.key_place.line - 1];
      lint_text(TextKind::kTitle, source, line, trimmed(line.text), found);
    } else if (setting.key == "attune") {
      if (!setting.value.empty())
        found.error("front-matter-attune", setting.value_place,
                    "'attune:' takes settings below it, not a value",
                    "write each on a line of its own, two blanks further in, as in 'cooldown: 30s'");
      into.attune = std::move(setting.children);
    }
  }
}

}  // namespace

FrontMatter read_front_matter(const Source& source, Diagnostics& found) {
  FrontMatter matter;
  size_t begin = 0;
  while (begin < source.lines.size() &&
         (trimmed(source.lines[begin].text).empty() || is_comment(source.lines[begin].text)))
    ++begin;
  if (begin == source.lines.size() || !is_fence(source.lines[begin].text)) return matter;
  check_before(source, begin, found);
  size_t end = begin + 1;
  while (end < source.lines.size() && !is_fence(source.lines[end].text)) ++end;
  matter.body = std::min(end + 1, source.lines.size());
  if (end == source.lines.size()) {
    found.error("front-matter-open", place_of(source, source.lines[begin]), "the front matter has no end",
                "close it with a line '---'");
    return matter;
  }
  if (end == begin + 1)
    found.error("front-matter-empty", place_of(source, source.lines[begin]), "an empty front matter",
                "Mermaid refuses it: leave both '---' out");
  take(SettingReader(source, begin + 1, end, found).read(), source, matter, found);
  return matter;
}

}  // namespace attune::dsl
