// SPDX-License-Identifier: Apache-2.0
// CanonicalReader: the visitor that reads back what JsonWriter wrote, straight from the text: the same fields
// in the same order without blanks. It is what makes a long journal quick to read; of any other JSON it says
// no more than that it is other. Internal to journal/; any thread.
#pragma once

#include <charconv>
#include <concepts>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/journal/record_fields.h"
#include "runtime/journal/stored_names.h"

namespace attune::journal {

class CanonicalReader {
 public:
  template <class T>
  using Ref = T&;

  // The text must outlive it.
  explicit CanonicalReader(std::string_view text) : text_(text) {}

  template <class T>
  void operator()(std::string_view name, T& field) {
    ok_ = ok_ && take_separator() && take('"') && take(name) && take("\":") && read(field);
  }
  template <class T>
  void unless(const T& silent, std::string_view name, T& field) {
    field = silent;
    if (ok_ && is_next(name)) (*this)(name, field);
  }
  // One that is not there keeps its default.
  template <class T>
  void later(std::string_view name, T& field) {
    if (ok_ && is_next(name)) (*this)(name, field);
  }
  template <class... Ts>
  bool read_kind(std::variant<Ts...>& kinds) {
    size_t index = 0;
    ok_ = ok_ && take_separator() && take("\"kind\":") && read_name<std::variant<Ts...>>(index) &&
          read_at(index, kinds, [this](auto& of) {
            fields(*this, of);
            return ok_;
          });
    return ok_;
  }
  // An object of fields.
  template <class T>
  requires std::is_class_v<T>
  bool read(T& of) {
    if (!take('{')) return false;
    fields(*this, of);
    return ok_ && take('}');
  }

  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool is_ok() const { return ok_; }
  bool is_at_end() const { return at_ == text_.size(); }
  size_t at() const { return at_; }  // bytes read

 private:
  static constexpr int kMaxDepth = 32;  // of lists in lists

  bool take(std::string_view word) {
    if (text_.compare(at_, word.size(), word) != 0) return false;
    at_ += word.size();
    return true;
  }
  bool is_next(std::string_view name) const {  // of the fields, not the first
    return text_.substr(at_).starts_with(",\"") && text_.substr(at_ + 2).starts_with(name) &&
           text_.substr(at_ + 2 + name.size()).starts_with("\":");
  }
  bool take_separator() { return (at_ > 0 && text_[at_ - 1] == '{') || take(','); }

  bool read(std::string& text);
  bool read(bool& flag) {
    flag = take("true");
    return flag || take("false");
  }
  bool read(double& number);
  bool read(WallTime& time);
  bool read(model::Percent& percent) { return read(percent.value); }
  bool read(model::Secret& secret) { return read(secret.source); }
  bool read(model::Size& size) { return read(size.bytes); }
  bool read(Duration& duration) {
    int64_t nanoseconds = 0;
    if (!read(nanoseconds)) return false;
    duration = Duration(nanoseconds);
    return true;
  }
  bool read(std::pair<std::string, std::string>& pair) {
    return take('[') && read(pair.first) && take(',') && read(pair.second) && take(']');
  }
  bool read(model::Value& value);
  template <std::integral T>
  bool read(T& number) {
    const char* begin = text_.data() + at_;
    const auto [end, wrong] = std::from_chars(begin, text_.data() + text_.size(), number);
    if (wrong != std::errc() || !is_plain_number({begin, static_cast<size_t>(end - begin)})) return false;
    at_ += static_cast<size_t>(end - begin);
    return true;
  }
  template <class E>
  requires std::is_enum_v<E>
  bool read(E& value) {
    size_t index = 0;
    if (!read_name<E>(index)) return false;
    value = static_cast<E>(index);
    return true;
  }
  template <class... Ts>
  bool read(std::variant<Ts...>& kinds) {
    return take('{') && read_kind(kinds) && take('}');
  }
  template <class T>
  bool read(std::vector<T>& list) {
    list.clear();
    if (!take('[') || ++depth_ > kMaxDepth) return false;
    while (!take(']')) {
      if (!list.empty() && !take(',')) return false;
      if (!read(list.emplace_back())) return false;
    }
    --depth_;
    return true;
  }
  template <class Key, class T>
  bool read(std::map<Key, T>& map) {
    std::vector<std::pair<Key, T>> entries;
    if (!read(entries)) return false;
    const size_t written = entries.size();
    map = {std::make_move_iterator(entries.begin()), std::make_move_iterator(entries.end())};
    return map.size() == written;
  }

  // The place of a stored word in its list.
  template <class Named>
  bool read_name(size_t& index) {
    const std::optional<std::string_view> word = take_word();
    const auto& all = StoredNames<Named>::kAll;
    for (index = 0; word && index < all.size(); ++index)
      if (all[index] == *word) return true;
    return false;
  }
  // Makes the alternative at `index` and has it read.
  template <class Read, class... Ts>
  static bool read_at(size_t index, std::variant<Ts...>& kinds, const Read& read) {
    return read_at(index, kinds, read, std::index_sequence_for<Ts...>());
  }
  template <class Variant, class Read, size_t... I>
  static bool read_at(size_t index, Variant& kinds, const Read& read, std::index_sequence<I...>) {
    return ((index == I && read(kinds.template emplace<I>())) || ...);
  }

  std::optional<std::string_view> take_word();  // in quotes, and nothing in it that is escaped
  static bool is_plain_number(std::string_view text);
  bool take_escaped(std::string& text);

  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
  bool ok_ = true;
};

}  // namespace attune::journal
