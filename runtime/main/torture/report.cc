// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/torture/report.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "runtime/base/log.h"
#include "runtime/base/xml_text.h"

namespace attune::torture {

namespace {

using Json = nlohmann::ordered_json;

std::string_view word_of(Verdict::Kind kind) {
  switch (kind) {
    case Verdict::Kind::kSurvived:
      return "survived";
    case Verdict::Kind::kNotSurvived:
      return "not survived";
    case Verdict::Kind::kNotTried:
      break;
  }
  return "not tried";
}

std::string_view short_word_of(const Verdict* verdict) {
  if (verdict == nullptr || verdict->kind == Verdict::Kind::kNotTried) return "-";
  return verdict->kind == Verdict::Kind::kSurvived ? "yes" : "NO";
}

const Verdict* find(const Report& report, std::string_view stub, Ordeal ordeal) {
  const auto found = std::find_if(report.verdicts.begin(), report.verdicts.end(), [&](const Verdict& one) {
    return one.trial.stub == stub && one.trial.ordeal == ordeal;
  });
  return found == report.verdicts.end() ? nullptr : &*found;
}

const Finding* finding_of(const Report& report, std::string_view stub, Ordeal ordeal) {
  const auto found = std::find_if(report.findings.begin(), report.findings.end(), [&](const Finding& one) {
    return one.stub == stub && one.ordeal == ordeal;
  });
  return found == report.findings.end() ? nullptr : &*found;
}

std::string table_text(const Report& report) {
  size_t width = 4;
  for (const StubShape& stub : report.stubs) width = std::max(width, stub.name.size());
  std::string text = fmt::format("{:<{}}", "", width);
  for (const Ordeal ordeal : kOrdeals) text += fmt::format("  {:<7}", name_of(ordeal));
  while (text.back() == ' ') text.pop_back();
  text += "\n";
  for (const StubShape& stub : report.stubs) {
    std::string line = fmt::format("{:<{}}", printable(stub.name), width);
    for (const Ordeal ordeal : kOrdeals)
      line += fmt::format("  {:<7}", short_word_of(find(report, stub.name, ordeal)));
    while (line.back() == ' ') line.pop_back();
    text += line + "\n";
  }
  return text;
}

// "stop: cut: this host is reached without a connection", equal ones of a stub together.
std::string not_tried_text(const Report& report) {
  std::string text;
  for (const StubShape& stub : report.stubs) {
    std::map<std::string, std::vector<std::string_view>> ordeals_by_why;
    for (const Ordeal ordeal : kOrdeals) {
      const Verdict* verdict = find(report, stub.name, ordeal);
      if (verdict != nullptr && verdict->kind == Verdict::Kind::kNotTried)
        ordeals_by_why[verdict->why_not].push_back(name_of(ordeal));
    }
    for (const auto& [why, ordeals] : ordeals_by_why)
      text += fmt::format(
          "not tried: {} {}: {}\n", printable(stub.name),
          ordeals.size() == std::size(kOrdeals) ? "at all" : fmt::format("{}", fmt::join(ordeals, ", ")),
          printable(why));
  }
  return text;
}

std::string finding_text(const Finding& one) {
  std::string text = fmt::format("\n{} does not survive '{}'\n", printable(one.stub), name_of(one.ordeal));
  const auto add = [&](std::string_view head, const std::string& what) {
    if (!what.empty()) text += fmt::format("  {:<11} {}\n", head, printable(what));
  };
  add("done:", one.done);
  add("expected:", one.expected);
  add("happened:", one.happened);
  add("last words:", one.last_words);
  add("mend it:", one.mend);
  return text;
}

size_t count(const Report& report, Verdict::Kind kind) {
  return static_cast<size_t>(std::count_if(report.verdicts.begin(), report.verdicts.end(),
                                           [&](const Verdict& one) { return one.kind == kind; }));
}

std::string why_broken_off(const Report& report) {
  return report.why_broken_off.empty() ? "broken off" : "broken off: " + report.why_broken_off;
}

Json trials_json(const Report& report, const StubShape& stub) {
  Json trials = Json::array();
  for (const Ordeal ordeal : kOrdeals) {
    const Verdict* verdict = find(report, stub.name, ordeal);
    Json trial = {{"ordeal", name_of(ordeal)},
                  {"verdict", word_of(verdict == nullptr ? Verdict::Kind::kNotTried : verdict->kind)}};
    trial["why_not"] = verdict == nullptr         ? Json("it was broken off")
                       : verdict->why_not.empty() ? Json(nullptr)
                                                  : Json(verdict->why_not);
    trials.push_back(std::move(trial));
  }
  return trials;
}

}  // namespace

std::string report_text(const Report& report) {
  std::string text = fmt::format("{} (class {}) on {}\n\n", printable(report.wrapper),
                                 printable(report.class_name), printable(report.host));
  text += table_text(report) + "\n" + not_tried_text(report);
  for (const Finding& one : report.findings) text += finding_text(one);
  if (!report.findings.empty()) text += "\n";
  text +=
      fmt::format("{} survived, {} not survived, {} not tried{}\n", count(report, Verdict::Kind::kSurvived),
                  count(report, Verdict::Kind::kNotSurvived), count(report, Verdict::Kind::kNotTried),
                  report.was_broken_off ? "; " + printable(why_broken_off(report)) : "");
  return text;
}

std::string report_json(const Report& report) {
  Json stubs = Json::array(), findings = Json::array();
  for (const StubShape& stub : report.stubs)
    stubs.push_back({{"stub", stub.name}, {"trials", trials_json(report, stub)}});
  for (const Finding& one : report.findings)
    findings.push_back({{"stub", one.stub},
                        {"ordeal", name_of(one.ordeal)},
                        {"done", one.done},
                        {"expected", one.expected},
                        {"happened", one.happened},
                        {"last_words", one.last_words},
                        {"mend", one.mend}});
  const Json all = {
      {"wrapper", report.wrapper},
      {"class", report.class_name},
      {"host", report.host},
      {"stubs", std::move(stubs)},
      {"findings", std::move(findings)},
      {"broken_off", report.was_broken_off},
      {"why_broken_off", report.why_broken_off.empty() ? Json(nullptr) : Json(report.why_broken_off)}};
  return all.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string report_junit(const Report& report) {
  std::string xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  const size_t errors = report.was_broken_off ? 1 : 0;
  xml += fmt::format(
      "  <testsuite name=\"{} on {}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">\n",
      xml_escaped(printable(report.wrapper)), xml_escaped(printable(report.host)),
      report.verdicts.size() + errors, count(report, Verdict::Kind::kNotSurvived), errors,
      count(report, Verdict::Kind::kNotTried));
  for (const Verdict& verdict : report.verdicts) {
    xml += fmt::format("    <testcase classname=\"{}\" name=\"{} {}\"",
                       xml_escaped(printable(report.class_name)), xml_escaped(printable(verdict.trial.stub)),
                       name_of(verdict.trial.ordeal));
    const Finding* finding = finding_of(report, verdict.trial.stub, verdict.trial.ordeal);
    if (finding != nullptr)
      xml += fmt::format(">\n      <failure message=\"{}\"/>\n    </testcase>\n",
                         xml_escaped(printable(fmt::format("{}: {}", finding->done, finding->happened))));
    else if (verdict.kind == Verdict::Kind::kNotTried)
      xml += fmt::format(">\n      <skipped message=\"{}\"/>\n    </testcase>\n",
                         xml_escaped(printable(verdict.why_not)));
    else
      xml += "/>\n";
  }
  if (report.was_broken_off)
    xml += fmt::format(
        "    <testcase classname=\"{}\" name=\"torture\">\n      <error message=\"{}\"/>\n    </testcase>\n",
        xml_escaped(printable(report.class_name)), xml_escaped(printable(why_broken_off(report))));
  return xml + "  </testsuite>\n</testsuites>\n";
}

}  // namespace attune::torture
