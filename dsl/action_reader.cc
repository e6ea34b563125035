// SPDX-License-Identifier: Apache-2.0
#include "dsl/action_reader.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "ActionLexer.h"
#include "ActionParser.h"
#include "dsl/action_tree.h"
#include "dsl/syntax_errors.h"

namespace attune::dsl {

namespace {

using grammar::ActionLexer;
using grammar::ActionParser;

// More words in one action than anybody reads; also what bounds the depth of the tree.
constexpr size_t kMaxTokens = 400;

// A kind of token in the words of a complaint. What can begin a value is one thing to a reader, and so are
// the operators.
struct Wording {
  size_t kind;
  std::string_view word;
};
constexpr std::string_view kValue = "a value", kOperator = "an operator", kName = "a name";
constexpr std::array kWordings = {
    Wording{ActionParser::OPEN_GUARD, "a guard in brackets"},
    Wording{ActionParser::ELSE, "'else'"},
    Wording{ActionParser::QUANTITY, kValue},
    Wording{ActionParser::NAME, kName},
    Wording{ActionParser::PLUS, kOperator},
    Wording{ActionParser::ON, "'on error'"},
    Wording{ActionParser::AFTER, "'after'"},
    Wording{ActionParser::ERROR, "'error'"},
    Wording{ActionParser::DOT, "'.'"},
    Wording{ActionParser::ASSIGN, "'='"},
    Wording{ActionParser::INCREMENT, "'++'"},
    Wording{ActionParser::DECREMENT, "'--'"},
    Wording{ActionParser::OPEN, "'('"},
    Wording{ActionParser::COMMA, "','"},
    Wording{ActionParser::CLOSE, "')'"},
    Wording{ActionParser::CLOSE_GUARD, "']'"},
    Wording{ActionParser::EOF, "the end of the line"},
};

// What to write instead of what was found.
struct Instead {
  std::string_view found, hint;
};
constexpr std::array kInstead = {
    Instead{"&&", "write 'and'"},
    Instead{"&", "write 'and'"},
    Instead{"||", "write 'or'"},
    Instead{"|", "write 'or'"},
    Instead{"!", "write 'not'"},
    Instead{"===", "write '=='"},
    Instead{"==", "'==' compares, '=' assigns"},
    Instead{"!==", "write '!='"},
    Instead{"<>", "write '!='"},
    Instead{"=", "'=' assigns, '==' compares"},
    Instead{":=", "write '='"},
    Instead{"=>", "'at least' is written '>='"},
    Instead{"->", "a member is named with '.'"},
    Instead{"+=", "write it out: x = x + 1"},
    Instead{"-=", "write it out: x = x - 1"},
    Instead{"++", "'++' stands alone behind a class: x = app++"},
    Instead{"--", "'--' stands alone behind a class: app--"},
    Instead{"(", "what is called belongs to something: this.start()"},
    Instead{"'", "a text stands in double quotes"},
};

bool contains(const std::vector<size_t>& kinds, size_t kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

std::string expected_words(const std::vector<size_t>& expected) {
  const bool value = contains(expected, ActionParser::QUANTITY) && contains(expected, ActionParser::STRING);
  const bool name = contains(expected, ActionParser::NAME);
  std::vector<std::string_view> words;
  for (const Wording& wording : kWordings) {
    if (!contains(expected, wording.kind)) continue;
    const bool part_of_value = value && (wording.word == kName || wording.word == "'('");
    const bool part_of_name =
        name && (wording.kind == ActionParser::ON || wording.kind == ActionParser::AFTER ||
                 wording.kind == ActionParser::ERROR);
    if (!part_of_value && !part_of_name) words.push_back(wording.word);
  }
  return one_of(words);
}

std::string hint_for(const antlr4::Token& found) {
  const std::string text = found.getText();
  if (found.getType() == ActionLexer::OPEN_STRING) return "close the text with a double quote";
  for (const Instead& instead : kInstead)
    if (text == instead.found) return std::string(instead.hint);
  return {};
}

}  // namespace

// The generated parser and what it stands on.
struct ActionReader::State {
  explicit State(Diagnostics& diagnostics)
      : found(diagnostics), lexer(&input), tokens(&lexer), parser(&tokens) {
    lexer.removeErrorListeners();
    parser.removeErrorListeners();
    parser.setErrorHandler(std::make_shared<LineErrors>(
        antlr4::Token::EOF, SIZE_MAX,
        [this](const antlr4::Token& at, const std::vector<size_t>& expected) { complain(at, expected); }));
  }

  // Whether the text can be parsed at all.
  bool begin(const Text& text) {
    line = text.place;
    failed = false;
    input.load(text.text);
    lexer.setInputStream(&input);
    tokens.setTokenSource(&lexer);
    parser.setTokenStream(&tokens);
    tokens.fill();
    if (tokens.size() > kMaxTokens)
      tell("action-too-long", line, "more than 400 words on one line", "split it");
    return !failed;
  }

  void tell(std::string_view code, Place place, std::string message, std::string hint = {}) {
    failed = true;
    found.error(code, std::move(place), std::move(message), std::move(hint));
  }

  void complain(const antlr4::Token& at, const std::vector<size_t>& expected) {
    const bool end = at.getType() == antlr4::Token::EOF;
    if (at.getType() == ActionLexer::OPEN_STRING)
      return tell("open-text", place_of_token(line, at), "the text has no end", hint_for(at));
    tell("syntax", place_of_token(line, at),
         fmt::format("expected {}, found {}", expected_words(expected),
                     end ? "the end of the line" : "'" + at.getText() + "'"),
         contains(expected, ActionParser::OPEN_GUARD) ? "a guard stands in brackets, as in [x < 5]"
                                                      : hint_for(at));
  }

  Diagnostics& found;
  antlr4::ANTLRInputStream input;
  ActionLexer lexer;
  antlr4::CommonTokenStream tokens;
  ActionParser parser;
  Place line;  // of the text that is read
  bool failed = false;
};

ActionReader::ActionReader(Diagnostics& found) : state_(std::make_unique<State>(found)) {}
ActionReader::~ActionReader() = default;

std::optional<ActionSyntax> ActionReader::read_action(const Text& text) {
  if (!state_->begin(text)) return std::nullopt;
  auto* const tree = state_->parser.action_line();
  if (state_->failed) return std::nullopt;
  ActionTree made(text.place, state_->found);
  ActionSyntax action = made.action(tree->action());
  if (made.failed()) return std::nullopt;
  return action;
}

std::optional<LabelSyntax> ActionReader::read_label(const Text& text) {
  if (!state_->begin(text)) return std::nullopt;
  auto* const tree = state_->parser.label_line();
  if (state_->failed) return std::nullopt;
  ActionTree made(text.place, state_->found);
  LabelSyntax label = made.label(tree->label());
  if (made.failed()) return std::nullopt;
  return label;
}

}  // namespace attune::dsl
