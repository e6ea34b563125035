// SPDX-License-Identifier: Apache-2.0
// traffic: who talks with whom, as the sensors counted it: a table, or any of the exports and pictures.
#include <ctime>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/base/log.h"
#include "runtime/control/target.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/daemon_link.h"
#include "runtime/main/cli/view_text.h"

namespace attune::cli {

namespace {

using Json = nlohmann::ordered_json;

// Seconds since 1970 as a text; nothing where it is no such time.
std::optional<std::string> seconds_of(const std::string& text) {
  std::tm parts{};
  const char* rest = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  if (rest == nullptr || *rest != '\0') return std::nullopt;
  return std::to_string(::timegm(&parts));
}

std::string rounded(const Json& number) {
  return number.is_number() ? fmt::format("{:.0f}", number.get<double>()) : std::string();
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
    if (as_json_ && !format_.empty())
      return console.fail(ExitCode::kUsage, "traffic: --json and --format are two formats: leave one out");
    if (is_mean_ && !weight_.empty())
      return console.fail(ExitCode::kUsage, "traffic: --mean and --weight are two forms: leave one out");
    std::string query;
    for (const auto& [name, text] : {std::pair("from", &from_), std::pair("to", &to_)}) {
      if (text->empty()) continue;
      const auto seconds = seconds_of(*text);
      if (!seconds)
        return console.fail(
            ExitCode::kUsage,
            fmt::format("traffic: --{} is '{}': write it as 2026-05-04T12:00:00Z", name, *text));
      add(query, name, *seconds);
    }
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
