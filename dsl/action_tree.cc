// SPDX-License-Identifier: Apache-2.0
#include "dsl/action_tree.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "ActionLexer.h"

namespace attune::dsl {

namespace {

using grammar::ActionLexer;
using model::Expression;
using model::Operator;

Operator operator_of(const antlr4::Token& token) {
  switch (token.getType()) {
    case ActionLexer::OR:
      return Operator::kOr;
    case ActionLexer::AND:
      return Operator::kAnd;
    case ActionLexer::NOT:
      return Operator::kNot;
    case ActionLexer::EQUAL:
      return Operator::kEqual;
    case ActionLexer::UNEQUAL:
      return Operator::kUnequal;
    case ActionLexer::LESS:
      return Operator::kLess;
    case ActionLexer::LESS_OR_EQUAL:
      return Operator::kLessOrEqual;
    case ActionLexer::GREATER:
      return Operator::kGreater;
    case ActionLexer::GREATER_OR_EQUAL:
      return Operator::kGreaterOrEqual;
    case ActionLexer::PLUS:
      return Operator::kAdd;
    case ActionLexer::MINUS:
      return Operator::kSubtract;
    case ActionLexer::TIMES:
      return Operator::kMultiply;
    case ActionLexer::DIVIDED:
      return Operator::kDivide;
    default:
      return Operator::kModulo;
  }
}

bool is_comparison(const Expression& e) {
  return e.form == Expression::Form::kBinary && e.op >= Operator::kEqual && e.op <= Operator::kGreaterOrEqual;
}

Result<model::Value> quantity_value(const std::string& text) {
  const size_t unit = text.find_first_not_of("0123456789.");
  if (unit == text.npos)
    return parse_value(text.find('.') == text.npos ? model::Type::kInteger : model::Type::kFloat, text);
  if (text[unit] == '%') return parse_value(model::Type::kPercent, text);
  const bool size = text.back() == 'B';
  return parse_value(size ? model::Type::kSize : model::Type::kDuration, text);
}

}  // namespace

Place place_of_token(const Place& text, const antlr4::Token& token) {
  Place place = text;
  place.column += static_cast<uint32_t>(token.getCharPositionInLine());
  place.length = token.getType() == antlr4::Token::EOF
                     ? 1
                     : static_cast<uint32_t>(token.getStopIndex() - token.getStartIndex() + 1);
  return place;
}

void ActionTree::tell(std::string_view code, Place place, std::string message, std::string hint) {
  failed_ = true;
  found_.error(code, std::move(place), std::move(message), std::move(hint));
}

Text ActionTree::text_at(antlr4::Token* token) const {
  return {token->getText(), place_of_token(text_, *token)};
}

Expression ActionTree::leaf(Expression::Form form, const antlr4::Token& token) const {
  Expression e;
  e.form = form;
  e.place = place_of_token(text_, token);
  return e;
}

Expression ActionTree::named(Expression::Form form, const Text& name) const {
  Expression e;
  e.form = form;
  e.name = name.text;
  e.place = name.place;
  return e;
}

Expression ActionTree::literal(const antlr4::Token& token, model::Value value) const {
  Expression e = leaf(Expression::Form::kLiteral, token);
  e.value = std::move(value);
  return e;
}

Expression ActionTree::quantity(const antlr4::Token& token) {
  const std::string text = token.getText();
  const auto value = quantity_value(text);
  if (value) return literal(token, *value);
  tell("bad-quantity", place_of_token(text_, token), value.error().message,
       "numbers are written 42, 1.5, 80%, 128MiB (B, kB, MB, GB, TB, KiB, MiB, GiB, TiB), 30s (ns, us, ms, "
       "s, "
       "min, h, d)");
  return literal(token, int64_t{0});
}

Expression ActionTree::primary(Parser::PrimaryContext* context) {
  const antlr4::Token& token = *context->getStart();
  const std::string text = token.getText();
  switch (token.getType()) {
    case ActionLexer::QUANTITY:
      return quantity(token);
    case ActionLexer::STRING:
      return literal(token, text.substr(1, text.size() - 2));
    case ActionLexer::TRUE:
      return literal(token, true);
    case ActionLexer::FALSE:
      return literal(token, false);
    case ActionLexer::NONE:
      return leaf(Expression::Form::kNone, token);
    case ActionLexer::OPEN:
      return expression(static_cast<Parser::GroupContext*>(context)->expression());
    default:
      return named(Expression::Form::kName, text_at(context->getStart()));
  }
}

Expression ActionTree::postfix(Parser::PostfixContext* context) {
  Expression result = primary(context->primary());
  for (size_t child = 1; child < context->children.size(); ++child) {
    auto* name = dynamic_cast<Parser::NameContext*>(context->children[child]);
    auto* arguments = dynamic_cast<Parser::ArgumentsContext*>(context->children[child]);
    if (name) {
      Expression member = named(Expression::Form::kMember, text_at(name));
      member.operands.push_back(std::move(result));
      result = std::move(member);
    } else if (arguments) {
      result.form = Expression::Form::kCall;
      for (auto* argument : arguments->expression()) result.operands.push_back(expression(argument));
    }
  }
  return result;
}

Expression ActionTree::unary(Operator op, const antlr4::Token& token, Parser::ExpressionContext* operand) {
  Expression e = leaf(Expression::Form::kUnary, token);
  e.op = op;
  e.operands.push_back(expression(operand));
  return e;
}

Expression ActionTree::binary(Parser::ExpressionContext* context) {
  auto* const left = static_cast<Parser::ExpressionContext*>(context->children[0]);
  auto* const sign = static_cast<antlr4::tree::TerminalNode*>(context->children[1])->getSymbol();
  auto* const right = static_cast<Parser::ExpressionContext*>(context->children[2]);
  Expression e = leaf(Expression::Form::kBinary, *sign);
  e.op = operator_of(*sign);
  e.operands.push_back(expression(left));
  e.operands.push_back(expression(right));
  const bool grouped = dynamic_cast<Parser::PlainContext*>(left) != nullptr;
  if (is_comparison(e) && is_comparison(e.operands[0]) && !grouped)
    tell("chained-comparison", e.place, "comparisons do not chain", "join two of them with 'and'");
  return e;
}

Expression ActionTree::expression(Parser::ExpressionContext* context) {
  if (auto* plain = dynamic_cast<Parser::PlainContext*>(context)) return postfix(plain->postfix());
  if (auto* minus = dynamic_cast<Parser::NegationContext*>(context))
    return unary(Operator::kNegate, *minus->getStart(), minus->expression());
  if (auto* inversion = dynamic_cast<Parser::InversionContext*>(context))
    return unary(Operator::kNot, *inversion->getStart(), inversion->expression());
  return binary(context);
}

ActionSyntax ActionTree::emit(Parser::EmitContext* context) {
  ActionSyntax action;
  action.form = ActionSyntax::Form::kEmit;
  action.name = text_at(context->name(0));
  action.value = expression(context->expression(0));
  for (size_t i = 1; i < context->name().size(); ++i)
    action.values.emplace_back(text_at(context->name(i)), expression(context->expression(i)));
  return action;
}

ActionSyntax ActionTree::alert(Parser::AlertContext* context) {
  ActionSyntax action;
  action.form = ActionSyntax::Form::kAlert;
  action.value = expression(context->expression(0));
  if (context->expression().size() > 1) action.about = expression(context->expression(1));
  return action;
}

ActionSyntax ActionTree::wait(Parser::WaitContext* context) {
  ActionSyntax action;
  action.form = ActionSyntax::Form::kWait;
  action.value = expression(context->expression());
  return action;
}

// The name of a class in front of ++ or --.
Text ActionTree::class_name(const Expression& e, std::string_view sign) {
  if (e.form != Expression::Form::kName)
    tell("class-expected", e.place, fmt::format("'{}' needs the name of a class before it", sign),
         "write it as in app++ or app--");
  return {e.name, e.place};
}

ActionSyntax ActionTree::assignment(Parser::OtherContext* context, Expression target) {
  ActionSyntax action;
  action.form = ActionSyntax::Form::kAssign;
  action.value = expression(context->expression());
  if (context->INCREMENT()) {
    action.form = ActionSyntax::Form::kCreate;
    action.name = class_name(*action.value, "++");
    action.variable = {target.name, target.place};
    if (target.form != Expression::Form::kName)
      tell("variable-expected", target.place, "what '++' creates is kept in a variable",
           "write it as in added = app++");
  } else if (target.form != Expression::Form::kName && target.form != Expression::Form::kMember) {
    tell("variable-expected", target.place, "only a variable or an attribute can be assigned",
         "write it as in x = 1 or this.memory = 1GiB");
  }
  action.target = std::move(target);
  return action;
}

ActionSyntax ActionTree::other(Parser::OtherContext* context) {
  Expression target = postfix(context->postfix());
  if (context->ASSIGN()) return assignment(context, std::move(target));
  ActionSyntax action;
  if (context->INCREMENT()) {
    action.form = ActionSyntax::Form::kCreate;
    action.name = class_name(target, "++");
  } else if (context->DECREMENT()) {
    action.form = ActionSyntax::Form::kRemove;
    action.name = class_name(target, "--");
    if (context->expression()) action.value = expression(context->expression());
  } else {
    if (target.form != Expression::Form::kCall)
      tell("action-expected", target.place, "this does nothing",
           "an action calls a stub, as in this.start(), or assigns, as in x = 1");
    action.target = std::move(target);
  }
  return action;
}

ActionSyntax ActionTree::action(Parser::ActionContext* context) {
  if (auto* e = dynamic_cast<Parser::EmitContext*>(context)) return emit(e);
  if (auto* w = dynamic_cast<Parser::WaitContext*>(context)) return wait(w);
  if (auto* a = dynamic_cast<Parser::AlertContext*>(context)) return alert(a);
  return other(static_cast<Parser::OtherContext*>(context));
}

LabelSyntax ActionTree::label(Parser::LabelContext* context) {
  LabelSyntax result;
  if (auto* guard = dynamic_cast<Parser::GuardContext*>(context)) {
    result.otherwise = guard->ELSE() != nullptr;
    if (!result.otherwise) result.guard = expression(guard->expression());
  } else if (auto* after = dynamic_cast<Parser::AfterContext*>(context)) {
    result.on = LabelSyntax::On::kAfter;
    const Expression time = quantity(*after->QUANTITY()->getSymbol());
    if (const Duration* duration = time.value.get_if<Duration>())
      result.after = *duration;
    else
      tell("duration-expected", time.place, "'after' needs a time", "give it a unit, as in 'after 30s'");
  } else {
    result.on = LabelSyntax::On::kError;
  }
  return result;
}

}  // namespace attune::dsl
