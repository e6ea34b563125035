// SPDX-License-Identifier: Apache-2.0
// SyntaxErrors: how our parsers complain and go on. ANTLR says which token did not fit and which would have;
// the words are ours. Only for the .cc files that drive a generated parser: it sees ANTLR's headers.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <antlr4-runtime.h>

namespace attune::dsl {

// Tells each token that does not fit, with the kinds of tokens that would have, and goes on behind the next
// token of kind `line_end`: one complaint a line at most. It repairs nothing: a line with a complaint has no
// meaning.
class LineErrors final : public antlr4::DefaultErrorStrategy {
 public:
  using Report = std::function<void(const antlr4::Token& found, const std::vector<size_t>& expected)>;
  // `file_rule` is the rule `line (line_end line)* EOF`. Where line_end is antlr4::Token::EOF, the first
  // complaint is the last.
  LineErrors(size_t line_end, size_t file_rule, Report report)
      : line_end_(line_end), file_rule_(file_rule), report_(std::move(report)) {}

  antlr4::Token* recoverInline(antlr4::Parser* parser) override;
  void recover(antlr4::Parser* parser, std::exception_ptr) override;
  void sync(antlr4::Parser* parser) override;
  void reportError(antlr4::Parser* parser, const antlr4::RecognitionException& error) override;

 private:
  void skip_line(antlr4::Parser* parser);

  const size_t line_end_, file_rule_;
  const Report report_;
};

// "a name, '(' or the end of the line", each only once and in the order given.
std::string one_of(const std::vector<std::string_view>& words);

}  // namespace attune::dsl
