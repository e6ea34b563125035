// SPDX-License-Identifier: Apache-2.0
#include "dsl/member_reader.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/suggest.h"

namespace attune::dsl {

namespace {

using model::Type;

const std::vector<std::string> kTypes = {"String", "Integer",  "Float", "Bool",  "Percent",
                                         "Size",   "Duration", "List",  "Secret"};

bool is_in_quotes(Type type) {
  return type == Type::kString || type == Type::kSecret;
}

std::string example(Type type) {
  switch (type) {
    case Type::kString:
      return "\"text\"";
    case Type::kInteger:
      return "42";
    case Type::kFloat:
      return "3.5";
    case Type::kBool:
      return "true";
    case Type::kPercent:
      return "80%";
    case Type::kSize:
      return "128MiB";
    case Type::kDuration:
      return "30s";
    case Type::kList:
      return "[a, \"b c\"]";
    case Type::kSecret:
      return "\"credential:NAME\"";
  }
  return {};
}

std::string usage(const MemberSyntax& member, Type type) {
  return fmt::format("write {}: {} = {}", member.name.text, model::name_of(type), example(type));
}

std::optional<model::Value> read_list(const MemberSyntax& member, Diagnostics& found) {
  model::List elements;
  for (const MemberValue::Scalar& scalar : member.value->scalars) {
    if (scalar.word.text.find(',') != std::string::npos || scalar.word.empty()) {
      found.error("bad-value", scalar.word.place, "an element of a List is not empty and holds no comma",
                  "write the elements between commas: [a, \"b c\"]");
      return std::nullopt;
    }
    elements.emplace_back(scalar.word.text);
  }
  return model::Value(std::move(elements));
}

std::optional<model::Value> read_value(const MemberSyntax& member, Type type, Diagnostics& found) {
  const MemberValue& value = *member.value;
  if (value.is_list != (type == Type::kList)) {
    const std::string what = value.is_list ? "a list" : "this";
    found.error("bad-value", value.place, fmt::format("{} is not {}", what, model::phrase_of(type)),
                usage(member, type));
    return std::nullopt;
  }
  if (value.is_list) return read_list(member, found);
  const MemberValue::Scalar& scalar = value.scalars.front();
  if (scalar.is_quoted != is_in_quotes(type)) {
    found.error("bad-value", value.place,
                scalar.is_quoted ? fmt::format("a text in quotes is a String, not {}", model::phrase_of(type))
                                 : fmt::format("{} stands in double quotes", model::phrase_of(type)),
                usage(member, type));
    return std::nullopt;
  }
  auto read = model::parse_value(type, scalar.word.text);
  if (!read) {
    found.error("bad-value", value.place, read.error().message, usage(member, type));
    return std::nullopt;
  }
  return std::move(*read);
}

}  // namespace

std::optional<TypedMember> read_member(const MemberSyntax& member, Diagnostics& found) {
  const auto type = model::find_type(member.type.text);
  if (!type) {
    found.error("unknown-type", member.type.place, fmt::format("unknown type '{}'", member.type.text),
                suggestion(member.type.text, kTypes));
    return std::nullopt;
  }
  TypedMember made{{member.name.text, *type, std::nullopt, member.name.place}, member.name.place, {}};
  if (!member.value) return made;
  made.attribute.value = read_value(member, *type, found);
  if (!made.attribute.value) return std::nullopt;
  made.value_place = is_in_quotes(*type) ? member.value->scalars.front().word.place : member.value->place;
  return made;
}

}  // namespace attune::dsl
