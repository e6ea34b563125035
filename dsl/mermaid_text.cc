// SPDX-License-Identifier: Apache-2.0
#include "dsl/mermaid_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace attune::dsl {

namespace {

constexpr unsigned bit(TextKind kind) {
  return 1u << static_cast<unsigned>(kind);
}
constexpr unsigned kEverywhere = ~bit(TextKind::kTitle);  // a title is shown as it is, but for tags
constexpr unsigned kAction = bit(TextKind::kStateText) | bit(TextKind::kTransitionLabel);
constexpr unsigned kInline = ~(bit(TextKind::kTitle) | bit(TextKind::kNoteLine));
// Texts that stand between double quotes, or that Mermaid wraps in them.
constexpr unsigned kQuoted = bit(TextKind::kStateLabel) | bit(TextKind::kNote) | bit(TextKind::kNoteLine) |
                             bit(TextKind::kClassLabel) | bit(TextKind::kCardinality);

// A sequence that Mermaid does not leave alone.
struct Mangled {
  std::string_view written;
  unsigned kinds;  // where
  std::string_view code;
  std::string_view message;
  std::string_view hint;
};

// At one place the first that fits is told.
constexpr std::array kMangled = {
    Mangled{";", kEverywhere, "mermaid-semicolon", "Mermaid cuts the text at ';', even inside a string",
            "one statement a line; in a text, a comma or a dash"},
    Mangled{"%%", kEverywhere, "mermaid-comment", "'%%' after text is no comment to Mermaid",
            "put the comment on a line of its own"},
    Mangled{"$$", kEverywhere, "mermaid-formula", "Mermaid reads '$$' as the mark of a formula",
            "leave it out"},
    Mangled{"::", kInline, "mermaid-colon", "Mermaid reads '::' as the mark of a style",
            "leave it out; the members of a thing are named with '.'"},
    Mangled{":", kAction | bit(TextKind::kNote) | bit(TextKind::kRelationLabel), "mermaid-colon",
            "Mermaid ends the text at ':' in some of its versions",
            "leave it out; in a text, use a comma or a dash"},
    Mangled{"#", kEverywhere, "mermaid-hash", "Mermaid reads '#' as the beginning of a character's number",
            "leave it out"},
    Mangled{"\\", kEverywhere, "mermaid-backslash", "Mermaid rewrites '\\'",
            "leave it out; there are no escapes in a string"},
    Mangled{"${", kEverywhere, "mermaid-brace",
            "Mermaid reads '{' as the beginning of a composite state or a body",
            "write $name.attribute: it ends before the next sign that is in no name, such as '-' or '/'"},
    Mangled{"{", kEverywhere, "mermaid-brace",
            "Mermaid reads '{' as the beginning of a composite state or a body", "use parentheses"},
    Mangled{"}", kEverywhere, "mermaid-brace", "Mermaid reads '}' as the end of a composite state or a body",
            "use parentheses"},
    Mangled{"`", kEverywhere, "mermaid-backquote", "Mermaid reads '`' as the mark of formatted text",
            "leave it out, or use '"},
    Mangled{"\"", kQuoted, "mermaid-quote", "Mermaid ends the text at '\"'", "use ' instead"},
};

const Mangled* find_mangled(TextKind kind, std::string_view rest) {
  const auto* it = std::find_if(kMangled.begin(), kMangled.end(), [&](const Mangled& m) {
    return (m.kinds & bit(kind)) && rest.starts_with(m.written);
  });
  return it == kMangled.end() ? nullptr : it;
}

bool is_word(char c) {
  const auto u = static_cast<unsigned char>(c);
  return std::isalnum(u) || c == '_' || u >= 0x80;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// The rules about what stands around a character.
class Linter {
 public:
  Linter(TextKind kind, const Source& source, const Line& line, std::string_view text, Diagnostics& found)
      : kind_(kind), source_(source), line_(line), text_(text), found_(found) {}

  void run() {
    for (at_ = 0; at_ < text_.size();) {
      const std::string_view rest = text_.substr(at_);
      if (const Mangled* mangled = find_mangled(kind_, rest)) {
        tell(mangled->written.size(), mangled->code, mangled->message, mangled->hint);
        at_ += mangled->written.size();
        continue;
      }
      check_less();
      check_direction();
      check_star();
      check_underscore();
      check_member();
      ++at_;
    }
  }

 private:
  char before() const { return at_ > 0 ? text_[at_ - 1] : ' '; }
  char after() const { return at_ + 1 < text_.size() ? text_[at_ + 1] : ' '; }

  void tell(size_t bytes, std::string_view code, std::string_view message, std::string_view hint) {
    found_.error(code, place_of(source_, line_, text_.substr(at_, bytes)), std::string(message),
                 std::string(hint));
  }

  // x<y && z>w loses what stands between; a < 5, a<5 and <= are fine.
  void check_less() {
    if (text_[at_] != '<') return;
    const auto next = static_cast<unsigned char>(after());
    if (std::isalpha(next) || next == '<' || next == '/' || next == '!' || next == '?' || next >= 0x80)
      tell(1, "mermaid-tag", "Mermaid reads '<' before a letter as the beginning of a tag and drops it",
           "put a blank after '<'");
  }

  // Mermaid looks for a direction anywhere in a line, and takes the whole line for it.
  void check_direction() {
    static constexpr std::string_view kWord = "direction";
    if (kind_ == TextKind::kNoteLine || kind_ == TextKind::kTitle) return;
    const std::string_view rest = text_.substr(at_);
    if (!equal_ignoring_case(rest.substr(0, kWord.size()), kWord)) return;
    const std::string_view way = trimmed(rest.substr(kWord.size()));
    const bool apart = rest.size() > kWord.size() && way.data() > rest.data() + kWord.size();
    for (const std::string_view compass : {"TB", "BT", "LR", "RL"})
      if (apart && equal_ignoring_case(way.substr(0, 2), compass))
        tell(static_cast<size_t>(way.data() - rest.data()) + 2, "mermaid-direction",
             "Mermaid takes the line for the diagram's direction, wherever these words stand",
             "put another word between them");
  }

  // a*b*c and **a** lose their stars, as marks of emphasis.
  void check_star() {
    if (text_[at_] != '*' || kind_ == TextKind::kCardinality || kind_ == TextKind::kTitle) return;
    if (std::exchange(seen_star_, true))
      tell(1, "mermaid-star", "Mermaid reads two '*' on a line as emphasis and drops them",
           "split the line: one multiplication a line");
  }

  // _x_ and __x__ likewise; snake_case stays.
  void check_underscore() {
    if (text_[at_] != '_' || kind_ == TextKind::kTitle) return;
    if (is_word(before()) && is_word(after()) && before() != '_') return;
    if (before() == '_') return;  // told at the first of several
    tell(1, "mermaid-underscore", "Mermaid reads '_' at a word's edge as emphasis and drops it",
         "no name begins or ends with '_', and none has two in a row");
  }

  // A member with parentheses is a method to Mermaid, wherever they stand.
  void check_member() {
    if (kind_ != TextKind::kClassMember || (text_[at_] != '(' && text_[at_] != ')')) return;
    tell(1, "mermaid-parenthesis", "Mermaid reads an attribute with parentheses as a method",
         "leave them out of the value");
  }

  const TextKind kind_;
  const Source& source_;
  const Line& line_;
  const std::string_view text_;
  Diagnostics& found_;
  size_t at_ = 0;
  bool seen_star_ = false;
};

}  // namespace

void lint_text(TextKind kind, const Source& source, const Line& line, std::string_view text,
               Diagnostics& found) {
  Linter(kind, source, line, text, found).run();
}

bool is_reserved_state_id(std::string_view id) {
  // The last ones are properties that every JavaScript object has: Mermaid 10 takes them for states that are
  // there already.
  static constexpr std::array<std::string_view, 19> kReserved = {
      "note",           "class",         "classDef",     "default",        "click",    "href", "style",
      "scale",          "state",         "stateDiagram", "accTitle",       "accDescr", "root", "constructor",
      "hasOwnProperty", "isPrototypeOf", "toString",     "toLocaleString", "valueOf"};
  return std::any_of(kReserved.begin(), kReserved.end(),
                     [&](std::string_view word) { return equal_ignoring_case(id, word); });
}

bool is_comment(std::string_view line) {
  const std::string_view text = trimmed(line);
  return text.starts_with("%%") && !text.starts_with("%%{");
}

void lint_line(const Source& source, const Line& line, Diagnostics& found) {
  const std::string_view text = trimmed(line.text);
  if (text.starts_with("%%{"))
    found.error("mermaid-directive", place_of(source, line, text.substr(0, 3)),
                "Mermaid takes '%%{' for a directive",
                "settings of the drawing belong to the front matter, below 'config:'");
}

}  // namespace attune::dsl
