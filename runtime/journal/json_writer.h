// SPDX-License-Identifier: Apache-2.0
// JsonWriter: the visitor that writes a record's fields as JSON, straight into a string: a record is written
// for every decision, so no tree is built. Internal to journal/; any thread.
#pragma once

#include <charconv>
#include <chrono>
#include <cmath>
#include <concepts>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/journal/record_fields.h"
#include "runtime/journal/stored_names.h"

namespace attune::journal {

class JsonWriter {
 public:
  template <class T>
  using Ref = const T&;

  explicit JsonWriter(std::string& out) : out_(out) {}

  template <class T>
  void operator()(std::string_view name, const T& field) {
    out_ += out_.back() == '{' ? "\"" : ",\"";
    out_ += name;
    out_ += "\":";
    write(field);
  }

  template <class T>
  void unless(const T& silent, std::string_view name, const T& field) {
    if (field != silent) (*this)(name, field);
  }

  template <class T>
  void later(std::string_view name, const T& field) {
    (*this)(name, field);
  }

  void write(const std::string& text) { write_text(text); }
  void write(bool flag) { out_ += flag ? "true" : "false"; }
  void write(Duration duration) { write(static_cast<int64_t>(duration.count())); }
  void write(model::Percent percent) { write(percent.value); }
  void write(const model::Secret& secret) { write_text(secret.source); }
  void write(model::Size size) { write(size.bytes); }
  void write(double number);
  template <std::integral T>
  void write(T number) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number);
    out_.append(digits, end.ptr);
  }
  template <class E>
  requires std::is_enum_v<E>
  void write(E value) { write_name(StoredNames<E>::kAll[static_cast<size_t>(value)]); }
  void write(WallTime time);
  void write(const std::pair<std::string, std::string>& pair);
  void write(const model::Value& value);
  // An object of fields.
  template <class T>
  requires std::is_class_v<T>
  void write(const T& of) {
    out_ += '{';
    fields(*this, of);
    out_ += '}';
  }
  // A kind and its fields in one object.
  template <class... Ts>
  void write(const std::variant<Ts...>& kinds) {
    out_ += '{';
    write_kind(kinds);
    out_ += '}';
  }
  template <class... Ts>
  void write_kind(const std::variant<Ts...>& kinds) {
    out_ += out_.back() == '{' ? "\"kind\":" : ",\"kind\":";
    write_name(StoredNames<std::variant<Ts...>>::kAll[kinds.index()]);
    std::visit([this](const auto& of) { fields(*this, of); }, kinds);
  }
  template <class T>
  void write(const std::vector<T>& list) {
    out_ += '[';
    for (const T& element : list) {
      if (&element != list.data()) out_ += ',';
      write(element);
    }
    out_ += ']';
  }
  // A list of its entries.
  template <class Key, class T>
  void write(const std::map<Key, T>& map) {
    write(std::vector<std::pair<Key, T>>(map.begin(), map.end()));
  }

 private:
  void write_name(std::string_view name) { (out_ += '"').append(name) += '"'; }
  void write_text(std::string_view text);

  std::string& out_;
};

}  // namespace attune::journal
