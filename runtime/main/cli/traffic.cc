// SPDX-License-Identifier: Apache-2.0
// traffic: who talks with whom, as the sensors counted it: a table, or any of the exports and pictures.
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/base/log.h"
#include "runtime/base/wall_time.h"
#include "runtime/control/target.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/daemon_link.h"
#include "runtime/main/cli/view_text.h"

namespace attune::cli {

namespace {

using Json = nlohmann::ordered_json;

// Seconds since 1970; nothing where it is no such time, as on the 31st of November.
std::optional<int64_t> seconds_of(const std::string& text) {
  constexpr size_t kToSeconds = 19;
  if (text.size() != kToSeconds + 1 || text.back() != 'Z') return std::nullopt;
  const auto time = parse_wall_time(text.substr(0, kToSeconds) + ".000000Z");
  if (!time) return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(*time).time_since_epoch().count();
}

// A mean is seldom whole, and what is little would be nothing without its fraction.
std::string rounded(const Json& number) {
  constexpr double kLarge = 100;
  if (!number.is_number()) return {};
  const double value = number.get<double>();
  return value < kLarge ? fmt::format("{:.3g}", value) : fmt::format("{:.0f}", value);
}

// What is wrong with an option's value; empty where nothing is, or it was not given.
std::string check_word(std::string_view option, const std::string& word,
                       const std::vector<std::string>& known) {
  if (word.empty() || std::ranges::find(known, word) != known.end()) return {};
  return fmt::format("{} is '{}': it is one of {}", option, word, fmt::join(known, ", "));
}

std::string check_number(std::string_view option, const std::string& text, bool may_be_0, double most) {
  if (text.empty()) return {};
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = error == std::errc() && end == text.data() + text.size() && std::isfinite(value);
  if (is_number && (value > 0 || (may_be_0 && value == 0)) && value <= most) return {};
  return fmt::format("{} is '{}': it is a number {} 0, without a unit{}", option, text,
                     may_be_0 ? "from" : "above", std::isfinite(most) ? fmt::format(", up to {}", most) : "");
}

std::string names_of(const Json& names) {
  std::string text;
  for (const Json& name : names) text += (text.empty() ? "" : ", ") + text_of(name);
  return text;
}

void write_matrix(const Json& matrix, Output& out) {
  Table table({"FROM", "TO", "MESSAGES", "BYTES"});
  for (const Json& cell : part(matrix, "cells"))
    table.add({text_of(part(cell, "from")), text_of(part(cell, "to")), rounded(part(cell, "messages")),
               rounded(part(cell, "bytes"))});
  if (table.is_empty()) {
    out.write("nothing was sent\n");
  } else {
    table.write(out);
  }
  for (const Json& group : part(matrix, "groups"))
    out.write(fmt::format("group: {}\n", printable(names_of(part(group, "machines")))));
  const auto note = [&](const char* member, std::string_view what) {
    const std::string names = names_of(part(matrix, member));
    if (!names.empty())
      out.write(fmt::format("{} {}\n", out.painted(Paint::kWarning, what), printable(names)));
  };
  note("missing", "not all that reached them is known:");
  note("estimated", "estimated:");
}

void write_answer(const Json& answer, Output& out) {
  bool is_first = true;
  for (const Json& matrix : part(answer, "matrices")) {
    if (!std::exchange(is_first, false)) out.write("\n");
    if (text_of(part(answer, "form")) == "single") {
      out.write(fmt::format("from {} on, {} s\n", text_of(part(matrix, "start")),
                            text_of(part(matrix, "seconds"))));
    } else {
      out.write(fmt::format("{} of {} periods from {} to {}\n", text_of(part(answer, "form")),
                            text_of(part(answer, "periods")), text_of(part(answer, "from")),
                            text_of(part(answer, "to"))));
    }
    write_matrix(matrix, out);
  }
  for (const Json& group : part(answer, "stable_groups"))
    out.write(fmt::format("stable group: {}\n", printable(names_of(group))));
}

class Traffic final : public Command {
 public:
  void declare(Options& options) override {
    options.option("--from", "TIME", from_, "the span's begin, as 2026-05-04T12:00:00Z; with --to");
    options.option("--to", "TIME", to_, "the span's end");
    options.number("--periods", "N", periods_, "the newest N periods; 1 where silent");
    options.number("--wait", "SECONDS", wait_, "how long to wait for the newest period");
    options.flag("--estimate", estimates_, "estimate what is missing from the periods before");
    options.flag("--mean", is_mean_, "one matrix: the mean of all periods");
    options.option("--weight", "I", weight_,
                   "one matrix, in which each period counts I times the one before");
    options.option("--by", "WHAT", by_,
                   "bytes or messages: what groups and pictures go by; the project's where silent");
    options.option("--method", "METHOD", method_, "how groups are found: threshold or leiden");
    options.option("--minimum", "AMOUNT", minimum_, "pairs that exchange less make no group");
    options.option("--format", "FORMAT", format_,
                   "xml, csv, graphml, gnuplot, or as pictures (SVG) matrix or graph, instead of a table");
    options.flag("--json", as_json_, "the answer as JSON");
    link_.declare(options);
  }

  ExitCode run(Console& console) override {
    std::string query;
    for (const std::string& wrong : {what_is_wrong(), add_span(query), what_cannot_be_shown()})
      if (!wrong.empty()) return console.fail(ExitCode::kUsage, "traffic: " + wrong);
    add_rest(query);
    const auto answer = link_.ask("GET", "/v1/traffic" + query);
    if (!answer) return link_.complain(answer.error(), console);
    if (as_json_) {
      console.write_json(*answer);
    } else if (!format_.empty()) {
      console.out.write(*answer);
    } else {
      write_answer(Json::parse(*answer, nullptr, false), console.out);
    }
    return ExitCode::kDone;
  }

 private:
  static void add(std::string& query, std::string_view name, std::string_view value) {
    if (value.empty()) return;
    query += fmt::format("{}{}={}", query.empty() ? "?" : "&", name, control::encoded(value));
  }

  // Empty where all is right, as of the two below.
  std::string what_is_wrong() const {
    if (as_json_ && !format_.empty()) return "--json and --format are two formats: leave one out";
    if (is_mean_ && !weight_.empty()) return "--mean and --weight are two forms: leave one out";
    constexpr double kMostWeight = 1000;
    const double any = std::numeric_limits<double>::infinity();
    for (const std::string& wrong :
         {check_number("--weight", weight_, false, kMostWeight),
          check_number("--minimum", minimum_, true, any), check_word("--by", by_, {"bytes", "messages"}),
          check_word("--method", method_, {"threshold", "leiden"}),
          check_word("--format", format_, {"xml", "csv", "graphml", "gnuplot", "matrix", "graph", "json"})})
      if (!wrong.empty()) return wrong;
    if (periods_ == 0) return "--periods is 0: ask for one at least";
    return {};
  }

  std::string add_span(std::string& query) const {
    if (from_.empty() && to_.empty()) return {};
    std::array<int64_t, 2> ends{};
    const std::array given{std::pair("from", &from_), std::pair("to", &to_)};
    for (size_t i = 0; i < given.size(); ++i) {
      const auto& [name, text] = given[i];
      if (text->empty()) return fmt::format("a span has both its ends: name --{} as well", name);
      const auto seconds = seconds_of(*text);
      if (!seconds)
        return fmt::format("--{} is '{}': write a time that there is, as 2026-05-04T12:00:00Z", name, *text);
      ends[i] = *seconds;
      add(query, name, std::to_string(*seconds));
    }
    if (ends[0] >= ends[1]) return fmt::format("--from ({}) is not before --to ({})", from_, to_);
    if (periods_) return "--periods counts the newest: leave it out where --from and --to are said";
    return {};
  }

  // How many periods a span has the manager alone knows.
  std::string what_cannot_be_shown() const {
    const bool is_of_one = !format_.empty() && format_ != "xml" && format_ != "csv" && format_ != "json";
    if (!is_of_one || is_mean_ || !weight_.empty() || periods_.value_or(1) == 1) return {};
    return fmt::format("--format {} shows one matrix, and --periods {} are several: add --mean or --weight I",
                       format_, *periods_);
  }

  void add_rest(std::string& query) const {
    if (periods_) add(query, "periods", std::to_string(*periods_));
    if (wait_) add(query, "wait", std::to_string(*wait_));
    if (estimates_) add(query, "estimate", "true");
    if (is_mean_) add(query, "form", "mean");
    if (!weight_.empty()) add(query, "form", "weighted");
    add(query, "weight", weight_);
    add(query, "by", by_);
    add(query, "method", method_);
    add(query, "minimum", minimum_);
    add(query, "format", format_);
  }

  std::string from_, to_, weight_, by_, method_, minimum_, format_;
  std::optional<uint64_t> periods_, wait_;
  bool estimates_ = false, is_mean_ = false, as_json_ = false;
  DaemonLink link_;
};

}  // namespace

std::unique_ptr<Command> make_traffic() {
  return std::make_unique<Traffic>();
}

}  // namespace attune::cli
