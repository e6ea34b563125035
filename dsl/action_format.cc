// SPDX-License-Identifier: Apache-2.0
#include "dsl/action_format.h"

#include <algorithm>
#include <array>

#include <antlr4-runtime.h>

#include "ActionLexer.h"

namespace attune::dsl {

namespace {

using Lexer = grammar::ActionLexer;

template <size_t N>
bool is_one_of(size_t kind, const std::array<size_t, N>& kinds) {
  return std::ranges::find(kinds, kind) != kinds.end();
}

// What a '(' that calls something stands behind.
bool may_be_called(size_t kind) {
  constexpr std::array<size_t, 8> kNames = {Lexer::NAME, Lexer::ON,   Lexer::ERROR, Lexer::AFTER,
                                            Lexer::EMIT, Lexer::WAIT, Lexer::ALERT, Lexer::DECREMENT};
  return is_one_of(kind, kNames);
}

// What a value has ended with: a '-' behind it subtracts.
bool ends_value(size_t kind) {
  constexpr std::array<size_t, 6> kEnds = {Lexer::QUANTITY, Lexer::STRING, Lexer::TRUE,
                                           Lexer::FALSE,    Lexer::NONE,   Lexer::CLOSE};
  return is_one_of(kind, kEnds) || (may_be_called(kind) && kind != Lexer::DECREMENT);
}

bool clings_to_what_follows(size_t kind) {
  constexpr std::array<size_t, 3> kKinds = {Lexer::DOT, Lexer::OPEN, Lexer::OPEN_GUARD};
  return is_one_of(kind, kKinds);
}

bool clings_to_what_is_before(size_t kind) {
  constexpr std::array<size_t, 6> kKinds = {Lexer::DOT,         Lexer::COMMA,     Lexer::CLOSE,
                                            Lexer::CLOSE_GUARD, Lexer::INCREMENT, Lexer::DECREMENT};
  return is_one_of(kind, kKinds);
}

}  // namespace

std::string formatted_action(std::string_view text) {
  antlr4::ANTLRInputStream input{std::string(text)};
  Lexer lexer(&input);
  lexer.removeErrorListeners();
  std::string made;
  size_t before = antlr4::Token::EOF;
  bool is_sign = false;  // the token before is a '-' that subtracts nothing
  for (const auto& token : lexer.getAllTokens()) {
    const size_t kind = token->getType();
    const bool is_close = made.empty() || is_sign || clings_to_what_follows(before) ||
                          clings_to_what_is_before(kind) || (kind == Lexer::OPEN && may_be_called(before));
    if (!is_close) made += ' ';
    made += token->getText();
    is_sign = kind == Lexer::MINUS && !ends_value(before);
    before = kind;
  }
  return made;
}

}  // namespace attune::dsl
