// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/replay/replay_report.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/base/log.h"
#include "runtime/base/wall_time.h"
#include "runtime/base/xml_text.h"

namespace attune::replay {

namespace {

using Json = nlohmann::ordered_json;

std::string_view word_of(Happening::What what) {
  switch (what) {
    case Happening::What::kRunBegan:
      return "run-began";
    case Happening::What::kRunEnded:
      return "run-ended";
    case Happening::What::kPlaced:
      return "placed";
    case Happening::What::kCreated:
      return "created";
    case Happening::What::kRemoved:
      return "removed";
    case Happening::What::kAlert:
      return "alert";
    default:
      return "host";
  }
}

// Those without a name in brackets first, in the order of their names.
std::vector<std::string> figures_of(const std::vector<Outcome>& outcomes) {
  std::set<std::pair<bool, std::string>> names;
  for (const Outcome& one : outcomes) {
    for (const auto& [name, value] : one.played.figures) names.emplace(name.find('(') != name.npos, name);
  }
  std::vector<std::string> sorted;
  for (const auto& [is_part, name] : names) sorted.push_back(name);
  return sorted;
}

double figure_of(const Outcome& outcome, const std::string& name) {
  const auto found = outcome.played.figures.find(name);
  return found == outcome.played.figures.end() ? 0 : found->second;
}

size_t count_broken(const Outcome& outcome) {
  return static_cast<size_t>(std::count_if(outcome.verdicts.begin(), outcome.verdicts.end(),
                                           [](const Verdict& one) { return !one.holds; }));
}

size_t count_unchecked(const Outcome& outcome) {
  return static_cast<size_t>(std::count_if(outcome.verdicts.begin(), outcome.verdicts.end(),
                                           [](const Verdict& one) { return !one.doubt.empty(); }));
}

std::string verdict_text(const Verdict& one) {
  const bool is_doubtful = !one.doubt.empty();
  const std::string& remark = one.holds ? one.doubt : one.why;
  std::string text = fmt::format("  {}  {}\n",
                                 !one.holds    ? "broken"
                                 : is_doubtful ? "doubt "
                                               : "holds ",
                                 printable(one.text));
  if (!remark.empty()) text += fmt::format("          {}\n", printable(remark));
  return text;
}

Json verdict_json(const Verdict& one) {
  const std::string& remark = one.holds ? one.doubt : one.why;
  return {{"expect", one.text},
          {"holds", one.holds},
          {"checked", one.doubt.empty()},
          {"why", remark.empty() ? Json(nullptr) : Json(remark)}};
}

std::string verdict_junit(const Verdict& one) {
  if (one.holds && one.doubt.empty()) return "/>\n";
  return fmt::format(">\n      <{} message=\"{}\"/>\n    </testcase>\n", one.holds ? "skipped" : "failure",
                     xml_escaped(printable(one.holds ? one.doubt : one.why)));
}

Json happening_json(const Happening& one) {
  Json json = {{"at", to_text(one.at)}, {"what", word_of(one.what)}, {"who", one.who}, {"text", one.text}};
  if (one.run != 0) json["run"] = one.run;
  return json;
}

Json figure_json(double value) {
  const bool is_whole = value == std::round(value) && std::abs(value) < 1e15;
  return is_whole ? Json(static_cast<int64_t>(value)) : Json(value);
}

Json outcome_json(const Outcome& one) {
  Json figures = Json::object(), refused = Json::object(), happenings = Json::array(),
       verdicts = Json::array();
  for (const auto& [name, value] : one.played.figures) figures[name] = figure_json(value);
  for (const auto& [why, count] : one.played.refused) refused[why] = count;
  for (const Happening& each : one.played.happenings) happenings.push_back(happening_json(each));
  for (const Verdict& each : one.verdicts) verdicts.push_back(verdict_json(each));
  return {{"name", one.name},
          {"begin", to_text(one.played.begin)},
          {"end", to_text(one.played.end)},
          {"figures", std::move(figures)},
          {"refused", std::move(refused)},
          {"happenings", std::move(happenings)},
          {"expectations", std::move(verdicts)}};
}

}  // namespace

bool all_hold(const std::vector<Outcome>& outcomes) {
  return std::all_of(outcomes.begin(), outcomes.end(),
                     [](const Outcome& one) { return count_broken(one) == 0; });
}

std::string report_text(const std::vector<Outcome>& outcomes, const std::string& trace) {
  const Played& first = outcomes.front().played;
  std::string text =
      fmt::format("{}: {} to {}\n\n{:<24}", printable(trace), to_text(first.begin), to_text(first.end), "");
  for (const Outcome& one : outcomes) text += fmt::format(" {:>16}", printable(one.name));
  text += "\n";
  for (const std::string& name : figures_of(outcomes)) {
    text += fmt::format("{:<24}", printable(name));
    for (const Outcome& one : outcomes) text += fmt::format(" {:>16}", figure_text(figure_of(one, name)));
    text += "\n";
  }
  for (const Outcome& one : outcomes) {
    for (const auto& [why, count] : one.played.refused)
      text += fmt::format("{}: refused {}: {}\n", printable(one.name),
                          count == 1 ? "once" : fmt::format("{} times", count), printable(why));
  }
  for (const Outcome& one : outcomes) {
    if (one.verdicts.empty()) continue;
    const size_t unchecked = count_unchecked(one);
    text += fmt::format("\n{}: {} of {} expectations hold{}\n", printable(one.name),
                        one.verdicts.size() - count_broken(one), one.verdicts.size(),
                        unchecked == 0 ? "" : fmt::format(", {} of them unchecked", unchecked));
    for (const Verdict& each : one.verdicts) text += verdict_text(each);
  }
  return text;
}

std::string report_json(const std::vector<Outcome>& outcomes, const std::string& trace) {
  Json projects = Json::array();
  for (const Outcome& one : outcomes) projects.push_back(outcome_json(one));
  const Json all = {{"trace", trace}, {"projects", std::move(projects)}};
  return all.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string report_junit(const std::vector<Outcome>& outcomes, const std::string& trace) {
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const Outcome& one : outcomes) {
    xml += fmt::format("  <testsuite name=\"{} on {}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\">\n",
                       xml_escaped(printable(one.name)), xml_escaped(printable(trace)), one.verdicts.size(),
                       count_broken(one), count_unchecked(one));
    for (const Verdict& each : one.verdicts) {
      xml += fmt::format("    <testcase classname=\"{}\" name=\"{}\"", xml_escaped(printable(one.name)),
                         xml_escaped(printable(each.text)));
      xml += verdict_junit(each);
    }
    xml += "  </testsuite>\n";
  }
  return xml + "</testsuites>\n";
}

}  // namespace attune::replay
