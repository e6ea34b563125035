// SPDX-License-Identifier: Apache-2.0
#include "dsl/diagram_lines.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "StateDiagramLexer.h"
#include "StateDiagramParser.h"
#include "dsl/mermaid_text.h"
#include "dsl/syntax_errors.h"
#include "runtime/base/suggest.h"

namespace attune::dsl {

namespace {

using grammar::StateDiagramLexer;
using Parser = grammar::StateDiagramParser;

// A kind of token in the words of a complaint.
struct Wording {
  size_t kind;
  std::string_view word;
};
constexpr std::array kWordings = {
    Wording{Parser::WORD, "a state's id"},
    Wording{Parser::POINT, "'[*]'"},
    Wording{Parser::ARROW, "'-->'"},
    Wording{Parser::COLON, "':'"},
    Wording{Parser::AS, "'as'"},
    Wording{Parser::COMPASS, "TB, BT, LR or RL"},
    Wording{Parser::LEFT, "'left of'"},
    Wording{Parser::RIGHT, "'right of'"},
    Wording{Parser::OF, "'of'"},
    Wording{Parser::STRING, "a label in quotes"},
    Wording{Parser::CHOICE, "'<<choice>>'"},
    Wording{Parser::FORK, "'<<fork>>'"},
    Wording{Parser::JOIN, "'<<join>>'"},
    Wording{Parser::OPEN, "'{'"},
    Wording{Parser::END_NOTE, "'end note'"},
    Wording{Parser::TEXT, "a text"},
    Wording{Parser::NEWLINE, "the end of the line"},
};

std::string expected_words(const std::vector<size_t>& expected) {
  std::vector<std::string_view> words;
  for (const Wording& wording : kWordings)
    if (std::find(expected.begin(), expected.end(), wording.kind) != expected.end())
      words.push_back(wording.word);
  return one_of(words);
}

bool is_line_end(const antlr4::Token& token) {
  return token.getType() == Parser::NEWLINE || token.getType() == antlr4::Token::EOF;
}

// A complaint's code, what is wrong and how to mend it, for tokens that no rule takes.
struct Known {
  std::string_view code, message, hint;
};
Known known_complaint(const antlr4::Token& token) {
  switch (token.getType()) {
    case Parser::DRAWING:
      return {"drawing", "'{}' is Mermaid's own and says nothing that Attune could run",
              "leave the line out; colours and fonts are settings below 'config:' in the front matter"};
    case Parser::WRONG_ARROW:
      return {"arrow", "'{}' is no arrow here",
              "a transition is written a --> b; a state's id has no '-' in it"};
    case Parser::WRONG_KIND:
      return {"state-kind", "'{}' is no kind of state", "there are <<choice>>, <<fork>> and <<join>>"};
    default:
      return {};
  }
}

// Reads statements with one generated parser, and remembers the lines that have an error.
class Lines {
 public:
  Lines(const Source& source, size_t body, Diagnostics& found)
      : source_(source),
        found_(found),
        input_(text_from(source, body)),
        lexer_(&input_),
        tokens_(&lexer_),
        parser_(&tokens_) {
    lexer_.removeErrorListeners();
    parser_.removeErrorListeners();
    parser_.setErrorHandler(std::make_shared<LineErrors>(
        Parser::NEWLINE, Parser::RuleFile,
        [this](const antlr4::Token& at, const std::vector<size_t>& expected) { complain(at, expected); }));
  }

  std::vector<Statement> read() {
    auto* const file = parser_.file();
    std::vector<Statement> statements;
    for (auto* line : file->line()) {
      auto* const context = line->statement();
      if (!context || context->getStart()->getType() == antlr4::Token::EOF) continue;
      if (wrong_.contains(context->getStart()->getLine())) continue;
      statements.push_back(statement(context));
    }
    return statements;
  }

 private:
  // Everything before the body and every comment is a blank line, so that lines keep their numbers.
  static std::string text_from(const Source& source, size_t body) {
    std::string text;
    for (size_t i = 0; i < source.lines.size(); ++i) {
      if (i >= body && !trimmed(source.lines[i].text).starts_with("%%")) text += source.lines[i].text;
      text += '\n';
    }
    return text;
  }

  Place place_of_token(const antlr4::Token& token) const {
    const bool real = !is_line_end(token);
    const size_t length = real ? token.getStopIndex() - token.getStartIndex() + 1 : 1;
    return {source_.file, static_cast<uint32_t>(token.getLine()),
            static_cast<uint32_t>(token.getCharPositionInLine() + 1), static_cast<uint32_t>(length)};
  }

  // The last line is one more than the file's, where it ends with a line's end.
  Place end_place() const {
    if (source_.lines.empty()) return {source_.file, 1, 1, 1};
    const Line& last = source_.lines.back();
    return {source_.file, last.number, code_points(last.text) + 1, 1};
  }

  // The first token of the line on which the statement that cannot end began.
  static size_t line_of(const antlr4::Token& at, antlr4::Parser& parser) {
    auto* const context = parser.getContext();
    return context && context->getStart() ? std::min(context->getStart()->getLine(), at.getLine())
                                          : at.getLine();
  }

  void complain(const antlr4::Token& at, const std::vector<size_t>& expected) {
    wrong_.insert(line_of(at, parser_));
    wrong_.insert(at.getLine());
    if (std::find(expected.begin(), expected.end(), Parser::WORD) != expected.end() &&
        is_name(at.getText())) {
      found_.error("reserved-state-id", place_of_token(at),
                   fmt::format("a state cannot be called '{}'", at.getText()), "give it another id");
      return;
    }
    if (const Known known = known_complaint(at); !known.code.empty()) {
      found_.error(known.code, place_of_token(at), fmt::format(fmt::runtime(known.message), at.getText()),
                   std::string(known.hint));
      return;
    }
    if (at.getType() == antlr4::Token::EOF) {
      const bool in_note = std::find(expected.begin(), expected.end(), Parser::END_NOTE) != expected.end();
      const Place where = in_note ? place_of_token(*parser_.getContext()->getStart()) : end_place();
      found_.error(in_note ? "open-note" : "syntax", where,
                   in_note ? "the note has no end" : fmt::format("expected {}", expected_words(expected)),
                   in_note ? "close it with a line 'end note', or write it on one line behind a colon" : "");
      return;
    }
    const std::string shown = is_line_end(at) ? "the end of the line" : "'" + at.getText() + "'";
    found_.error("syntax", place_of_token(at),
                 fmt::format("expected {}, found {}", expected_words(expected), shown),
                 hint_for(at, expected));
  }

  // What the line's first word was perhaps meant to be.
  std::string hint_for(const antlr4::Token& at, const std::vector<size_t>& expected) const {
    static const std::vector<std::string> kFirst = {"stateDiagram-v2", "state", "note", "direction"};
    if (at.getText() == "\"") return "a label stands in double quotes on one line: state \"label\" as id";
    if (at.getText() == ";") return "one statement a line, without ';'";
    const std::string_view text = trimmed(source_.lines[at.getLine() - 1].text);
    const std::string_view first = text.substr(0, text.find_first_of(" \t"));
    if (const std::string_view meant = nearest(first, kFirst); !meant.empty() && meant != first)
      return fmt::format("did you mean '{}'?", meant);
    const bool lonely = expected.size() == 1 && expected[0] == Parser::NEWLINE;
    return lonely ? "one statement a line" : "";
  }

  Text text_at(const antlr4::Token& token) const { return {token.getText(), place_of_token(token)}; }
  Text text_at(antlr4::tree::TerminalNode* node) const { return node ? text_at(*node->getSymbol()) : Text{}; }

  // A text behind a colon, without the blanks around it.
  Text text_behind(antlr4::tree::TerminalNode* node) const {
    if (!node) return {};
    const Place place = place_of_token(*node->getSymbol());
    const Line& line = source_.lines[place.line - 1];
    const std::string written = node->getSymbol()->getText();
    const std::string_view part = trimmed(line.text.substr(line.text.size() - written.size()));
    return {std::string(part), place_of(source_, line, part)};
  }

  Statement statement(Parser::StatementContext* context) {
    Statement made = filled(context);
    made.place = place_of_token(*context->getStart());
    return made;
  }

  static Statement plain(Statement::Kind kind) {
    Statement made;
    made.kind = kind;
    return made;
  }

  Statement filled(Parser::StatementContext* context) {
    if (dynamic_cast<Parser::HeaderContext*>(context)) return plain(Statement::Kind::kHeader);
    if (dynamic_cast<Parser::CloseContext*>(context)) return plain(Statement::Kind::kClose);
    if (dynamic_cast<Parser::SeparatorContext*>(context)) return plain(Statement::Kind::kSeparator);
    if (dynamic_cast<Parser::DirectionContext*>(context)) return plain(Statement::Kind::kDirection);
    if (auto* state = dynamic_cast<Parser::StateContext*>(context)) return state_statement(state);
    if (auto* note = dynamic_cast<Parser::NoteContext*>(context)) return note_statement(note);
    return flow_statement(static_cast<Parser::FlowContext*>(context));
  }

  Statement state_statement(Parser::StateContext* context) {
    Statement made;
    made.kind = context->OPEN() ? Statement::Kind::kOpen : Statement::Kind::kState;
    made.id = text_at(context->WORD());
    if (context->CHOICE()) made.state = StateSyntax::Kind::kChoice;
    if (context->FORK()) made.state = StateSyntax::Kind::kFork;
    if (context->JOIN()) made.state = StateSyntax::Kind::kJoin;
    if (context->OPEN()) made.state = StateSyntax::Kind::kComposite;
    if (auto* label = context->STRING()) {
      const Place place = place_of_token(*label->getSymbol());
      const std::string quoted = label->getText();
      made.has_text = true;
      made.text = {quoted.substr(1, quoted.size() - 2), place};
      made.text.place.column += 1;
      made.text.place.length = std::max(place.length, 3u) - 2;
    }
    return made;
  }

  Statement note_statement(Parser::NoteContext* context) {
    Statement made;
    made.kind = Statement::Kind::kNote;
    made.id = text_at(context->WORD());
    made.has_text = context->COLON() != nullptr;
    made.text.place =
        place_of_token(context->COLON() ? *context->COLON()->getSymbol() : *context->getStart());
    if (context->TEXT()) made.note.push_back(text_behind(context->TEXT()));
    for (auto* line : context->NOTE_LINE()) made.note.push_back(text_behind(line));
    return made;
  }

  Statement flow_statement(Parser::FlowContext* context) {
    Statement made;
    made.kind = context->ARROW() ? Statement::Kind::kTransition : Statement::Kind::kMention;
    made.id = text_at(*context->vertex(0)->getStart());
    if (context->ARROW()) made.to = text_at(*context->vertex(1)->getStart());
    made.has_text = context->COLON() != nullptr;
    made.text = text_behind(context->TEXT());
    if (made.has_text && !context->TEXT()) made.text.place = place_of_token(*context->COLON()->getSymbol());
    return made;
  }

  const Source& source_;
  Diagnostics& found_;
  antlr4::ANTLRInputStream input_;
  StateDiagramLexer lexer_;
  antlr4::CommonTokenStream tokens_;
  Parser parser_;
  std::set<size_t> wrong_;
};

}  // namespace

std::vector<Statement> read_statements(const Source& source, size_t body, Diagnostics& found) {
  return Lines(source, body, found).read();
}

}  // namespace attune::dsl
