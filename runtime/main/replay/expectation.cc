// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/replay/expectation.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "runtime/base/suggest.h"
#include "runtime/base/wall_time.h"
#include "runtime/events/vocabulary.h"
#include "runtime/model/instances.h"
#include "runtime/model/navigation.h"
#include "runtime/model/value.h"

namespace attune::replay {

namespace {

constexpr std::string_view kCode = "bad-expectation", kWord = "expect:";
constexpr std::string_view kOperators[] = {"==", "!=", "<=", ">=", "<", ">"};
constexpr std::string_view kOfHosts[] = {"load", "state", "components"};
constexpr std::string_view kNowhere = "none";  // the host of what has none
constexpr std::string_view kForms =
    "write a figure and a number (migrations <= 5), never or always or finally CONDITION, or within 30s "
    "after EVENT "
    "CONDITION";
constexpr std::string_view kNames =
    "a component is called like its class, with a number where there may be several: app2";

// "app2": its class, and which instance of that.
struct Instance {
  const model::Class* of = nullptr;
  uint32_t number = 1;
};

std::optional<Instance> instance_in(const model::Project& project, std::string_view name) {
  for (const model::Class& one : project.classes) {
    if (!name.starts_with(one.name)) continue;
    uint32_t number = 1;
    const std::string_view digits = name.substr(one.name.size());
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (number > 0 && model::instance_name(one, number) == name) return Instance{&one, number};
  }
  return std::nullopt;
}

bool is_host(const model::Project& project, std::string_view name) {
  return std::any_of(project.families.begin(), project.families.end(), [&](const model::HostFamily& family) {
    return std::any_of(family.hosts.begin(), family.hosts.end(),
                       [&](const auto& host) { return host.name == name; });
  });
}

std::vector<std::string> lifecycles() {
  std::vector<std::string> names;
  for (int one = 0; one <= static_cast<int>(system::Lifecycle::kLost); ++one)
    names.emplace_back(name_of(static_cast<system::Lifecycle>(one)));
  return names;
}

std::vector<std::string> host_states() {
  std::vector<std::string> names;
  for (int one = 0; one <= static_cast<int>(system::HostState::kOff); ++one)
    names.emplace_back(name_of(static_cast<system::HostState>(one)));
  return names;
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!(text = dsl::trimmed(text)).empty()) {
    const size_t end = text.front() == '"' && text.find('"', 1) != text.npos
                           ? text.find('"', 1) + 1
                           : std::min(text.find_first_of(" \t"), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

class Reader {
 public:
  Reader(const dsl::Source& source, const model::Project& project, Diagnostics& found)
      : source_(source), project_(project), found_(found) {}

  std::vector<Expectation> run() {
    for (const dsl::Line& line : source_.lines) {
      std::string_view text = dsl::trimmed(line.text);
      if (text.empty() || text.starts_with('#')) continue;
      line_ = &line;
      if (text.starts_with(kWord)) text = dsl::trimmed(text.substr(kWord.size()));
      read(text);
    }
    return std::move(made_);
  }

 private:
  void refuse(std::string_view part, std::string message, std::string hint) {
    is_wrong_ = true;
    found_.error(kCode, place_of(source_, *line_, part), std::move(message), std::move(hint));
  }

  void read(std::string_view text) {
    is_wrong_ = false;
    Expectation one;
    one.text = text;
    one.place = place_of(source_, *line_, text);
    std::vector<std::string_view> words = words_of(text);
    if (words.empty()) return refuse(text, "there is nothing to expect here", std::string(kForms));
    const std::string_view form = words.front();
    using Form = Expectation::Form;
    if (form == "never" || form == "always" || form == "finally") {
      one.form = form == "never" ? Form::kNever : form == "always" ? Form::kAlways : Form::kFinally;
      words.erase(words.begin());
    } else if (form == "within") {
      one.form = Form::kWithin;
      if (!read_within(words, one)) return;
    }
    read_condition(words, one);
    if (!is_wrong_) made_.push_back(std::move(one));
  }

  // within 30s after EVENT [COMPONENT] CONDITION
  bool read_within(std::vector<std::string_view>& words, Expectation& one) {
    const auto length =
        words.size() > 1 ? model::parse_value(model::Type::kDuration, words[1]) : Result<model::Value>{};
    const Duration* within = words.size() > 1 && length ? length->get_if<Duration>() : nullptr;
    if (within == nullptr || words.size() < 5 || words[2] != "after") {
      refuse(one.text.empty() ? line_->text : dsl::trimmed(line_->text),
             "this is not: within DURATION after EVENT", std::string(kForms));
      return false;
    }
    one.within = *within;
    one.event = words[3];
    const events::Vocabulary known(project_);
    if (!known.has(one.event)) {
      refuse(words[3], fmt::format("no diagram answers '{}', and nothing raises it", one.event),
             suggestion(one.event, {known.names().begin(), known.names().end()}));
      return false;
    }
    words.erase(words.begin(), words.begin() + 4);
    const bool has_component = words.size() > 1 && !model::is_one_of(words[1], kOperators);
    if (has_component) {
      one.component = words.front();
      if (!instance_in(project_, one.component) && !is_host(project_, one.component)) {
        refuse(words.front(), fmt::format("there is no component or host '{}'", one.component),
               std::string(kNames));
        return false;
      }
      words.erase(words.begin());
    }
    return true;
  }

  void read_condition(const std::vector<std::string_view>& words, Expectation& one) {
    for (size_t at = 0; at < words.size(); at += 4) {
      if (at + 2 >= words.size() || !model::is_one_of(words[at + 1], kOperators))
        return refuse(
            words[std::min(at + 1, words.size() - 1)], "a comparison is needed here",
            "write two sides and ==, !=, <, <=, > or >= between blanks, as in vm1.host == vm2.host");
      if (at + 3 < words.size() && words[at + 3] != "and")
        return refuse(words[at + 3], fmt::format("'{}' is not expected here", words[at + 3]),
                      "join comparisons by and");
      one.condition.push_back(
          {operand(words[at], one), operand(words[at + 2], one), std::string(words[at + 1])});
      check_value(one.condition.back().left, one.condition.back().right, words[at + 2]);
      check_value(one.condition.back().right, one.condition.back().left, words[at]);
    }
    if (one.condition.empty())
      return refuse(dsl::trimmed(line_->text), "there is no condition", std::string(kForms));
    if (one.form != Expectation::Form::kFigure) return;
    for (size_t i = 0; i < one.condition.size(); ++i)
      check_figure(words[4 * i], words[4 * i + 2], one.condition[i]);
  }

  void check_figure(std::string_view name, std::string_view number, const Comparison& one) {
    const size_t open = name.find('(');
    const std::string_view figure = name.substr(0, open);
    const std::vector<std::string> known(std::begin(kFigures), std::end(kFigures));
    if (!model::is_one_of(figure, kFigures))
      refuse(name, fmt::format("there is no figure '{}'", name), suggestion(figure, known));
    else if (open != name.npos)
      check_part(figure, name, name.substr(open + 1));
    double value = 0;
    const std::string& text = one.right.text;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size())
      refuse(number, fmt::format("'{}' is no number", number), "a figure is compared with a number");
  }

  // runs(EVENT), calls(CLASS.STUB)
  void check_part(std::string_view figure, std::string_view name, std::string_view part) {
    const bool is_closed = part.ends_with(')');
    if (is_closed) part.remove_suffix(1);
    const size_t dot = part.find('.');
    const model::Class* of = project_.find_class(part.substr(0, dot));
    if (is_closed && figure == "runs" && project_.diagrams.contains(part)) return;
    if (is_closed && figure == "calls" && dot != part.npos && of != nullptr &&
        has_stub(*of, part.substr(dot + 1)))
      return;
    refuse(name, fmt::format("there is no figure '{}'", name),
           figure == "calls" ? "calls(CLASS.STUB), of a class and a stub of its wrapper"
                             : "runs(EVENT), of an event that a diagram answers");
  }

  bool has_stub(const model::Class& of, std::string_view stub) const {
    const model::Wrapper* wrapper = project_.wrapper_of(of);
    return stub == "deploy" || stub == "undeploy" ||
           (wrapper != nullptr && wrapper->find_stub(stub) != nullptr);
  }

  // "vm1.host", "app.count", "lab1.load"; anything else is a value.
  Operand operand(std::string_view word, const Expectation& one) {
    Operand made{std::string(word), {}, {}, 0};
    if (word.starts_with('"')) {
      if (word.size() < 2 || !word.ends_with('"'))
        refuse(word, "this text has no end", "close it with a quote");
      made.text = word.substr(1, std::max<size_t>(word.size(), 2) - 2);
      return made;
    }
    const size_t dot = word.find('.');
    const bool is_number =
        word.find_first_not_of("0123456789.+-") == word.npos || (word.front() >= '0' && word.front() <= '9');
    if (one.form == Expectation::Form::kFigure || dot == word.npos || is_number) return made;
    made.of = word.substr(0, dot);
    made.member = word.substr(dot + 1);
    check(made, word);
    const auto instance = instance_in(project_, made.of);
    if (instance && instance->number > instance->of->max) made.at_most = instance->of->max;
    return made;
  }

  // What a state or a host is compared with must be one.
  void check_value(const Operand& of, const Operand& with, std::string_view word) {
    if (of.of.empty() || !with.of.empty()) return;
    if (of.member == "state") {
      const bool is_of_host = is_host(project_, of.of);
      const std::vector<std::string> known = is_of_host ? host_states() : lifecycles();
      if (std::find(known.begin(), known.end(), with.text) == known.end())
        refuse(word, fmt::format("there is no state '{}'", with.text),
               fmt::format("{}", fmt::join(known, ", ")));
    } else if (of.member == "host" && with.text != kNowhere && !may_be_host(with.text)) {
      refuse(word, fmt::format("there is no host '{}'", with.text),
             "a host's name as the node file has it, or none");
    }
  }

  // A component may be on a virtual machine as well.
  bool may_be_host(std::string_view name) const {
    return is_host(project_, name) || instance_in(project_, name).has_value();
  }

  void check(const Operand& operand, std::string_view word) {
    const model::Class* of_class = project_.find_class(operand.of);
    const auto instance = instance_in(project_, operand.of);
    if (operand.member == "count") {
      if (of_class == nullptr)
        refuse(word, fmt::format("'{}' is no class: only of these there is a count", operand.of),
               "write such as app.count");
    } else if (is_host(project_, operand.of)) {
      if (!model::is_one_of(operand.member, kOfHosts))
        refuse(word, fmt::format("nothing is known of a host's '{}'", operand.member),
               "load, state or components");
    } else if (!instance && of_class != nullptr) {
      refuse(word, fmt::format("'{}' is a class, and none of its components is called so", operand.of),
             fmt::format("write {}1.{} of one of them, or {}.count", operand.of, operand.member, operand.of));
    } else if (!instance) {
      refuse(word, fmt::format("there is no component, class or host '{}'", operand.of), std::string(kNames));
    } else if (operand.member != "host" && operand.member != "state" &&
               instance->of->find_attribute(operand.member) == nullptr) {
      refuse(word, fmt::format("'{}' has no '{}'", operand.of, operand.member),
             "host, state, an attribute; or count of a class");
    }
  }

  const dsl::Source& source_;
  const model::Project& project_;
  Diagnostics& found_;
  const dsl::Line* line_ = nullptr;
  bool is_wrong_ = false;
  std::vector<Expectation> made_;
};

// --- how it is ---

// Nothing where there is no such component now.
std::optional<std::string> value_of(const Operand& operand, const system::System& system, Instant now) {
  if (operand.of.empty()) return operand.text;
  if (const system::Host* host = system.find_host(operand.of);
      host != nullptr && host->vm == system::kNoComponent) {
    if (operand.member == "state") return std::string(name_of(host->state));
    if (operand.member == "components") return fmt::format("{}", system.count_on(*host));
    const auto load = host->load.mean(now);
    return load ? std::optional(to_text(model::Value(*load))) : std::nullopt;
  }
  if (operand.member == "count") return fmt::format("{}", system.count(operand.of));
  const system::Component* component = system.find(operand.of);
  if (component == nullptr) return std::nullopt;
  if (operand.member == "state") return std::string(name_of(component->lifecycle));
  if (operand.member == "host") {
    const system::Host* host = system.host_of(*component);
    return host == nullptr ? std::string(kNowhere) : host->name;
  }
  const auto value = system.attribute(*component, operand.member);
  return value ? std::optional(to_text(*value)) : std::nullopt;
}

// Numbers with one unit for each type; so that 50% and 0.5 do not compare.
std::optional<std::pair<model::Type, double>> number_in(std::string_view text) {
  if (const auto value = model::parse_value(model::Type::kFloat, text))
    return std::pair(model::Type::kFloat, *value->get_if<double>());
  if (const auto value = model::parse_value(model::Type::kPercent, text))
    return std::pair(model::Type::kPercent, value->get_if<model::Percent>()->value);
  if (const auto value = model::parse_value(model::Type::kSize, text))
    return std::pair(model::Type::kSize, static_cast<double>(value->get_if<model::Size>()->bytes));
  if (const auto value = model::parse_value(model::Type::kDuration, text))
    return std::pair(model::Type::kDuration, static_cast<double>(value->get_if<Duration>()->count()));
  return std::nullopt;
}

template <class T>
bool compares(const T& left, std::string_view op, const T& right) {
  if (op == "==") return left == right;
  if (op == "!=") return left != right;
  if (op == "<") return left < right;
  if (op == "<=") return left <= right;
  return op == ">" ? left > right : left >= right;
}

bool holds(const Comparison& one, const system::System& system, Instant now) {
  const auto left = value_of(one.left, system, now), right = value_of(one.right, system, now);
  if (!left || !right) return false;
  const auto left_number = number_in(*left), right_number = number_in(*right);
  if (left_number && right_number && left_number->first == right_number->first)
    return compares(left_number->second, one.op, right_number->second);
  return compares(*left, one.op, *right);
}

bool holds(const std::vector<Comparison>& all, const system::System& system, Instant now) {
  return std::all_of(all.begin(), all.end(), [&](const Comparison& one) { return holds(one, system, now); });
}

// "vm1.host is lab1, vm2.host is lab2"
std::string seen(const std::vector<Comparison>& all, const system::System& system, Instant now) {
  std::string text;
  for (const Comparison& one : all) {
    for (const Operand* side : {&one.left, &one.right}) {
      if (side->of.empty()) continue;
      text += fmt::format("{}{} is {}", text.empty() ? "" : ", ", side->text,
                          value_of(*side, system, now).value_or("not there"));
    }
  }
  return text;
}

bool is_cleared(const workflow::Event& event) {
  return std::any_of(event.values.begin(), event.values.end(),
                     [](const auto& each) { return each.first == "cleared" && each.second == "true"; });
}

double figure(const Played& played, const std::string& name) {
  const auto found = played.figures.find(name);
  return found == played.figures.end() ? 0 : found->second;
}

}  // namespace

std::vector<Expectation> read_expectations(const dsl::Source& source, const model::Project& project,
                                           Diagnostics& found) {
  return Reader(source, project, found).run();
}

Judge::Judge(std::vector<Expectation> expectations) {
  for (Expectation& one : expectations) {
    std::vector<Operand> doubtful;
    for (const Comparison& each : one.condition) {
      for (const Operand* side : {&each.left, &each.right})
        if (one.form == Expectation::Form::kNever && side->at_most > 0) doubtful.push_back(*side);
    }
    watched_.push_back({std::move(one), {}, false, {}, std::move(doubtful)});
  }
}

void Judge::look(const system::System& system, workflow::Now now) {
  now_ = now;
  for (Watched& one : watched_) {
    if (!one.broken) look(one, system);
  }
}

void Judge::look(Watched& watched, const system::System& system) const {
  const Expectation& one = watched.expectation;
  std::erase_if(watched.doubtful, [&](const Operand& side) { return system.find(side.of) != nullptr; });
  using Form = Expectation::Form;
  if (one.form == Form::kWithin && !watched.until.empty()) {
    if (now_.wall > watched.until.front())
      watched.broken = fmt::format("not by {}: {}", to_text(watched.until.front()),
                                   seen(one.condition, system, now_.steady));
    else if (holds(one.condition, system, now_.steady))
      watched.until.clear();
  }
  if (one.form != Form::kNever && one.form != Form::kAlways) return;
  if (holds(one.condition, system, now_.steady) == (one.form == Form::kNever))
    watched.broken = fmt::format("at {}: {}", to_text(now_.wall), seen(one.condition, system, now_.steady));
}

// That a condition has ended is not that it has begun.
void Judge::hear(const workflow::Event& event, WallTime at) {
  if (is_cleared(event)) return;
  for (Watched& one : watched_) {
    const Expectation& of = one.expectation;
    if (of.form != Expectation::Form::kWithin || of.event != event.name) continue;
    if (!of.component.empty() && of.component != event.component) continue;
    one.has_come = true;
    one.until.push_back(at + std::chrono::duration_cast<WallTime::duration>(of.within));
  }
}

std::vector<Verdict> Judge::verdicts(const Played& played, const system::System& system) {
  std::vector<Verdict> verdicts;
  for (Watched& one : watched_) {
    const Expectation& of = one.expectation;
    for (const Comparison& each : of.condition) {
      if (of.form != Expectation::Form::kFigure) break;
      const double is = figure(played, each.left.text);
      double than = 0;  // which is a number, as it was read
      std::from_chars(each.right.text.data(), each.right.text.data() + each.right.text.size(), than);
      if (!compares(is, each.op, than)) one.broken = fmt::format("{} is {}", each.left.text, figure_text(is));
    }
    if (of.form == Expectation::Form::kFinally && !holds(of.condition, system, now_.steady))
      one.broken = fmt::format("at the end: {}", seen(of.condition, system, now_.steady));
    if (!one.broken && !one.until.empty())
      one.broken =
          fmt::format("not by {}: {}", to_text(one.until.front()), seen(of.condition, system, now_.steady));
    if (!one.broken && !one.doubtful.empty())
      one.broken = fmt::format("{} was never there: there are {} of its class at most at once",
                               one.doubtful.front().of, one.doubtful.front().at_most);
    std::string doubt;
    if (of.form == Expectation::Form::kWithin && !one.has_come)
      doubt = fmt::format("{}{}{} never came: nothing was checked", of.event,
                          of.component.empty() ? "" : " of ", of.component);
    verdicts.push_back({of.text, !one.broken, one.broken.value_or(""), std::move(doubt), of.place});
  }
  return verdicts;
}

}  // namespace attune::replay
