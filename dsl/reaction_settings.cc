// SPDX-License-Identifier: Apache-2.0
#include "dsl/reaction_settings.h"

#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "dsl/known_events.h"
#include "dsl/known_settings.h"
#include "runtime/base/suggest.h"

namespace attune::dsl {

namespace {

constexpr int64_t kMaxRuns = 100'000, kMaxPriority = 1'000'000, kMaxTries = 1000;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "03:30"
bool is_time_of_day(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return false;
  for (const size_t at : {0, 1, 3, 4})
    if (!is_digit(text[at])) return false;
  return text.substr(0, 2) < "24" && text.substr(3) < "60";
}

class SettingsReader {
 public:
  SettingsReader(std::string_view event, const model::Project& project, Diagnostics& found)
      : event_(event), project_(project), found_(found) {}

  model::Settings run(const std::vector<Setting>& settings) {
    for (const Setting& setting : settings) {
      if (event_ == kStart || event_ == kStop)
        tell("reaction-setting", setting.key_place, fmt::format("'{}' answers no event", event_),
             "leave 'attune:' out: the project's beginning and its end happen once");
      else if (!setting.children.empty())
        tell("reaction-setting", setting.key_place, fmt::format("'{}' takes a value", setting.key),
             fmt::format("write {}: value on one line", setting.key));
      else
        take(setting);
    }
    return std::move(made_);
  }

 private:
  void tell(std::string_view code, const Place& place, std::string message, std::string hint) {
    found_.error(code, place, std::move(message), std::move(hint));
  }

  void take(const Setting& setting) {
    if (setting.key == "on") return take_class(setting);
    if (setting.key == "cooldown") return take(setting, made_.cooldown);
    if (setting.key == "hold") return take(setting, made_.hold);
    if (setting.key == "release") return take(setting, made_.release);
    if (setting.key == "after_growth") return take(setting, made_.after_growth);
    if (setting.key == "after_shrink") return take(setting, made_.after_shrink);
    if (setting.key == "within") return take(setting, made_.within);
    if (setting.key == "ensure") return;  // read with the names of the diagram: ensure_reader.h
    if (setting.key == "every") return take_period(setting);
    if (setting.key == "at") return take_time(setting);
    if (setting.key == "runs") {
      if (const auto number = whole_number(setting, 1, kMaxRuns)) made_.runs = static_cast<unsigned>(*number);
      return;
    }
    if (setting.key == "tries") {
      if (const auto number = whole_number(setting, 1, kMaxTries))
        made_.tries = static_cast<unsigned>(*number);
      return;
    }
    if (setting.key == "priority") {
      if (const auto number = whole_number(setting, -kMaxPriority, kMaxPriority))
        made_.priority = static_cast<int>(*number);
      return;
    }
    tell("unknown-setting", setting.key_place, fmt::format("unknown setting '{}'", setting.key),
         suggestion(setting.key, {std::begin(kReactionSettings), std::end(kReactionSettings)}));
  }

  void take_class(const Setting& setting) {
    if (project_.find_class(setting.value) != nullptr) {
      made_.on = setting.value;
      return;
    }
    std::vector<std::string> known;
    known.reserve(project_.classes.size());
    for (const model::Class& one : project_.classes) known.push_back(one.name);
    tell("unknown-class", setting.value_place, fmt::format("there is no class '{}'", setting.value),
         suggestion(setting.value, known));
  }

  void take(const Setting& setting, std::optional<Duration>& into) {
    const auto value = model::parse_value(model::Type::kDuration, setting.value);
    const Duration* duration = value ? value->get_if<Duration>() : nullptr;
    if (duration != nullptr && duration->count() >= 0) {
      into = *duration;
      return;
    }
    tell("bad-setting", setting.value_place,
         value ? fmt::format("'{}' is less than nothing", setting.value) : value.error().message,
         fmt::format("write {}: 30s (ns, us, ms, s, min, h, d)", setting.key));
  }

  void take_period(const Setting& setting) {
    take(setting, made_.every);
    if (made_.every && made_.every->count() == 0) {
      tell("bad-setting", setting.value_place, "a timer needs a time", "write every: 10min");
      made_.every.reset();
    }
    check_timers(setting);
  }

  void take_time(const Setting& setting) {
    if (is_time_of_day(setting.value))
      made_.at = setting.value;
    else
      tell("bad-setting", setting.value_place, fmt::format("'{}' is no time of day", setting.value),
           "write hours and minutes of local time: at: 03:30");
    check_timers(setting);
  }

  void check_timers(const Setting& setting) {
    if (made_.every && made_.at)
      tell("two-timers", setting.key_place, "'every' and 'at' are two timers",
           "keep one of them; for both, make it two diagrams, one of which emits the other's event");
  }

  std::optional<int64_t> whole_number(const Setting& setting, int64_t least, int64_t most) {
    const auto value = model::parse_value(model::Type::kInteger, setting.value);
    const int64_t* number = value ? value->get_if<int64_t>() : nullptr;
    if (number != nullptr && *number >= least && *number <= most) return *number;
    tell("bad-setting", setting.value_place,
         fmt::format("'{}' is no whole number from {} to {}", setting.value, least, most),
         fmt::format("write {}: 1", setting.key));
    return std::nullopt;
  }

  const std::string_view event_;
  const model::Project& project_;
  Diagnostics& found_;
  model::Settings made_;
};

}  // namespace

model::Settings read_reaction_settings(const FrontMatter& front, std::string_view event,
                                       const model::Project& project, Diagnostics& found) {
  return SettingsReader(event, project, found).run(front.attune);
}

}  // namespace attune::dsl
