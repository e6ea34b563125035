// SPDX-License-Identifier: Apache-2.0
#include "runtime/model/navigation.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "runtime/base/diagnostic.h"

namespace attune::model {

namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

class TemplateParser {
 public:
  TemplateParser(std::string_view text, const Place& at, Diagnostics& found)
      : text_(text), at_(at), found_(found) {}

  Template run() {
    while (pos_ < text_.size()) {
      if (text_[pos_] == '$') {
        read_dollar();
      } else {
        literal_ += text_[pos_];
        step();
      }
    }
    end_literal();
    return std::move(made_);
  }

 private:
  char look(size_t ahead = 0) const { return pos_ + ahead < text_.size() ? text_[pos_ + ahead] : '\0'; }

  // One byte on, with the place kept in step.
  void step() {
    if (look() == '\n') {
      ++at_.line;
      at_.column = 1;
    } else if ((static_cast<unsigned char>(look()) & 0xC0) != 0x80) {
      ++at_.column;
    }
    ++pos_;
  }

  void end_literal() {
    if (!literal_.empty()) made_.parts.emplace_back(std::move(literal_));
    literal_.clear();
  }

  void read_dollar() {
    const Place begin = at_;
    const size_t from = pos_;
    step();
    if (look() == '$') {
      literal_ += '$';
      return step();
    }
    const bool braced = look() == '{';
    if (braced) step();
    Navigation navigation;
    if (!read_root(navigation)) return refuse(begin, from);
    read_steps(navigation);
    if (braced && look() != '}') return refuse(begin, from);
    if (braced) step();
    navigation.place = begin;
    navigation.place.length = static_cast<uint32_t>(pos_ - from);  // all of it is ASCII
    end_literal();
    made_.parts.emplace_back(std::move(navigation));
  }

  bool read_root(Navigation& navigation) {
    if (is_digit(look())) return read_argument(navigation);
    const std::string name = read_name();
    if (name.empty()) return false;
    if (name == "this") {
      navigation.root = Navigation::Root::kThis;
    } else if (name == "manager") {
      navigation.root = Navigation::Root::kManager;
    } else {
      navigation.root = Navigation::Root::kName;
      navigation.name = name;
    }
    return true;
  }

  bool read_argument(Navigation& navigation) {
    navigation.root = Navigation::Root::kArgument;
    const size_t from = pos_;
    while (is_digit(look())) step();
    const auto [end, error] = std::from_chars(text_.data() + from, text_.data() + pos_, navigation.argument);
    return error == std::errc() && navigation.argument > 0;
  }

  std::string read_name() {
    const size_t from = pos_;
    if (!is_letter(look())) return {};
    while (is_letter(look()) || is_digit(look())) step();
    return std::string(text_.substr(from, pos_ - from));
  }

  // A dot that no name follows is the text's: "see $this.manual."
  void read_steps(Navigation& navigation) {
    while (look() == '.' && is_letter(look(1))) {
      step();
      navigation.steps.push_back(read_name());
    }
  }

  void refuse(Place begin, size_t from) {
    begin.length = static_cast<uint32_t>(std::max<size_t>(pos_ - from, 1));
    found_.error(
        "bad-navigation", begin, "'$' is followed by nothing that could be navigated",
        "write $this.attribute, $role.attribute, $Class.attribute, $manager.pipe or $1 (arguments count "
        "from 1), in braces where text follows: ${this.srname}.log; $$ is a dollar sign");
  }

  const std::string_view text_;
  Place at_;
  Diagnostics& found_;
  size_t pos_ = 0;
  std::string literal_;
  Template made_;
};

std::string_view root_text(const Navigation& navigation) {
  switch (navigation.root) {
    case Navigation::Root::kThis:
      return "this";
    case Navigation::Root::kManager:
      return "manager";
    default:
      return navigation.name;
  }
}

}  // namespace

Template parse_template(std::string_view text, const Place& at, Diagnostics& found) {
  return TemplateParser(text, at, found).run();
}

std::string to_text(const Navigation& navigation) {
  std::string text = navigation.root == Navigation::Root::kArgument
                         ? fmt::format("${}", navigation.argument)
                         : fmt::format("${}", root_text(navigation));
  for (const std::string& step : navigation.steps) text += "." + step;
  return text;
}

}  // namespace attune::model
