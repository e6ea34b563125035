// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/arguments.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace attune::control {

using Json = nlohmann::ordered_json;

namespace {

constexpr size_t kMostMembers = 1000;  // an ordered object looks for each of them among all before it
constexpr size_t kDeepest = 16;

// Goes over a text, and stops where there is more in it than anything that is asked for needs.
struct Measure {
  size_t members = 0, depth = 0;
  bool is_too_much = false;

  bool enter(size_t) { return fits(++depth <= kDeepest); }
  bool leave() { return depth-- > 0; }
  bool fits(bool does) {
    is_too_much = !does;
    return does;
  }

  // NOLINTBEGIN(readability-convert-member-functions-to-static): nlohmann's names
  bool key(std::string&) { return fits(++members <= kMostMembers); }
  bool start_object(size_t size) { return enter(size); }
  bool start_array(size_t size) { return enter(size); }
  bool end_object() { return leave(); }
  bool end_array() { return leave(); }
  bool null() { return true; }
  bool boolean(bool) { return true; }
  bool number_integer(Json::number_integer_t) { return true; }
  bool number_unsigned(Json::number_unsigned_t) { return true; }
  bool number_float(Json::number_float_t, const std::string&) { return true; }
  bool string(std::string&) { return true; }
  bool binary(Json::binary_t&) { return true; }
  bool parse_error(size_t, const std::string&, const Json::exception&) { return false; }
  // NOLINTEND(readability-convert-member-functions-to-static)
};

}  // namespace

Result<Arguments> Arguments::of(const Request& request) {
  if (request.body.empty()) return Arguments(Json::object());
  Measure measure;
  (void)Json::sax_parse(request.body, &measure);
  if (measure.is_too_much)
    return fail(ErrorCode::kInvalid,
                fmt::format("the body holds more than {} members, or more than {} levels "
                            "of them in each other: nothing here needs so many",
                            kMostMembers, kDeepest));
  Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object())
    return fail(ErrorCode::kInvalid, "the body must be a JSON object, such as {\"component\": \"vm\"}");
  return Arguments(std::move(body));
}

Arguments::Arguments(Json body) : body_(std::make_unique<Json>(std::move(body))) {}
Arguments::~Arguments() = default;
Arguments::Arguments(Arguments&&) noexcept = default;

const Json* Arguments::find(std::string_view name) {
  known_.emplace_back(name);
  const auto found = body_->find(std::string(name));
  return found == body_->end() || found->is_null() ? nullptr : &*found;
}

void Arguments::wrong(std::string message) {
  if (!error_) error_ = Error{ErrorCode::kInvalid, std::move(message)};
}

std::string Arguments::text(std::string_view name) {
  std::string found = optional_text(name);
  if (found.empty()) wrong(fmt::format("'{}' is missing: a text is needed", name));
  return found;
}

std::string Arguments::optional_text(std::string_view name) {
  const Json* found = find(name);
  if (found == nullptr) return {};
  if (found->is_string()) return found->get<std::string>();
  wrong(fmt::format("'{}' must be a text", name));
  return {};
}

std::vector<std::string> Arguments::texts(std::string_view name) {
  const Json* found = find(name);
  if (found == nullptr) return {};
  const auto is_text = [](const Json& one) { return one.is_string(); };
  if (found->is_array() && std::all_of(found->begin(), found->end(), is_text))
    return found->get<std::vector<std::string>>();
  wrong(fmt::format("'{}' must be a list of texts", name));
  return {};
}

bool Arguments::flag(std::string_view name, bool when_absent) {
  const Json* found = find(name);
  if (found == nullptr) return when_absent;
  if (found->is_boolean()) return found->get<bool>();
  wrong(fmt::format("'{}' must be true or false", name));
  return when_absent;
}

std::vector<std::pair<std::string, std::string>> Arguments::pairs(std::string_view name) {
  std::vector<std::pair<std::string, std::string>> pairs;
  const Json* found = find(name);
  if (found == nullptr) return pairs;
  if (!found->is_object()) wrong(fmt::format("'{}' must be an object of texts", name));
  if (error_) return pairs;
  for (const auto& [key, value] : found->items()) {
    if (!value.is_string()) wrong(fmt::format("'{}' in '{}' must be a text, such as \"97%\"", key, name));
    if (value.is_string()) pairs.emplace_back(key, value.get<std::string>());
  }
  return pairs;
}

Result<void> Arguments::finish() {
  if (error_) return fail(*error_);
  for (const auto& [name, value] : body_->items())
    if (std::find(known_.begin(), known_.end(), name) == known_.end())
      return fail(ErrorCode::kInvalid,
                  known_.empty()
                      ? fmt::format("'{}' means nothing here: the path says all", name)
                      : fmt::format("'{}' means nothing here; known are: {}", name, fmt::join(known_, ", ")));
  return {};
}

Result<uint64_t> query_number(const Request& request, std::string_view name, uint64_t when_absent) {
  const auto found = request.query.find(name);
  if (found == request.query.end()) return when_absent;
  const std::string& text = found->second;
  uint64_t number = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || end.ec != std::errc() || end.ptr != text.data() + text.size())
    return fail(ErrorCode::kInvalid, fmt::format("'{}' must be a whole number, not '{}'", name, text));
  return number;
}

Result<bool> query_flag(const Request& request, std::string_view name) {
  const auto found = request.query.find(name);
  if (found == request.query.end() || found->second == "false") return false;
  if (found->second == "true") return true;
  return fail(ErrorCode::kInvalid, fmt::format("'{}' must be true or false, not '{}'", name, found->second));
}

}  // namespace attune::control
