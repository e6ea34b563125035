// SPDX-License-Identifier: Apache-2.0
#include "dsl/settings_reader.h"

#include <algorithm>
#include <iterator>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <boost/property_tree/info_parser.hpp>
#include <boost/property_tree/ptree.hpp>

#include "dsl/remote_door_check.h"
#include "runtime/base/suggest.h"
#include "runtime/model/settings.h"

namespace attune::dsl {

namespace {

using boost::property_tree::ptree;

constexpr size_t kMaxDepth = 16;

// A name with where it and its value stand, in the order of the file: the order in which the tree has them.
struct NamePlace {
  Place name;
  Place value;
};

// A setting whose value is one of a few words.
struct Choice {
  std::string_view setting;
  std::string_view noun;
  std::vector<std::string_view> words;
};

const Choice* find_choice(std::string_view setting) {
  static const Choice kChoices[] = {{"log.level", "level", {"debug", "info", "warning", "error"}},
                                    {"mode", "mode", {"automatic", "recommend", "paused"}},
                                    {"traffic.by", "measure", {"bytes", "messages"}},
                                    {"traffic.method", "method", {"threshold", "leiden"}}};
  const auto* found = std::find_if(std::begin(kChoices), std::end(kChoices),
                                   [&](const Choice& one) { return one.setting == setting; });
  return found == std::end(kChoices) ? nullptr : found;
}

// "automatic, recommend or paused"
std::string listed(const std::vector<std::string_view>& words) {
  std::string text(words.front());
  for (size_t i = 1; i < words.size(); ++i)
    text += fmt::format("{}{}", i + 1 == words.size() ? " or " : ", ", words[i]);
  return text;
}

// The least and the most that a whole number may be.
std::pair<int64_t, int64_t> bounds_of(const model::SettingDefinition& definition) {
  constexpr std::string_view kLarge[] = {"journal.records", "deploy.entries_max", "traffic.minimum"};
  const bool is_large = std::find(std::begin(kLarge), std::end(kLarge), definition.name) != std::end(kLarge);
  const int64_t least = definition.name == "journal.records" ? 1000 : definition.default_text == "0" ? 0 : 1;
  if (definition.name == "traffic.periods") return {least, 1000};
  return {least, is_large ? 1'000'000'000 : 100'000};
}

// Walks over the words of the file. Boost reads the file as well; this only tells it where things stand, and
// refuses what Boost would do beyond reading: including other files.
class PlaceScanner {
 public:
  PlaceScanner(const Source& source, Diagnostics& found) : source_(source), found_(found) {}

  std::vector<NamePlace> run() {
    for (const Line& line : source_.lines) scan(line);
    if (depth_ > 0 && ok_)
      error("info-syntax", opened_.back(), "'{' is never closed", "write } where it ends");
    return ok_ ? std::move(places_) : std::vector<NamePlace>();
  }
  bool ok() const { return ok_; }

 private:
  void error(std::string_view code, const Place& place, std::string message, std::string hint) {
    ok_ = false;
    found_.error(code, place, std::move(message), std::move(hint));
  }

  void scan(const Line& line) {
    std::string_view rest = trimmed(line.text);
    if (rest.starts_with('#'))
      return error("info-include", place_of(source_, line), "a project's settings are one file",
                   "write the settings here; a comment begins with ';'");
    bool name_seen = false;
    while (!rest.empty() && rest.front() != ';' && ok_) {
      const std::string_view word = next_word(line, rest);
      if (word == "{") {
        open(line, word);
        name_seen = false;
      } else if (word == "}") {
        close(line, word);
        name_seen = false;
      } else if (!name_seen) {
        places_.push_back({place_of(source_, line, word), place_of(source_, line, word)});
        name_seen = true;
      } else {
        places_.back().value = place_of(source_, line, word);
        check_end(line, rest);
      }
    }
  }

  // A value is one word, or stands in quotes: what Boost would read on is two settings or none.
  void check_end(const Line& line, std::string_view rest) {
    if (rest.empty() || rest.front() == ';' || rest.front() == '{' || rest.front() == '}') return;
    error("info-syntax", place_of(source_, line, rest), "a setting has one value",
          "put a value with blanks into double quotes");
  }

  void open(const Line& line, std::string_view word) {
    if (places_.empty())
      return error("info-syntax", place_of(source_, line, word), "'{' belongs behind a name", "");
    if (++depth_ > kMaxDepth)
      return error("info-syntax", place_of(source_, line, word), "too many levels", "");
    opened_.push_back(place_of(source_, line, word));
  }

  void close(const Line& line, std::string_view word) {
    if (depth_ == 0)
      return error("info-syntax", place_of(source_, line, word), "'}' closes nothing", "remove it");
    --depth_;
    opened_.pop_back();
  }

  std::string_view next_word(const Line& line, std::string_view& rest) {
    size_t end = 1;
    if (rest.front() == '"') {
      while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
      if (end >= rest.size())
        error("info-syntax", place_of(source_, line, rest), "a quote is not closed",
              "write \"...\" on one line");
      end = std::min(end + 1, rest.size());
    } else if (rest.front() != '{' && rest.front() != '}') {
      end = std::min(rest.find_first_of(" \t{};\""), rest.size());
    }
    const std::string_view word = rest.substr(0, end);
    if (!word.empty() && word.back() == '\\')
      error("info-syntax", place_of(source_, line, word), "a setting stands on one line", "join the lines");
    rest = trimmed(rest.substr(end));
    return word;
  }

  const Source& source_;
  Diagnostics& found_;
  std::vector<NamePlace> places_;
  std::vector<Place> opened_;
  size_t depth_ = 0;
  bool ok_ = true;
};

class SettingsReader {
 public:
  SettingsReader(const Source& source, Diagnostics& found) : source_(source), found_(found) {}

  std::map<std::string, SettingText> run() {
    PlaceScanner scanner(source_, found_);
    places_ = scanner.run();
    if (!scanner.ok()) return {};
    ptree tree;
    try {
      std::istringstream text(source_.file->text);
      boost::property_tree::read_info(text, tree);
    } catch (const boost::property_tree::info_parser_error& problem) {
      const auto line = static_cast<uint32_t>(std::max<unsigned long>(problem.line(), 1));
      found_.error("info-syntax", {source_.file, line, 1, 1}, problem.message(),
                   "a setting reads: name value");
      return {};
    }
    read(tree, {});
    check_remote_door(settings_, found_);
    return std::move(settings_);
  }

 private:
  void read(const ptree& tree, const std::string& above) {
    for (const auto& [key, child] : tree) {
      if (next_ >= places_.size()) return;
      const NamePlace place = places_[next_++];
      const std::string name = above.empty() ? key : above + "." + key;
      if (child.empty()) {
        add(name, child.data(), place);
      } else {
        if (!child.data().empty())
          found_.error("bad-setting", place.value,
                       fmt::format("'{}' has a value and settings below it", name), "remove one of them");
        check_group(name, place);
        read(child, name);
      }
    }
  }

  static std::vector<std::string> known_names() {
    std::vector<std::string> names;
    for (const auto& one : model::kSettings) names.emplace_back(one.name);
    names.emplace_back(model::kDiagramSettings);
    return names;
  }

  // A level may be meant as well: `statuss` is `status`, in which there are settings.
  void unknown(const std::string& name, const NamePlace& place) {
    const std::vector<std::string> known = known_names();
    std::vector<std::string> all = known;
    for (const std::string& one : known)
      for (size_t dot = one.find('.'); dot != one.npos; dot = one.find('.', dot + 1))
        all.push_back(one.substr(0, dot));
    const std::string_view meant = nearest(name, all);
    found_.error("unknown-setting", place.name, fmt::format("unknown setting '{}'", name),
                 meant.empty() ? suggestion(name, known) : fmt::format("did you mean '{}'?", meant));
  }

  // A level that no setting has is told once, at the level.
  void check_group(const std::string& name, const NamePlace& place) {
    const std::vector<std::string> known = known_names();
    const bool is_level = std::any_of(known.begin(), known.end(), [&](const std::string& one) {
      return one == name || one.starts_with(name + ".");
    });
    if (!is_level && !name.starts_with(std::string(model::kDiagramSettings) + ".")) unknown(name, place);
    if (!is_level) silenced_ = name + ".";
  }

  void add(const std::string& name, const std::string& text, const NamePlace& place) {
    if (!silenced_.empty() && name.starts_with(silenced_)) return;
    if (settings_.contains(name)) {
      found_.error("duplicate-setting", place.name, fmt::format("'{}' is set twice", name),
                   "remove one of them");
      return;
    }
    const std::string diagrams = std::string(model::kDiagramSettings) + ".";
    if (name.starts_with(diagrams)) return add_diagram(name, text, place);
    const model::SettingDefinition* definition = model::find_setting(name);
    if (definition == nullptr) return unknown(name, place);
    if (std::string problem = problem_with(*definition, text); !problem.empty()) {
      found_.error("bad-setting", place.value, std::move(problem), std::string(definition->meaning));
      return;
    }
    settings_[name] = {text, place.value};
  }

  void add_diagram(const std::string& name, const std::string& text, const NamePlace& place) {
    if (!text.starts_with(model::kStockPrefix) || !is_name(text.substr(model::kStockPrefix.size()))) {
      found_.error("bad-setting", place.value, fmt::format("'{}' names no stock diagram", text),
                   "write event stock:name, such as cpu_high stock:migrate");
      return;
    }
    settings_[name] = {text, place.value};
  }

  static std::string problem_with(const model::SettingDefinition& definition, const std::string& text) {
    const auto value = model::parse_value(definition.type, text);
    if (!value) return value.error().message;
    const auto* number = value->get_if<int64_t>();
    const auto [least, most] = bounds_of(definition);
    if (number != nullptr && (*number < least || *number > most))
      return fmt::format("'{}' is not between {} and {}", text, least, most);
    const auto* duration = value->get_if<Duration>();
    if (duration != nullptr && duration->count() < 0) return fmt::format("'{}' is less than nothing", text);
    const auto* size = value->get_if<model::Size>();
    if (size != nullptr && size->bytes < 1) return fmt::format("'{}' is no size at all", text);
    if (duration != nullptr && duration->count() == 0 && definition.name == "limits.moves_period")
      return "a budget needs a time; limits.moves 0 is none";
    if (duration != nullptr && duration->count() == 0 && definition.name == "placement.horizon")
      return "in no time nothing is gained";
    const Choice* choice = find_choice(definition.name);
    if (choice != nullptr &&
        std::find(choice->words.begin(), choice->words.end(), text) == choice->words.end())
      return fmt::format("'{}' is no {}: {}", text, choice->noun, listed(choice->words));
    return {};
  }

  const Source& source_;
  Diagnostics& found_;
  std::vector<NamePlace> places_;
  size_t next_ = 0;
  std::string silenced_;  // the names below an unknown level
  std::map<std::string, SettingText> settings_;
};

}  // namespace

std::map<std::string, SettingText> read_settings(const Source& source, Diagnostics& found) {
  return SettingsReader(source, found).run();
}

}  // namespace attune::dsl
