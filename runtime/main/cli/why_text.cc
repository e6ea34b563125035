// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/why_text.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/base/log.h"
#include "runtime/base/wall_time.h"
#include "runtime/main/cli/view_text.h"
#include "runtime/main/story.h"
#include "runtime/model/value.h"

namespace attune::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kPastTold = 5;

std::string said(const Json& of, const char* name) {
  return printable(text_of(part(of, name)));
}

std::optional<WallTime> time_of(const Json& of, const char* name) {
  const auto at = parse_wall_time(text_of(part(of, name)));
  return at ? std::optional(*at) : std::nullopt;
}

// "2500ms" from one time to another; empty where one is not known.
std::string between(const Json& of, const char* from, const char* to) {
  const auto begin = time_of(of, from), end = time_of(of, to);
  if (!begin || !end) return {};
  return to_text(model::Value(Duration(std::chrono::round<std::chrono::milliseconds>(*end - *begin))));
}

// "  rule     text", where there is a text.
void write_fact(Output& out, std::string_view what, const std::string& text) {
  if (!text.empty()) out.write(fmt::format("  {:<8} {}\n", what, text));
}

std::string rule_text(const Json& of) {
  const std::string rule = said(of, "rule"), terms = said(of, "terms");
  return rule.empty() || terms.empty() ? rule : fmt::format("{} ({})", rule, terms);
}

std::string event_text(const Json& event) {
  if (!event.is_object()) return {};
  std::string text = said(event, "name");
  if (const std::string component = said(event, "component"); !component.empty()) text += " " + component;
  for (const auto& [name, value] : part(event, "values").items())
    text += printable(fmt::format(" {}={}", name, text_of(value)));
  return fmt::format("{} from {} (event {})", text, said(event, "source"), text_of(part(event, "event")));
}

void write_hosts(const Json& step, std::string_view indent, Output& out) {
  if (!step.contains("hosts")) return;
  for (const Json& host : part(step, "hosts")) {
    const std::string refused = said(host, "refused"), measure = said(host, "measure");
    out.write(fmt::format("{}  {}{}{}\n", indent, said(host, "host"), measure.empty() ? "" : ": " + measure,
                          refused.empty() ? "" : out.painted(Paint::kFaint, "; refused: " + refused)));
  }
}

void write_steps(const Json& steps, Output& out, bool with_time) {
  const std::string indent(with_time ? 16 : 6, ' ');
  for (const Json& step : steps) {
    const auto at = time_of(step, "at");
    const bool is_state = said(step, "kind") == "state-entered";
    const std::string time =
        with_time && at ? out.painted(Paint::kFaint, main::clock_text(*at)) + "  " : "  ";
    out.write(fmt::format("{}{}{}\n", time, is_state ? "" : "  ", said(step, "text")));
    write_hosts(step, indent, out);
  }
}

void write_otherwise(const Json& of, Output& out) {
  const Json& otherwise = part(of, "otherwise");
  if (!otherwise.is_array() || otherwise.empty()) return;
  out.write(out.painted(Paint::kStrong, "What would have changed it") + "\n");
  for (const Json& one : otherwise) out.write(fmt::format("  {}\n", printable(text_of(one))));
}

Paint paint_of(const std::string& end) {
  return end == "done" ? Paint::kGood : end.empty() ? Paint::kNone : Paint::kBad;
}

void write_about(const Json& about, const std::string& event, Output& out) {
  const std::string component = said(about, "component"), verdict = said(about, "verdict");
  const std::string name = component.empty() ? event : event + " of " + component;
  const std::string why = said(about, "why");
  if (verdict == "runs")
    out.write(fmt::format("{} would be answered at once\n", out.painted(Paint::kStrong, name)));
  else if (verdict == "waits")
    out.write(fmt::format("{} would be answered, and wait: {}\n", out.painted(Paint::kStrong, name), why));
  else
    out.write(fmt::format("{} would not be answered: {}\n", out.painted(Paint::kStrong, name), why));
  write_fact(out, "to run", said(about, "remedy"));
  write_fact(out, "rule", rule_text(about));
  if (verdict == "suppressed") return;
  if (!part(about, "decides").empty()) out.write("  as things are, it would go on like this:\n");
  write_steps(part(about, "decides"), out, false);
  write_fact(out, "then", said(about, "then"));
  for (const Json& one : part(about, "otherwise"))
    out.write(fmt::format("  {}\n", out.painted(Paint::kFaint, printable(text_of(one)))));
}

}  // namespace

void write_run_why(const Json& why, Output& out) {
  const std::string subject = said(why, "subject"), end = said(why, "end");
  const std::string length = between(why, "began", "ended");
  const std::string how = end.empty() ? "goes on" : end + (length.empty() ? "" : " after " + length);
  out.write(fmt::format(
      "{}: {}\n",
      out.painted(Paint::kStrong, fmt::format("run {}, {}{}", text_of(part(why, "run")), said(why, "diagram"),
                                              subject.empty() ? "" : " of " + subject)),
      out.painted(paint_of(end), how)));
  write_fact(out, "because", said(why, "why"));
  write_fact(out, "event", event_text(part(why, "event")));
  const std::string asker = said(part(why, "event"), "source");
  const bool is_drawn = !said(why, "rule").empty();
  write_fact(out, "rule",
             is_drawn ? rule_text(why) : "none: asked for" + (asker.empty() ? "" : " by " + asker));
  write_fact(out, "began", local_time(part(why, "began")));
  if (const std::string waited = said(why, "waited_for"); !waited.empty()) {
    const std::string time = between(why, "began", "left_waiting");
    write_fact(out, "waited", time.empty() ? waited : fmt::format("{}: {}", time, waited));
  }
  out.write("\n");
  write_steps(part(why, "steps"), out, true);
  if (!part(why, "otherwise").empty()) out.write("\n");
  write_otherwise(why, out);
}

void write_event_why(const Json& why, Output& out) {
  const std::string event = said(why, "event");
  if (part(why, "about").empty())
    out.write(fmt::format("{} would not be answered: it concerns no component there\n", event));
  for (const Json& about : part(why, "about")) write_about(about, event, out);
  const Json& past = part(why, "past");
  if (past.empty()) return;
  out.write(out.painted(Paint::kStrong, "\nNot answered lately") + "\n");
  const size_t told = std::min(kPastTold, past.size());
  for (size_t i = past.size() - told; i < past.size(); ++i) {
    const std::string count = text_of(part(past[i], "count"));
    out.write(fmt::format("  {}  {}: {}{}\n", local_time(part(past[i], "at")),
                          said(past[i], "component").empty() ? event : said(past[i], "component"),
                          said(past[i], "why"), count == "1" ? "" : fmt::format(" ({} times)", count)));
  }
}

}  // namespace attune::cli
