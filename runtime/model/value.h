// SPDX-License-Identifier: Apache-2.0
// Value: what an attribute, an event's value or a literal holds, with its unit in its type. The languages
// know exactly these types. Immutable values; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/result.h"

namespace attune::model {

enum class Type { kString, kInteger, kFloat, kBool, kPercent, kSize, kDuration, kList, kSecret };

// "String", "Integer" ... as the diagrams and WDL write them.
std::string_view name_of(Type type);
std::optional<Type> find_type(std::string_view name);
// "an Integer", "a Size": for messages.
std::string phrase_of(Type type);

struct Percent {
  double value = 0;  // 80% is 80; a measurement may exceed 100 (several cores)
  friend auto operator<=>(const Percent&, const Percent&) = default;
};
struct Size {
  int64_t bytes = 0;
  friend auto operator<=>(const Size&, const Size&) = default;
};

// Where a secret comes from, never the secret itself: /path, ~/path, credential:NAME or env:NAME. Only a call
// that needs it reads it, by runtime/base/secret.h.
struct Secret {
  std::string source;
  friend auto operator<=>(const Secret&, const Secret&) = default;
};

class Value;
using List = std::vector<Value>;

class Value {
 public:
  using Held = std::variant<std::string, int64_t, double, bool, Percent, Size, Duration, List, Secret>;

  Value() = default;
  template <class T>
  requires std::is_constructible_v<Held, T&&> &&(!std::is_same_v<std::decay_t<T>, Value>)Value(T&& held)
      : held_(std::forward<T>(held)) {}  // NOLINT: a Value is what it holds

  Type type() const { return static_cast<Type>(held_.index()); }
  const Held& held() const { return held_; }
  template <class T>
  const T* get_if() const {
    return std::get_if<T>(&held_);
  }
  friend bool operator==(const Value&, const Value&) = default;

 private:
  Held held_;
};

// Reads `text` as a value of `type`: 42, 3.5, true, 80%, 128MiB (B, kB, MB, GB, TB, KiB, MiB, GiB, TiB),
// 500ms (ns, us, ms, s, min, h, d), for a List elements of Strings between commas, and for a Secret its
// source. kInvalid says what was expected; of a Secret it repeats nothing. Overflow is refused.
Result<Value> parse_value(Type type, std::string_view text);

// The same notation back, the shortest that reads the same: 128MiB, 1s, 80%. What stubs get as an argument.
std::string to_text(const Value& value);

// Whether a value of type `from` can stand where `to` is expected: the same, or an Integer for a Float or
// Percent.
bool is_assignable(Type from, Type to);

}  // namespace attune::model
