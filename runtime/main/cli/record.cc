// SPDX-License-Identifier: Apache-2.0
// record: writes a trace of what happens in a running system, for `attune replay`.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <nlohmann/json.hpp>

#include "runtime/base/log.h"
#include "runtime/base/wall_time.h"
#include "runtime/journal/record_json.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/daemon_link.h"
#include "runtime/main/cli/interruption.h"
#include "runtime/main/cli/view_text.h"
#include "runtime/main/replay/excerpt.h"
#include "runtime/main/replay/trace.h"

namespace attune::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr uint64_t kEvery = 10, kMostEvery = 3600, kMostFor = 366 * 24 * 3600;

class RecordCommand final : public Command {
 public:
  void declare(Options& options) override {
    options.number("--every", "SECONDS", every_,
                   "how often the hosts' loads are asked for, 1 to 3600; 10 where silent");
    options.number("--for", "SECONDS", for_,
                   "how long, up to a year; where silent until it is interrupted; with 0 it asks once");
    link_.declare(options);
  }

  // Until its time is over, it is interrupted, which it takes a last look after, the manager ends, or nobody
  // reads any more.
  ExitCode run(Console& console) override {
    if (every_.value_or(kEvery) == 0 || every_.value_or(kEvery) > kMostEvery)
      return console.fail(ExitCode::kUsage, fmt::format("record: --every takes 1 to {} seconds", kMostEvery));
    if (for_.value_or(0) > kMostFor)
      return console.fail(ExitCode::kUsage, fmt::format("record: --for takes 0 to {} seconds", kMostFor));
    const Interruption interruption(Interruption::Then::kWakes);
    auto from = newest();
    if (!from) return link_.complain(from.error(), console);
    next_ = *from + 1;
    if (Result<void> learnt = learn_classes(); !learnt) return link_.complain(learnt.error(), console);
    console.out.write(fmt::format("# what happened in {}, for `attune replay`\n", project_));
    const auto begin = std::chrono::steady_clock::now();
    for (bool is_last = false; console.out.is_open(); is_last = interruption.has_come()) {
      Result<void> written = write_hosts(console.out);
      if (written) written = write_records(console);
      if (!written) return end(written.error(), console);
      console.out.flush();
      const std::chrono::seconds most(for_.value_or(UINT32_MAX));
      const auto left =
          std::chrono::ceil<std::chrono::seconds>(most - (std::chrono::steady_clock::now() - begin));
      if (is_last || left.count() <= 0) break;
      wait(console.out, interruption,
           std::min<uint64_t>(every_.value_or(kEvery), static_cast<uint64_t>(left.count())));
    }
    return ExitCode::kDone;
  }

 private:
  // The number of the last record that there is.
  Result<uint64_t> newest() {
    const auto status = link_.ask("GET", "/v1/status");
    if (!status) return fail(status.error());
    const Json told = Json::parse(*status, nullptr, false);
    project_ = text_of(part(told, "project"));
    const Json& records = part(told, "records");
    return records.is_number_unsigned() ? records.get<uint64_t>() : 0;
  }

  // Of what there is already; what comes is in the records.
  Result<void> learn_classes() {
    const auto answer = link_.ask("GET", "/v1/components");
    if (!answer) return fail(answer.error());
    const Json components = Json::parse(*answer, nullptr, false);
    for (const Json& one : part(components, "components"))
      excerpt_.knows(text_of(part(one, "name")), text_of(part(one, "class")));
    return {};
  }

  Result<void> write_hosts(Output& out) {
    const auto answer = link_.ask("GET", "/v1/hosts");
    if (!answer) return fail(answer.error());
    const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    const Json hosts = Json::parse(*answer, nullptr, false);
    for (const Json& host : part(hosts, "hosts")) {
      replay::HostFact fact{text_of(part(host, "name")), {}, {}};
      if (part(host, "load").is_number())
        fact.load = model::Percent{std::round(part(host, "load").get<double>() * 10) / 10};
      const std::string state = text_of(part(host, "state"));
      if (states_[fact.host] != state) fact.state = replay::host_state_in(state);
      states_[fact.host] = state;
      if (fact.load || fact.state) out.write(replay::trace_line(now, fact));
    }
    return {};
  }

  Result<void> write_records(Console& console) {
    Output& out = console.out;
    const auto read = link_.read_lines(
        fmt::format("/v1/log?from={}", next_),
        [&](std::string_view line) {
          const auto record = journal::record_from_json(line);
          if (!record) return true;
          next_ = record->sequence + 1;
          write(*record, out);
          return out.is_open();
        },
        out.fd());
    if (read) return {};
    if (read.error().code != ErrorCode::kNotFound) return fail(read.error());
    // More was recorded in between than the manager keeps.
    link_.leave();
    const auto last = newest();
    if (!last) return fail(last.error());
    const std::string gap = fmt::format("what happened in records {} to {} is missing here: {}", next_, *last,
                                        read.error().message);
    out.write(fmt::format("# {}\n", printable(gap)));
    (void)console.fail(ExitCode::kDone, gap);
    next_ = *last + 1;
    return {};
  }

  // The hosts' states are asked for, all of them.
  void write(const workflow::Record& record, Output& out) {
    const auto taken = excerpt_.take(record);
    const auto* item = std::get_if<replay::Item>(&taken);
    if (const auto* event = item == nullptr ? nullptr : std::get_if<workflow::Event>(&item->what))
      out.write(replay::trace_line(item->at, *event));
    if (const auto* length = std::get_if<replay::CallLength>(&taken))
      out.write(fmt::format(
          "@takes {} {}\n", length->call,
          to_text(model::Value(Duration(std::chrono::ceil<std::chrono::milliseconds>(length->took))))));
  }

  // Until it is time again, it is interrupted, or nobody reads.
  static void wait(const Output& out, const Interruption& interruption, uint64_t seconds) {
    std::array<pollfd, 2> ends{pollfd{out.fd(), 0, 0}, pollfd{interruption.fd(), POLLIN, 0}};
    (void)::poll(ends.data(), ends.size(), static_cast<int>(seconds * 1000));
  }

  // The manager's end is that of the trace.
  ExitCode end(const Error& error, Console& console) const {
    console.out.flush();
    if (error.code == ErrorCode::kUnreachable) return console.fail(ExitCode::kDone, "attuned has ended");
    return link_.complain(error, console);
  }

  std::optional<uint64_t> every_, for_;
  DaemonLink link_;
  std::string project_;
  uint64_t next_ = 1;
  replay::Excerpt excerpt_;
  std::map<std::string, std::string> states_;  // of hosts, as they were written last
};

}  // namespace

std::unique_ptr<Command> make_record() {
  return std::make_unique<RecordCommand>();
}

}  // namespace attune::cli
