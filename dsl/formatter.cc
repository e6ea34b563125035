// SPDX-License-Identifier: Apache-2.0
#include "dsl/formatter.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include <antlr4-runtime.h>

#include "DeploymentLexer.h"
#include "StateDiagramLexer.h"
#include "dsl/action_format.h"
#include "dsl/deployment_parser.h"
#include "dsl/diagram_parser.h"
#include "dsl/front_matter.h"
#include "dsl/layout.h"
#include "dsl/mermaid_text.h"
#include "dsl/wrapper_format.h"

namespace attune::dsl {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// A line's tokens, in the words of both grammars.
using Tokens = std::vector<const antlr4::Token*>;

// The tokens of a diagram's body by their lines, without the lines' ends.
template <class Lexer>
class TokensByLine {
 public:
  TokensByLine(const Source& source, size_t body)
      : input_(body_of(source, body)), lexer_(&input_), by_line_(source.lines.size() + 1) {
    lexer_.removeErrorListeners();
    all_ = lexer_.getAllTokens();
    for (const auto& token : all_)
      if (token->getType() != Lexer::NEWLINE) by_line_[token->getLine() - 1].push_back(token.get());
  }

  const Tokens& of(const Line& line) const { return by_line_[line.number - 1]; }

 private:
  // What stands before the body, and every comment, is a blank line.
  static std::string body_of(const Source& source, size_t body) {
    std::string text;
    for (size_t i = 0; i < source.lines.size(); ++i) {
      if (i >= body && !is_comment(source.lines[i].text)) text += source.lines[i].text;
      text += '\n';
    }
    return text;
  }

  antlr4::ANTLRInputStream input_;
  Lexer lexer_;
  std::vector<std::unique_ptr<antlr4::Token>> all_;
  std::vector<Tokens> by_line_;
};

class StateLines {
 public:
  using Lexer = grammar::StateDiagramLexer;
  static constexpr size_t kHeader = Lexer::HEADER, kOpen = Lexer::OPEN, kClose = Lexer::CLOSE;

  // What a note of several lines says is left as it is, but for its place.
  static bool opens_note(const Tokens& tokens) {
    return tokens.front()->getType() == Lexer::NOTE && tokens.back()->getType() == Lexer::WORD;
  }
  static bool closes_note(const Tokens& tokens) { return tokens.front()->getType() == Lexer::END_NOTE; }

  static std::string text(const Tokens& tokens) {
    std::string made;
    for (const antlr4::Token* token : tokens) {
      if (!made.empty()) made += ' ';
      const std::string written = token->getText();
      const std::string_view bare = trimmed(written);
      const bool is_action = token->getType() == Lexer::TEXT && tokens.front()->getType() != Lexer::NOTE;
      made += is_action ? formatted_action(bare) : std::string(bare);
    }
    return made;
  }
};

class DeploymentLines {
 public:
  using Lexer = grammar::DeploymentLexer;
  static constexpr size_t kHeader = Lexer::HEADER, kOpen = Lexer::OPEN, kClose = Lexer::CLOSE;

  static bool opens_note(const Tokens&) { return false; }
  static bool closes_note(const Tokens&) { return false; }

  static std::string text(const Tokens& tokens) {
    const bool is_member = std::ranges::none_of(
        tokens, [](const antlr4::Token* token) { return token->getType() == Lexer::ARROW; });
    const bool is_class = tokens.front()->getType() == Lexer::CLASS && is_class_line(tokens);
    std::string made;
    size_t before = antlr4::Token::EOF;
    for (const antlr4::Token* token : tokens) {
      const size_t kind = token->getType();
      const bool is_close = made.empty() || before == Lexer::MARK || before == Lexer::OPEN_LIST ||
                            kind == Lexer::CLOSE_LIST || kind == Lexer::COMMA ||
                            (kind == Lexer::COLON && is_member) || (kind == Lexer::OPEN_LIST && is_class) ||
                            (kind == Lexer::CLOSE && before == Lexer::OPEN);
      if (!is_close) made += ' ';
      made += token->getText();
      before = kind;
    }
    return made;
  }

 private:
  // Not an attribute that is called so.
  static bool is_class_line(const Tokens& tokens) {
    return tokens.size() > 1 && tokens[1]->getType() != Lexer::COLON;
  }
};

template <class Lines>
void write_body(const Source& source, size_t body, Layout& out) {
  const TokensByLine<typename Lines::Lexer> tokens_by_line(source, body);
  size_t depth = 0;
  bool is_in_note = false;
  for (size_t i = body; i < source.lines.size(); ++i) {
    const Line& line = source.lines[i];
    const Tokens& tokens = tokens_by_line.of(line);
    if (is_comment(line.text)) {
      out.line(depth + is_in_note, trimmed(line.text));
    } else if (tokens.empty()) {
      is_in_note ? out.verbatim("") : out.blank();
    } else if (is_in_note) {
      is_in_note = !Lines::closes_note(tokens);
      out.line(depth + is_in_note, trimmed(line.text));
    } else {
      if (tokens.front()->getType() == Lines::kClose) {
        if (depth > 0) --depth;
        out.closing();
      }
      out.line(depth, Lines::text(tokens));
      is_in_note = Lines::opens_note(tokens);
      if (tokens.front()->getType() != Lines::kHeader && tokens.back()->getType() != Lines::kOpen) continue;
      ++depth;
      out.opened();
    }
  }
}

// The line that says which kind of diagram it is, where that is none that is read here; nullptr else.
const Line* other_header(const Source& source) {
  Diagnostics ignored;
  for (size_t i = read_front_matter(source, ignored).body; i < source.lines.size(); ++i) {
    const std::string_view text = trimmed(source.lines[i].text);
    if (text.empty() || is_comment(source.lines[i].text)) continue;
    static constexpr std::string_view kOthers[] = {"flowchart", "graph",   "sequenceDiagram", "erDiagram",
                                                   "gantt",     "pie",     "mindmap",         "timeline",
                                                   "journey",   "gitGraph"};
    const std::string_view word = text.substr(0, text.find_first_of(" \t;"));
    const bool is_other = std::find(std::begin(kOthers), std::end(kOthers), word) != std::end(kOthers);
    return is_other ? &source.lines[i] : nullptr;
  }
  return nullptr;
}

std::optional<std::string> formatted_diagram(const Source& source, Diagnostics& found) {
  if (const Line* header = other_header(source)) {
    found.error("header", place_of(source, *header), "this is neither a class diagram nor a state diagram",
                "only these two are Attune's, and formatted: classDiagram, stateDiagram-v2");
    return std::nullopt;
  }
  Diagnostics own;
  const bool is_state_diagram = says_state_diagram(source);
  if (is_state_diagram)
    (void)parse_diagram(source, own);
  else
    (void)parse_deployment(source, own);
  const bool is_broken = own.has_errors();
  found.add(own);
  if (is_broken) return std::nullopt;

  Layout out;
  Diagnostics ignored;
  const size_t body = read_front_matter(source, ignored).body;
  for (size_t i = 0; i < body; ++i) {
    std::string_view text = source.lines[i].text;
    text = text.substr(0, text.find_last_not_of(" \t") + 1);
    out.verbatim(text);
  }
  out.opened();
  if (is_state_diagram)
    write_body<StateLines>(source, body, out);
  else
    write_body<DeploymentLines>(source, body, out);
  return out.take();
}

}  // namespace

std::optional<std::string> formatted(const Source& source, Diagnostics& found) {
  // A byte that is not UTF-8 is none in the source any more: it would be lost.
  if (found.has_errors()) return std::nullopt;
  return says_xml(source) ? formatted_wrapper(source, found) : formatted_diagram(source, found);
}

std::string with_ends_of(std::string_view text, const std::string& made) {
  std::string all(text.starts_with(kByteOrderMark) ? kByteOrderMark : std::string_view());
  const size_t end = text.find('\n');
  const bool has_returns = end != text.npos && end > 0 && text[end - 1] == '\r';
  for (const char c : made) {
    if (c == '\n' && has_returns) all += '\r';
    all += c;
  }
  return all;
}

}  // namespace attune::dsl
