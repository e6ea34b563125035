// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/argument_reader.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "runtime/base/suggest.h"

namespace attune::cli {

namespace {

constexpr std::string_view kEndOfOptions = "--";

uint64_t number_of(std::string_view name, const std::string& text) {
  uint64_t number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc() || end.ptr != text.data() + text.size())
    throw CLI::ValidationError(fmt::format("{} takes a number, not '{}'", name, text));
  return number;
}

bool is_option(std::string_view word) {
  return word.size() > 1 && word.front() == '-';
}

}  // namespace

ArgumentReader::ArgumentReader() : app_(std::make_unique<CLI::App>()) {
  app_->set_help_flag();
  app_->allow_extras();
  flag("-h,--help", wants_help_, "this text");
}

ArgumentReader::~ArgumentReader() = default;

void ArgumentReader::list_option(std::string_view names, std::string_view what, std::string_view meaning) {
  std::string shown;
  for (const std::string& name : CLI::detail::split(std::string(names), ',')) {
    option_names_.push_back(name);
    shown += (shown.empty() ? "" : ", ") + name;
  }
  if (!what.empty()) shown.append(" ").append(what);
  option_lines_.push_back({std::move(shown), std::string(meaning)});
}

void ArgumentReader::list_argument(Argument argument, std::string_view meaning) {
  argument_lines_.push_back({argument.what, std::string(meaning)});
  arguments_.push_back(std::move(argument));
}

void ArgumentReader::flag(std::string_view names, bool& is_set, std::string_view meaning) {
  list_option(names, {}, meaning);
  app_->add_flag(std::string(names), is_set);
}

void ArgumentReader::option(std::string_view names, std::string_view what, std::string& value,
                            std::string_view meaning) {
  list_option(names, what, meaning);
  app_->add_option(std::string(names), value);
}

void ArgumentReader::number(std::string_view names, std::string_view what, std::optional<uint64_t>& value,
                            std::string_view meaning) {
  list_option(names, what, meaning);
  app_->add_option_function<std::string>(
      std::string(names),
      [name = option_names_.back(), &value](const std::string& text) { value = number_of(name, text); });
}

void ArgumentReader::argument(std::string_view what, std::string& value, std::string_view meaning) {
  list_argument({std::string(what), &value, nullptr, true}, meaning);
}

void ArgumentReader::optional_argument(std::string_view what, std::string& value, std::string_view meaning) {
  list_argument({std::string(what), &value, nullptr, false}, meaning);
}

void ArgumentReader::arguments(std::string_view what, std::vector<std::string>& values,
                               std::string_view meaning) {
  list_argument({std::string(what), nullptr, &values, false}, meaning);
}

Result<void> ArgumentReader::read(std::vector<std::string> words) {
  if (everything_ != nullptr) {
    *everything_ = std::move(words);
    return {};
  }
  const auto end = std::find(words.begin(), words.end(), kEndOfOptions);
  std::vector<std::string> reversed(std::make_reverse_iterator(end), words.rend());
  try {
    app_->parse(std::move(reversed));
  } catch (const CLI::ArgumentMismatch&) {
    return fail(ErrorCode::kInvalid, fmt::format("{} needs a value, once", *(end - 1)));
  } catch (const CLI::ParseError& error) {
    return fail(ErrorCode::kInvalid, error.what());
  }
  if (wants_help_) return {};
  std::vector<std::string> plain = app_->remaining();
  if (Result<void> none = check_no_option(plain); !none) return none;
  if (end != words.end()) plain.insert(plain.end(), end + 1, words.end());
  return fill(std::move(plain));
}

Result<void> ArgumentReader::check_no_option(const std::vector<std::string>& words) const {
  const auto found = std::find_if(words.begin(), words.end(), is_option);
  if (found == words.end()) return {};
  std::string name = found->substr(0, found->find('='));
  const std::string_view meant = name.starts_with("--") ? nearest(name, option_names_) : "";
  if (!meant.empty())
    return fail(ErrorCode::kInvalid, fmt::format("unknown option '{}': did you mean '{}'?", name, meant));
  return fail(ErrorCode::kInvalid,
              fmt::format("unknown option '{}'{}", name,
                          arguments_.empty() ? "" : " (what begins with '-' and is none stands after '--')"));
}

Result<void> ArgumentReader::fill(std::vector<std::string> words) {
  size_t at = 0;
  for (const Argument& argument : arguments_) {
    if (argument.values != nullptr) {
      argument.values->assign(words.begin() + static_cast<ptrdiff_t>(at), words.end());
      return {};
    }
    if (at < words.size())
      *argument.value = std::move(words[at++]);
    else if (argument.is_needed)
      return fail(ErrorCode::kInvalid, fmt::format("{} is missing", argument.what));
  }
  if (at < words.size()) return fail(ErrorCode::kInvalid, fmt::format("'{}' is too much", words[at]));
  return {};
}

std::vector<ArgumentReader::Line> ArgumentReader::options_listed() const {
  std::vector<Line> lines = option_lines_;
  std::rotate(lines.begin(), lines.begin() + 1, lines.end());
  return lines;
}

std::string ArgumentReader::usage() const {
  if (everything_ != nullptr) return "...";
  std::string text;
  for (const Argument& argument : arguments_) {
    if (!text.empty()) text += ' ';
    if (argument.values != nullptr)
      text += fmt::format("[{} ...]", argument.what);
    else
      text += argument.is_needed ? argument.what : fmt::format("[{}]", argument.what);
  }
  return text;
}

}  // namespace attune::cli
