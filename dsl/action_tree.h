// SPDX-License-Identifier: Apache-2.0
// ActionTree: makes our tree of one action or label from the one that the generated parser built. Only for
// action_reader.cc: it sees ANTLR's headers.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "ActionParser.h"
#include "dsl/diagram_syntax.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

// Where a token of the text that stands at `text` stands in its file.
Place place_of_token(const Place& text, const antlr4::Token& token);

class ActionTree {
 public:
  // `text` is the place of the text that was parsed, without an error.
  ActionTree(Place text, Diagnostics& found) : text_(std::move(text)), found_(found) {}

  ActionSyntax action(grammar::ActionParser::ActionContext* context);
  LabelSyntax label(grammar::ActionParser::LabelContext* context);
  // Whether something was found that makes the tree useless.
  bool failed() const { return failed_; }

 private:
  using Parser = grammar::ActionParser;
  using Expression = model::Expression;

  void tell(std::string_view code, Place place, std::string message, std::string hint);
  Text text_at(antlr4::Token* token) const;
  Text text_at(Parser::NameContext* name) const { return text_at(name->getStart()); }

  Expression leaf(Expression::Form form, const antlr4::Token& token) const;
  Expression named(Expression::Form form, const Text& name) const;
  Expression literal(const antlr4::Token& token, model::Value value) const;
  Expression quantity(const antlr4::Token& token);
  Expression primary(Parser::PrimaryContext* context);
  Expression postfix(Parser::PostfixContext* context);
  Expression unary(model::Operator op, const antlr4::Token& token, Parser::ExpressionContext* operand);
  Expression binary(Parser::ExpressionContext* context);
  Expression expression(Parser::ExpressionContext* context);

  ActionSyntax emit(Parser::EmitContext* context);
  ActionSyntax alert(Parser::AlertContext* context);
  ActionSyntax wait(Parser::WaitContext* context);
  ActionSyntax assignment(Parser::OtherContext* context, Expression target);
  ActionSyntax other(Parser::OtherContext* context);
  Text class_name(const Expression& e, std::string_view sign);

  const Place text_;
  Diagnostics& found_;
  bool failed_ = false;
};

}  // namespace attune::dsl
