// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/replay/trace.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/wall_time.h"
#include "runtime/events/event_line.h"
#include "runtime/main/replay/call_lengths.h"
#include "runtime/main/replay/export_trace.h"
#include "runtime/model/own_runs.h"
#include "runtime/workflow/stub_call.h"

namespace attune::replay {

namespace {

constexpr std::chrono::hours kMostSpan(100 * 366 * 24);
constexpr size_t kMostFound = 1000;  // so many wrong lines are told of: what has more is no trace
constexpr std::string_view kCode = "bad-trace", kHost = "@host", kTakes = "@takes";

std::string_view take_word(std::string_view& rest) {
  rest = dsl::trimmed(rest);
  const std::string_view word = rest.substr(0, rest.find_first_of(" \t"));
  rest.remove_prefix(word.size());
  return word;
}

// With none to six digits of a second's fraction.
std::optional<WallTime> time_in(std::string_view text) {
  if (!text.ends_with('Z')) return std::nullopt;
  std::string whole(text.substr(0, text.size() - 1));
  const size_t dot = whole.find('.');
  const size_t digits = dot == whole.npos ? 0 : whole.size() - dot - 1;
  if (dot == whole.npos) whole += '.';
  whole += std::string(digits < 6 ? 6 - digits : 0, '0') + 'Z';
  const auto time = parse_wall_time(whole);
  return time ? std::optional(*time) : std::nullopt;
}

std::optional<Duration> length_in(std::string_view text) {
  const auto value = model::parse_value(model::Type::kDuration, text);
  const Duration* length = value ? value->get_if<Duration>() : nullptr;
  return length == nullptr ? std::nullopt : std::optional(*length);
}

// --- as `attune record` writes it ---

class LineReader {
 public:
  LineReader(const dsl::Source& source, Diagnostics& found) : source_(source), found_(found) {}

  Trace run() {
    for (const dsl::Line& line : source_.lines) {
      if (found_.all().size() >= kMostFound) break;
      const std::string_view text = dsl::trimmed(line.text);
      if (!text.empty() && !text.starts_with('#')) read(line, text);
    }
    made_.lengths = lengths_.medians();
    return std::move(made_);
  }

 private:
  void refuse(const dsl::Line& line, std::string_view part, std::string message, std::string hint) {
    found_.error(kCode, place_of(source_, line, part), std::move(message), std::move(hint));
  }

  void read(const dsl::Line& line, std::string_view text) {
    std::string_view rest = text;
    const std::string_view first = take_word(rest);
    if (first == kTakes) return read_length(line, rest);
    const auto at = moment(first);
    if (!at)
      return refuse(line, first, fmt::format("'{}' is no time", first),
                    "begin with 2026-05-04T12:00:31Z, or with +90s: so long after the first line");
    if (!begin_) begin_ = first.starts_with('+') ? WallTime{} : *at;
    std::string_view after = rest;
    if (take_word(after) == kHost) return read_host(line, *at, after);
    auto event = events::parse_event_line(dsl::trimmed(rest));
    if (!event)
      return refuse(line, dsl::trimmed(rest), event.error().why,
                    "EVENT COMPONENT NAME=VALUE, as a probe writes it");
    made_.items.push_back({*at, std::move(*event)});
  }

  std::optional<WallTime> moment(std::string_view word) const {
    if (!word.starts_with('+')) return time_in(word);
    const auto after = length_in(word.substr(1));
    if (!after) return std::nullopt;
    return begin_.value_or(WallTime{}) + std::chrono::duration_cast<WallTime::duration>(*after);
  }

  void read_length(const dsl::Line& line, std::string_view rest) {
    const std::string_view call = take_word(rest), length = take_word(rest);
    const auto takes = length_in(length);
    if (call.empty() || !takes || !dsl::trimmed(rest).empty())
      return refuse(line, dsl::trimmed(line.text), "this does not say how long a call takes",
                    "write @takes vm.migrate 12s");
    lengths_.add(call, *takes);
  }

  void read_host(const dsl::Line& line, WallTime at, std::string_view rest) {
    HostFact fact{std::string(take_word(rest)), {}, {}};
    for (std::string_view word = take_word(rest); !word.empty(); word = take_word(rest)) {
      const std::string_view value = word.substr(std::min(word.find('=') + 1, word.size()));
      const auto load = model::parse_value(model::Type::kPercent, value);
      if (word.starts_with("load=") && load) {
        fact.load = *load->get_if<model::Percent>();
      } else if (word.starts_with("state=") && host_state_in(value)) {
        fact.state = host_state_in(value);
      } else {
        return refuse(line, word, fmt::format("'{}' says nothing of a host", word),
                      "write load=93% or state=down");
      }
    }
    if (fact.host.empty() || (!fact.load && !fact.state))
      return refuse(line, dsl::trimmed(line.text), "this says nothing of a host",
                    "write @host lab1 load=93%");
    made_.items.push_back({at, std::move(fact)});
  }

  const dsl::Source& source_;
  Diagnostics& found_;
  Trace made_;
  CallLengths lengths_;
  std::optional<WallTime> begin_;
};

// --- a table ---

// The cells of a line as RFC 4180 has them, but for line ends in quotes, and without the blanks around them.
std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells(1);
  bool is_quoted = false;
  for (size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '"' && is_quoted && at + 1 < line.size() && line[at + 1] == '"') {
      cells.back() += line[++at];
    } else if (line[at] == '"') {
      is_quoted = !is_quoted;
    } else if (line[at] == ',' && !is_quoted) {
      cells.emplace_back();
    } else {
      cells.back() += line[at];
    }
  }
  for (std::string& cell : cells) cell = std::string(dsl::trimmed(cell));
  return cells;
}

// Makes of each row the line that says the same.
std::string line_of(const std::vector<std::string>& head, const std::vector<std::string>& row) {
  workflow::Event event;
  std::string time, host;
  for (size_t i = 0; i < row.size(); ++i) {
    if (head[i] == "time") {
      time =
          row[i].find_first_not_of("0123456789.") == std::string::npos ? fmt::format("+{}s", row[i]) : row[i];
    } else if (head[i] == "event") {
      event.name = row[i];
    } else if (head[i] == "component") {
      event.component = row[i] == "-" ? std::string() : row[i];
    } else if (head[i] == "host") {
      host = row[i];
    } else if (!row[i].empty()) {
      event.values.emplace_back(head[i], row[i]);
    }
  }
  if (!event.name.empty()) return time + " " + events::to_line(event);
  std::string line = fmt::format("{} {} {}", time, kHost, host);
  for (const auto& [name, value] : event.values) line += fmt::format(" {}={}", name, value);
  return line;
}

// A head names the columns: time; event and component, or host; and what comes with them.
Trace read_table(const dsl::Source& source, Diagnostics& found) {
  if (source.lines.empty()) return {};
  const std::vector<std::string> head = cells_of(source.lines[0].text);
  const auto has = [&](std::string_view name) {
    return std::find(head.begin(), head.end(), name) != head.end();
  };
  if (!has("time") || (!has("event") && !has("host"))) {
    found.error(
        kCode, place_of(source, source.lines[0]), "the first line does not name the columns",
        "write time,event,component,cpu for events, or time,host,load for what was measured of hosts");
    return {};
  }
  std::string lines;
  for (size_t i = 1; i < source.lines.size() && found.all().size() < kMostFound; ++i) {
    const std::vector<std::string> row = cells_of(source.lines[i].text);
    const bool is_blank = row.size() == 1 && row[0].empty();
    if (!is_blank && row.size() != head.size())
      found.error(kCode, place_of(source, source.lines[i]),
                  fmt::format("{} cells below a head of {}", row.size(), head.size()),
                  "give each column its cell");
    lines += (is_blank || row.size() != head.size() ? std::string() : line_of(head, row)) + "\n";
  }
  // Numbered as the table is, so that what is found in a line is found in its row.
  const dsl::Source as_lines =
      dsl::source_of(std::make_shared<const SourceFile>(SourceFile{source.file->path, "\n" + lines}));
  return LineReader(as_lines, found).run();
}

}  // namespace

Trace read_trace(const dsl::Source& source, Diagnostics& found) {
  Trace trace;
  if (source.file->path.ends_with(".csv")) {
    trace = read_table(source, found);
  } else if (source.file->text.starts_with("{")) {
    trace = read_export(source, found);
  } else {
    trace = LineReader(source, found).run();
  }
  std::stable_sort(trace.items.begin(), trace.items.end(),
                   [](const Item& a, const Item& b) { return a.at < b.at; });
  // Beyond some centuries a clock of nanoseconds runs over.
  if (!trace.items.empty() && trace.items.back().at - trace.items.front().at > kMostSpan)
    found.error(kCode, {source.file, 1, 1, 1}, "this trace is of more than 100 years", "mend the times");
  if (trace.items.empty() && !found.has_errors())
    found.error(kCode, {source.file, 1, 1, 1}, "there is nothing in this trace",
                "record one with `attune record`");
  return trace;
}

std::optional<system::HostState> host_state_in(std::string_view word) {
  for (const auto state : {system::HostState::kUp, system::HostState::kDown, system::HostState::kOff}) {
    if (system::name_of(state) == word) return state;
  }
  return std::nullopt;
}

bool is_from_outside(const workflow::Event& event) {
  const bool is_of_manager = event.name == workflow::kHostDown || event.name == workflow::kHostUp ||
                             event.name == workflow::kHostEmpty || event.name == workflow::kRunFailed;
  const bool is_by_hand =
      event.name == workflow::kStart || event.name == workflow::kStop || model::is_own_run(event.name);
  return !is_of_manager && !is_by_hand && event.source != "timer" && !event.source.starts_with("run ");
}

std::string trace_line(WallTime at, const workflow::Event& event) {
  return fmt::format("{} {}\n", to_text(at), events::to_line(event));
}

std::string trace_line(WallTime at, const HostFact& fact) {
  std::string line = fmt::format("{} {} {}", to_text(at), kHost, fact.host);
  if (fact.load) line += fmt::format(" load={}", to_text(model::Value(*fact.load)));
  if (fact.state) line += fmt::format(" state={}", system::name_of(*fact.state));
  return line + "\n";
}

}  // namespace attune::replay
