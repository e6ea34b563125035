// SPDX-License-Identifier: Apache-2.0
#include "dsl/syntax_errors.h"

#include <algorithm>

namespace attune::dsl {

namespace {

std::vector<size_t> kinds_of(const antlr4::misc::IntervalSet& set) {
  std::vector<size_t> kinds;
  for (const ssize_t kind : set.toList()) kinds.push_back(static_cast<size_t>(kind));
  return kinds;
}

}  // namespace

antlr4::Token* LineErrors::recoverInline(antlr4::Parser* parser) {
  throw antlr4::InputMismatchException(parser);
}

void LineErrors::recover(antlr4::Parser* parser, std::exception_ptr) {
  skip_line(parser);
}

// ANTLR calls this where a loop may go on or end. Only the loop over the lines needs it: what stands between
// a whole line and its end does not fit.
void LineErrors::sync(antlr4::Parser* parser) {
  if (parser->getContext()->getRuleIndex() != file_rule_) return;
  const size_t kind = parser->getInputStream()->LA(1);
  if (kind == line_end_ || kind == antlr4::Token::EOF || parser->getCurrentToken()->getTokenIndex() == 0)
    return;
  if (!inErrorRecoveryMode(parser)) {
    beginErrorCondition(parser);
    report_(*parser->getCurrentToken(), {line_end_});
  }
  skip_line(parser);
}

void LineErrors::reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) {
  if (inErrorRecoveryMode(parser)) return;
  beginErrorCondition(parser);
  report_(*error.getOffendingToken(), kinds_of(error.getExpectedTokens()));
}

void LineErrors::skip_line(antlr4::Parser* parser) {
  for (size_t kind = parser->getInputStream()->LA(1); kind != line_end_ && kind != antlr4::Token::EOF;
       kind = parser->getInputStream()->LA(1))
    parser->consume();
}

std::string one_of(const std::vector<std::string_view>& words) {
  std::vector<std::string_view> once;
  for (const std::string_view word : words)
    if (std::find(once.begin(), once.end(), word) == once.end()) once.push_back(word);
  std::string text;
  for (size_t i = 0; i < once.size(); ++i) {
    if (i > 0) text += i + 1 == once.size() ? " or " : ", ";
    text += once[i];
  }
  return text;
}

}  // namespace attune::dsl
