// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/view_text.h"

#include <chrono>
#include <cmath>
#include <ctime>

#include <fmt/chrono.h>
#include <nlohmann/json.hpp>

#include "runtime/base/log.h"
#include "runtime/base/wall_time.h"

namespace attune::cli {

using Json = nlohmann::ordered_json;

const Json& part(const Json& of, const char* name) {
  static const Json kNothing;
  const auto found = of.find(name);
  return found == of.end() ? kNothing : *found;
}

std::string text_of(const Json& value) {
  if (value.is_string()) return printable(value.get_ref<const std::string&>());
  return value.is_number() ? value.dump() : std::string();
}

std::vector<std::string> mode_texts(const Json& modes) {
  const auto line = [](const std::string& of, const Json& one) {
    const std::string by = text_of(part(one, "by"));
    return of + "'s mode is " + text_of(part(one, "mode")) + (by.empty() ? "" : ", by " + by);
  };
  std::vector<std::string> texts{line("the project", modes)};
  for (const Json& one : part(modes, "components"))
    texts.push_back(line(text_of(part(one, "component")), one));
  return texts;
}

std::string text_or_dash(const Json& value) {
  const std::string text = text_of(value);
  return text.empty() ? "-" : text;
}

std::string size_text(const Json& bytes) {
  if (!bytes.is_number()) return "-";
  double size = bytes.get<double>();
  const char* unit = "B";
  for (const char* larger : {"KiB", "MiB", "GiB", "TiB"}) {
    if (std::abs(size) < 1024) break;
    size /= 1024;
    unit = larger;
  }
  return size == std::floor(size) ? fmt::format("{:.0f}{}", size, unit) : fmt::format("{:.1f}{}", size, unit);
}

std::string joined_text(const Json& texts) {
  std::string all;
  for (const Json& text : texts) all += (all.empty() ? "" : ", ") + text_of(text);
  return all;
}

std::string bindings_text(const Json& bindings) {
  std::string all;
  for (const auto& [role, others] : bindings.items()) {
    all += fmt::format("{}{} ->", all.empty() ? "" : ", ", printable(role));
    for (const Json& other : others) all += " " + text_of(other);
  }
  return all;
}

std::string local_time(const Json& at) {
  const auto time = parse_wall_time(text_of(at));
  if (!time) return text_of(at);
  const std::time_t whole =
      std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(*time));
  std::tm local{};
  ::localtime_r(&whole, &local);
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", local);
}

namespace {

// "off since 2026-11-30 12:00:31 (bmc1.power_off)"
std::string host_state_text(const Json& host) {
  const std::string state = text_of(part(host, "state")), by = text_of(part(host, "off_by"));
  const Json& since = part(host, "off_since");
  if (!since.is_string()) return state;
  return fmt::format("{} since {}{}", state, local_time(since), by.empty() ? "" : " (" + by + ")");
}

}  // namespace

Cell host_cell(const Json& host) {
  const Json& maintenance = part(host, "maintenance");
  if (!maintenance.is_boolean() || !maintenance.get<bool>())
    return {host_state_text(host), state_cell(part(host, "state")).paint};
  const std::string left = joined_text(part(host, "components"));
  return {fmt::format("{}, maintenance{}", host_state_text(host),
                      left.empty() ? "" : " (not empty: " + left + ")"),
          Paint::kWarning};
}

Cell state_cell(const Json& state) {
  std::string text = text_of(state);
  Paint paint = Paint::kNone;
  if (text == "started" || text == "up") paint = Paint::kGood;
  if (text == "failed" || text == "lost" || text == "down" || text == "off") paint = Paint::kBad;
  if (text == "starting" || text == "stopping") paint = Paint::kWarning;
  return {std::move(text), paint};
}

}  // namespace attune::cli
