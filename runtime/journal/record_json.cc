// SPDX-License-Identifier: Apache-2.0
#include "runtime/journal/record_json.h"

#include <limits>
#include <optional>
#include <type_traits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/base/wall_time.h"
#include "runtime/journal/canonical_reader.h"
#include "runtime/journal/json_writer.h"
#include "runtime/journal/record_fields.h"
#include "runtime/journal/stored_names.h"

namespace attune::journal {

namespace {

using Json = nlohmann::json;

constexpr int kMaxDepth = 64;  // of lists in lists

// The visitor that reads: keeps the first thing that is wrong.
class JsonReader {
 public:
  template <class T>
  using Ref = T&;

  explicit JsonReader(const Json& object) : object_(&object) {}

  template <class T>
  void operator()(std::string_view name, T& field) {
    if (error_) return;
    const auto found = object_->find(name);
    if (found == object_->end()) return wrong(fmt::format("'{}' is missing", name), ErrorCode::kCorrupt);
    read(*found, field);
    if (error_ && !named_) error_->message = fmt::format("'{}': {}", name, error_->message);
    named_ = error_.has_value();
  }

  template <class T>
  void unless(const T& silent, std::string_view name, T& field) {
    field = silent;
    if (object_->contains(name)) (*this)(name, field);
  }

  template <class... Ts>
  void read_kind(const Json& json, std::variant<Ts...>& kinds);

  const std::optional<Error>& error() const { return error_; }

 private:
  void wrong(std::string message, ErrorCode code = ErrorCode::kCorrupt) {
    if (!error_) error_ = Error{code, std::move(message)};
  }

  void read(const Json& json, std::string& text) {
    if (!json.is_string()) return wrong("a text was expected");
    text = json.get_ref<const std::string&>();
  }
  void read(const Json& json, bool& flag) {
    if (!json.is_boolean()) return wrong("true or false was expected");
    flag = json.get<bool>();
  }
  template <std::integral T>
  void read(const Json& json, T& number);
  void read(const Json& json, double& number);
  void read(const Json& json, model::Percent& percent) { read(json, percent.value); }
  void read(const Json& json, model::Secret& secret) { read(json, secret.source); }
  void read(const Json& json, model::Size& size) { read(json, size.bytes); }
  void read(const Json& json, Duration& duration) {
    int64_t nanoseconds = 0;
    read(json, nanoseconds);
    duration = Duration(nanoseconds);
  }
  template <class E>
  requires std::is_enum_v<E>
  void read(const Json& json, E& value) {
    if (const auto index = index_of<E>(json)) value = static_cast<E>(*index);
  }
  void read(const Json& json, std::pair<std::string, std::string>& pair);
  void read(const Json& json, model::Value& value);
  template <class... Ts>
  void read(const Json& json, std::variant<Ts...>& kinds) {
    JsonReader inner(json);
    inner.read_kind(json, kinds);
    if (inner.error_) wrong(inner.error_->message, inner.error_->code);
  }
  template <class T>
  void read(const Json& json, std::vector<T>& list);
  // An object of fields.
  template <class T>
  requires std::is_class_v<T>
  void read(const Json& json, T& of) {
    if (!json.is_object()) return wrong("an object was expected");
    JsonReader inner(json);
    fields(inner, of);
    if (inner.error_) wrong(inner.error_->message, inner.error_->code);
  }

  // The place of a stored word in its list.
  template <class Named>
  std::optional<size_t> index_of(const Json& json);

  const Json* object_;
  std::optional<Error> error_;
  bool named_ = false;
  int depth_ = 0;
};

template <class Named>
std::optional<size_t> JsonReader::index_of(const Json& json) {
  std::string name;
  read(json, name);
  if (error_) return std::nullopt;
  const auto& all = StoredNames<Named>::kAll;
  for (size_t i = 0; i < all.size(); ++i)
    if (all[i] == name) return i;
  wrong(fmt::format("'{}' is not known here: a newer version may have written it", name),
        ErrorCode::kInvalid);
  return std::nullopt;
}

template <std::integral T>
void JsonReader::read(const Json& json, T& number) {
  if (!json.is_number_integer()) return wrong("a whole number was expected");
  const bool fits = json.is_number_unsigned() ? std::in_range<T>(json.get<uint64_t>())
                                              : std::in_range<T>(json.get<int64_t>());
  if (!fits) return wrong("the number is out of range");
  number = json.get<T>();
}

void JsonReader::read(const Json& json, double& number) {
  if (json.is_number()) {
    number = json.get<double>();
  } else if (json == "nan" || json == "-nan") {
    number = std::numeric_limits<double>::quiet_NaN();
  } else if (json == "inf" || json == "-inf") {
    number = std::numeric_limits<double>::infinity() * (json == "inf" ? 1 : -1);
  } else {
    wrong("a number was expected");
  }
}

void JsonReader::read(const Json& json, std::pair<std::string, std::string>& pair) {
  if (!json.is_array() || json.size() != 2) return wrong("a pair [name, value] was expected");
  read(json[0], pair.first);
  read(json[1], pair.second);
}

template <class T>
void JsonReader::read(const Json& json, std::vector<T>& list) {
  if (!json.is_array()) return wrong("a list was expected");
  if (++depth_ > kMaxDepth) return wrong("lists stand too deep in each other");
  list.clear();
  for (const Json& element : json) {
    read(element, list.emplace_back());
    if (error_) return;
  }
  --depth_;
}

// Makes the alternative at `index` and hands it to `fill`.
template <class Variant, class Fill, size_t... I>
void emplace_at(size_t index, Variant& kinds, const Fill& fill, std::index_sequence<I...>) {
  (void)((index == I && (fill(kinds.template emplace<I>()), true)) || ...);
}

void JsonReader::read(const Json& json, model::Value& value) {
  if (!json.is_object() || !json.contains("type") || !json.contains("value"))
    return wrong("a value with its type was expected");
  const auto type = index_of<model::Value::Held>(json["type"]);
  if (!type) return;
  model::Value::Held held;
  emplace_at(
      *type, held, [&](auto& of) { read(json["value"], of); },
      std::make_index_sequence<std::variant_size_v<model::Value::Held>>());
  value = std::visit([](auto& of) { return model::Value(std::move(of)); }, held);
}

template <class... Ts>
void JsonReader::read_kind(const Json& json, std::variant<Ts...>& kinds) {
  if (!json.is_object() || !json.contains("kind")) return wrong("an object with its kind was expected");
  const auto index = index_of<std::variant<Ts...>>(json["kind"]);
  if (!index) return;
  emplace_at(
      *index, kinds, [&](auto& of) { fields(*this, of); }, std::index_sequence_for<Ts...>());
}

}  // namespace

std::string to_json(const workflow::Record& record) {
  std::string out;
  out.reserve(256);
  out += '{';
  JsonWriter writer(out);
  writer("sequence", record.sequence);
  writer("at", record.at);
  writer.write_kind(record.what);
  out += '}';
  return out;
}

namespace {

// As to_json wrote it, which nearly all are; nothing where it is otherwise.
std::optional<workflow::Record> canonical_record(std::string_view text) {
  workflow::Record record;
  CanonicalReader reader(text);
  if (!reader.take('{')) return std::nullopt;
  reader("sequence", record.sequence);
  reader("at", record.at);
  if (!reader.read_kind(record.what) || !reader.take('}') || !reader.is_at_end()) return std::nullopt;
  return record;
}

}  // namespace

Result<workflow::Record> record_from_json(std::string_view text) {
  if (auto record = canonical_record(text)) return std::move(*record);
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return fail(ErrorCode::kCorrupt, "not JSON");
  if (!json.is_object()) return fail(ErrorCode::kCorrupt, "a JSON object was expected");
  workflow::Record record;
  std::string at;
  JsonReader reader(json);
  reader("sequence", record.sequence);
  reader("at", at);
  if (!reader.error()) reader.read_kind(json, record.what);
  if (reader.error()) return fail(*reader.error());
  auto time = parse_wall_time(at);
  if (!time) return fail(std::move(time.error()).within("'at'"));
  record.at = *time;
  return record;
}

}  // namespace attune::journal
