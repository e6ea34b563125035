// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/json_text.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/placement/json_fields.h"

namespace attune::placement {

using Json = nlohmann::json;

namespace {

// Follows the parser through the text, to know where each field stands.
class FieldWatch {
 public:
  explicit FieldWatch(Findings& found) : found_(found) {}

  bool operator()(int /*depth*/, Json::parse_event_t event, const Json& value) {
    switch (event) {
      case Json::parse_event_t::object_start:
      case Json::parse_event_t::array_start:
        begin(event == Json::parse_event_t::array_start);
        break;
      case Json::parse_event_t::key:
        key(value.get_ref<const std::string&>());
        break;
      case Json::parse_event_t::object_end:
      case Json::parse_event_t::array_end:
        open_.pop_back();
        break;
      case Json::parse_event_t::value:
        next();
        break;
    }
    return true;
  }

 private:
  struct Open {
    bool is_list;
    size_t count = 0;
    std::string key;
    std::set<std::string> seen;
  };

  void begin(bool is_list) {
    next();
    open_.push_back({is_list, 0, {}, {}});
  }
  void next() {
    if (!open_.empty() && open_.back().is_list) ++open_.back().count;
  }
  void key(const std::string& name) {
    Open& object = open_.back();
    object.key = name;
    if (!object.seen.insert(name).second)
      found_.push_back({place(), fmt::format("'{}' is here twice", name), "keep one of them"});
  }
  std::string place() const {
    std::string text;
    for (const Open& one : open_)
      text += '/' + (one.is_list ? std::to_string(one.count - 1) : in_pointer(one.key));
    return text;
  }

  Findings& found_;
  std::vector<Open> open_;
};

// What the library says of the text, without its own numbers and names in front of it.
std::string_view reason_in(std::string_view what) {
  constexpr std::string_view kPlace = ", column ";
  const size_t place = what.find(kPlace);
  const size_t colon = place == what.npos ? what.npos : what.find(": ", place);
  if (colon == what.npos) return what.substr(std::min(what.size(), what.find("] ") + 2));
  return what.substr(colon + 2);
}

Finding no_json(std::string_view text, const Json::parse_error& error) {
  const std::string_view before = text.substr(0, std::min(text.size(), std::max<size_t>(error.byte, 1) - 1));
  const size_t line_begin = before.rfind('\n') + 1;  // of the first line npos + 1, which is 0
  return {"",
          fmt::format("line {}, column {}: this is not JSON: {}", std::ranges::count(before, '\n') + 1,
                      before.size() - line_begin + 1, reason_in(error.what())),
          "mend what stands there, or in front of it"};
}

}  // namespace

std::optional<Json> parse_json(std::string_view text, Findings& found) {
  if (text.find_first_not_of(" \t\r\n") == text.npos) {
    found.push_back({"", "this is empty", "write a state as docs/placement.md says: {\"version\": 1, ...}"});
    return std::nullopt;
  }
  try {
    return Json::parse(text, FieldWatch(found));
  } catch (const Json::parse_error& error) {
    found.assign(1, no_json(text, error));
  } catch (const Json::exception& error) {  // such as a number that no double holds
    found.assign(
        1, {"", fmt::format("this is not JSON: {}", reason_in(error.what())), "mend what stands there"});
  }
  return std::nullopt;
}

}  // namespace attune::placement
