// SPDX-License-Identifier: Apache-2.0
#include "dsl/deployment_lines.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <DeploymentLexer.h>
#include <DeploymentParser.h>
#include <fmt/format.h>

#include "dsl/mermaid_text.h"
#include "dsl/syntax_errors.h"
#include "runtime/base/suggest.h"

namespace attune::dsl {

namespace {

using Lexer = grammar::DeploymentLexer;
using Parser = grammar::DeploymentParser;
using Kind = DeploymentLine::Kind;

const std::vector<std::string> kLineWords = {"class", "namespace", "note", "direction", "classDiagram"};
const std::vector<std::string> kNote = {"note"};

constexpr std::string_view kMemberHint = "an attribute reads +name: Type = value";
constexpr std::string_view kClassHint = "a class reads class name { , then its members line by line, then }";
constexpr std::string_view kNoteHint = "a note reads note \"text\" or note for name \"text\"";

// What a kind of token is called in messages.
std::string_view words_for(size_t kind) {
  switch (kind) {
    case Lexer::WORD:
      return "a name";
    case Lexer::STRING:
      return "a text in double quotes";
    case Lexer::ARROW:
      return "an arrow";
    case Lexer::COLON:
      return "':'";
    case Lexer::EQUALS:
      return "'='";
    case Lexer::COMMA:
      return "','";
    case Lexer::OPEN:
      return "'{'";
    case Lexer::CLOSE:
      return "'}'";
    case Lexer::OPEN_LIST:
      return "'['";
    case Lexer::CLOSE_LIST:
      return "']'";
    case Lexer::FOR:
      return "'for'";
    case Lexer::NEWLINE:
    case antlr4::Token::EOF:
      return "the end of the line";
    default:
      return {};
  }
}

// Also a directive, which has been found before.
bool is_blank(std::string_view line) {
  const std::string_view text = trimmed(line);
  return text.empty() || text.starts_with("%%");
}

// How many bodies a line opens, less how many it closes.
int brace_depth(std::string_view line) {
  int depth = 0;
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (!quoted && c == '{') ++depth;
    if (!quoted && c == '}') --depth;
  }
  return depth;
}

// The text to parse: as it is, but front matter and comment lines blank, so that lines keep their numbers.
std::string text_to_parse(const Source& source, size_t body) {
  std::string text;
  text.reserve(source.file->text.size() + 1);
  for (size_t i = 0; i < source.lines.size(); ++i) {
    if (i >= body && !is_blank(source.lines[i].text)) text += source.lines[i].text;
    text += '\n';
  }
  return text;
}

class LineReader {
 public:
  LineReader(const Source& source, size_t body, Diagnostics& found)
      : source_(source), found_(found), spoiled_(source.lines.size() + 2), by_line_(source.lines.size()) {
    for (size_t i = body; i < source.lines.size(); ++i) {
      const Line& line = source.lines[i];
      if (is_blank(line.text)) continue;
      by_line_[i].emplace();
      by_line_[i]->place = place_of(source, line);
      const int depth = brace_depth(line.text);
      by_line_[i]->opens = depth > 0;
      by_line_[i]->closes = depth < 0;
    }
    text_ = text_to_parse(source, body);
  }

  std::vector<DeploymentLine> run() {
    antlr4::ANTLRInputStream input(text_);
    Lexer lexer(&input);
    lexer.removeErrorListeners();
    antlr4::CommonTokenStream tokens(&lexer);
    tokens.fill();
    tokens_ = &tokens;
    Parser parser(&tokens);
    parser.removeErrorListeners();
    parser.setErrorHandler(
        std::make_shared<LineErrors>(Lexer::NEWLINE, Parser::RuleFile,
                                     [this](const antlr4::Token& token, const std::vector<size_t>& expected) {
                                       complain(token, expected);
                                     }));
    for (Parser::LineContext* line : parser.file()->line()) read(line);
    std::vector<DeploymentLine> lines;
    for (auto& line : by_line_) {
      if (line) lines.push_back(std::move(*line));
    }
    return lines;
  }

 private:
  Place place(const antlr4::Token& token) const {
    const auto line = static_cast<uint32_t>(token.getLine());
    const auto column = static_cast<uint32_t>(token.getCharPositionInLine()) + 1;
    const bool at_end = token.getType() == Lexer::NEWLINE || token.getType() == antlr4::Token::EOF;
    return {source_.file, line, column, at_end ? 1 : std::max<uint32_t>(code_points(token.getText()), 1)};
  }

  Word word(const antlr4::Token* token) const { return {token->getText(), place(*token)}; }
  Word word(Parser::WordContext* context) const { return word(context->start); }
  // Without its quotes; the place is of what stands between them.
  Word unquoted(antlr4::tree::TerminalNode* node) const {
    Word text = word(node->getSymbol());
    text.text = text.text.substr(1, text.text.size() - 2);
    if (text.place.length > 2) {
      ++text.place.column;
      text.place.length -= 2;
    }
    return text;
  }

  void complain(const antlr4::Token& token, const std::vector<size_t>& expected) {
    const antlr4::Token* first = first_of_line(token);
    if (token.getLine() < spoiled_.size()) spoiled_[token.getLine()] = true;
    if (first == &token) return complain_of_beginning(token);
    const auto has = [&](size_t kind) {
      return std::find(expected.begin(), expected.end(), kind) != expected.end();
    };
    // The whole set of what begins a line: ANTLR could not decide which kind of line it is.
    if (has(Lexer::HEADER)) return complain_of_second(*first, token);
    if (is_comment_mark(token)) {
      found_.error("syntax", place(token), "a comment stands on a line of its own",
                   "move it to the line above");
      return;
    }
    if (first->getType() == Lexer::WORD && !nearest(first->getText(), kNote).empty() && has(Lexer::ARROW))
      return complain_of_slip(*first, "note");
    found_.error("syntax", place(token),
                 fmt::format("expected {}, {}", expected_text(expected), found_text(token)),
                 std::string(hint_for(*first)));
  }

  bool is_comment_mark(const antlr4::Token& token) const {
    const size_t next = token.getTokenIndex() + 1;
    return token.getText() == "%" && next < tokens_->size() && tokens_->get(next)->getText() == "%";
  }

  static std::string expected_text(const std::vector<size_t>& expected) {
    const auto has = [&](size_t kind) {
      return std::find(expected.begin(), expected.end(), kind) != expected.end();
    };
    if (has(Lexer::OPEN_LIST) && has(Lexer::WORD)) return "a value";
    std::vector<std::string_view> words;
    for (const size_t kind : expected) {
      // What may stand for a name is not told where any name may.
      if (words_for(kind).empty() || (kind == Lexer::FOR && has(Lexer::WORD) && !has(Lexer::STRING)))
        continue;
      words.push_back(words_for(kind));
    }
    return one_of(words);
  }

  void complain_of_slip(const antlr4::Token& first, std::string_view meant) {
    found_.error("syntax", place(first),
                 fmt::format("'{}' begins no line of a deployment diagram", first.getText()),
                 fmt::format("did you mean '{}'?", meant));
  }

  void complain_of_beginning(const antlr4::Token& token) {
    if (token.getType() == Lexer::OPEN) {
      found_.error("syntax", place(token), "'{' stands at the end of the line that it belongs to",
                   std::string(kClassHint));
      return;
    }
    found_.error(
        "syntax", place(token), fmt::format("'{}' begins no line of a deployment diagram", token.getText()),
        "a line begins with class, namespace, note, direction, '+' (an attribute) or a class's name (a "
        "relation)");
  }

  // `first` is a name, and what follows makes neither an attribute nor a relation of the line.
  void complain_of_second(const antlr4::Token& first, const antlr4::Token& token) {
    const std::string text = first.getText();
    const std::string_view meant = nearest(text, kLineWords);
    if (token.getType() == Lexer::WORD && !meant.empty() && meant != text)
      return complain_of_slip(first, meant);
    found_.error("syntax", place(token),
                 fmt::format("expected ':' and a type, or an arrow and a class, {}", found_text(token)),
                 fmt::format("{}; {}", kMemberHint, kRelationHint));
  }

  std::string found_text(const antlr4::Token& token) const {
    if (token.getType() == Lexer::NEWLINE || token.getType() == antlr4::Token::EOF)
      return "but the line ends here";
    if (token.getType() == Lexer::OPEN_STRING) return "found a text without its closing '\"'";
    return fmt::format("found '{}'", token.getText());
  }

  std::string_view hint_for(const antlr4::Token& first) const {
    switch (first.getType()) {
      case Lexer::CLASS:
      case Lexer::NAMESPACE:
        return kClassHint;
      case Lexer::NOTE:
        return kNoteHint;
      case Lexer::DIRECTION:
        return "a direction reads direction LR, RL, TB or BT";
      case Lexer::MARK:
        return kMemberHint;
      case Lexer::WORD:
        return is_relation(first) ? kRelationHint : kMemberHint;
      default:
        return "one thing a line";
    }
  }

  bool is_relation(const antlr4::Token& first) const {
    const antlr4::Token* second = tokens_->get(first.getTokenIndex() + 1);
    return second->getType() == Lexer::ARROW || second->getType() == Lexer::STRING;
  }

  const antlr4::Token* first_of_line(const antlr4::Token& token) const {
    size_t index = token.getTokenIndex();
    while (index > 0 && tokens_->get(index - 1)->getLine() == token.getLine() &&
           tokens_->get(index - 1)->getType() != Lexer::NEWLINE) {
      --index;
    }
    return tokens_->get(index);
  }

  void read(Parser::LineContext* context) {
    Parser::StatementContext* statement = context->statement();
    if (statement == nullptr || statement->start == nullptr) return;
    const size_t number = statement->start->getLine();
    if (number == 0 || number > by_line_.size() || !by_line_[number - 1]) return;
    if (spoiled_[number]) return;
    read(statement, *by_line_[number - 1]);
  }

  void read(Parser::StatementContext* statement, DeploymentLine& line) {
    if (dynamic_cast<Parser::HeaderContext*>(statement) != nullptr) {
      line.kind = Kind::kHeader;
    } else if (auto* direction = dynamic_cast<Parser::DirectionContext*>(statement)) {
      line.kind = Kind::kDirection;
      line.name = word(direction->word());
    } else if (auto* one = dynamic_cast<Parser::ClassContext*>(statement)) {
      read_class(one, line);
    } else if (auto* space = dynamic_cast<Parser::NamespaceContext*>(statement)) {
      line.kind = Kind::kNamespace;
      line.name = word(space->word());
    } else if (dynamic_cast<Parser::CloseContext*>(statement) != nullptr) {
      line.kind = Kind::kClose;
    } else if (auto* stereotype = dynamic_cast<Parser::StereotypeContext*>(statement)) {
      line.kind = Kind::kStereotype;
      line.name = word(stereotype->start);
      line.name.text = line.name.text.substr(2, line.name.text.size() - 4);
    } else if (auto* note = dynamic_cast<Parser::NoteContext*>(statement)) {
      line.kind = Kind::kNote;
      check_note_for(*note);
      if (note->word() != nullptr) line.name = word(note->word());
      line.label = unquoted(note->STRING());
    } else if (auto* relation = dynamic_cast<Parser::RelationContext*>(statement)) {
      read_relation(relation, line);
    } else if (auto* member = dynamic_cast<Parser::MemberContext*>(statement)) {
      read_member(member, line);
    }
  }

  // Mermaid takes the two for one word.
  void check_note_for(Parser::NoteContext& note) {
    if (note.FOR() == nullptr) return;
    if (trimmed(source_.lines[note.start->getLine() - 1].text).starts_with("note for")) return;
    found_.error("syntax", place(*note.FOR()->getSymbol()),
                 "Mermaid reads 'note for' with one blank between them", std::string(kNoteHint));
  }

  void read_class(Parser::ClassContext* context, DeploymentLine& line) {
    line.kind = Kind::kClass;
    line.name = word(context->word());
    if (context->STRING() != nullptr) line.label = unquoted(context->STRING());
    line.opens = context->OPEN() != nullptr;
    line.closes = context->CLOSE() != nullptr;
  }

  void read_relation(Parser::RelationContext* context, DeploymentLine& line) {
    line.kind = Kind::kRelation;
    line.name = word(context->word(0));
    line.right = word(context->word(1));
    line.arrow = word(context->ARROW()->getSymbol());
    for (antlr4::tree::TerminalNode* text : context->STRING()) {
      const bool left = text->getSymbol()->getTokenIndex() < context->ARROW()->getSymbol()->getTokenIndex();
      (left ? line.left_cardinality : line.right_cardinality) = unquoted(text);
    }
    if (context->COLON() != nullptr) line.role = word(context->word(2));
    if (context->word().size() > 3) line.second = word(context->word(3));
  }

  void read_member(Parser::MemberContext* context, DeploymentLine& line) {
    line.kind = Kind::kMember;
    line.member.name = word(context->word(0));
    line.member.type = word(context->word(1));
    line.member.text = std::string(trimmed(source_.lines[line.place.line - 1].text));
    if (context->value() != nullptr) line.member.value = value(context->value());
  }

  MemberValue value(Parser::ValueContext* context) const {
    MemberValue made;
    made.is_list = context->OPEN_LIST() != nullptr;
    made.place = place(*context->start);
    made.place.length = place(*context->stop).column + place(*context->stop).length - made.place.column;
    for (Parser::ScalarContext* scalar : context->scalar()) {
      const bool quoted = scalar->STRING() != nullptr;
      made.scalars.push_back({quoted ? unquoted(scalar->STRING()) : word(scalar->start), quoted});
    }
    return made;
  }

  const Source& source_;
  Diagnostics& found_;
  std::string text_;
  antlr4::CommonTokenStream* tokens_ = nullptr;
  std::vector<bool> spoiled_;  // by number: lines that have been complained of
  std::vector<std::optional<DeploymentLine>> by_line_;
};

}  // namespace

std::vector<DeploymentLine> read_deployment_lines(const Source& source, size_t body, Diagnostics& found) {
  return LineReader(source, body, found).run();
}

}  // namespace attune::dsl
