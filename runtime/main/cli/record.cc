// SPDX-License-Identifier: Apache-2.0
// record: writes a trace of what happens in a running system, for `attune replay`.
#include <algorithm>
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

#include "runtime/base/wall_time.h"
#include "runtime/journal/record_json.h"
#include "runtime/main/cli/commands.h"
#include "runtime/main/cli/daemon_link.h"
#include "runtime/main/cli/view_text.h"
#include "runtime/main/replay/trace.h"

namespace attune::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr uint64_t kEvery = 10, kMostSeconds = 3600;

class RecordCommand final : public Command {
 public:
  void declare(Options& options) override {
    options.number("--every", "SECONDS", every_,
                   "how often the hosts' loads are asked for, 1 to 3600; 10 where silent");
    options.number("--for", "SECONDS", for_,
                   "how long; where silent until it is interrupted; with 0 it asks once");
    link_.declare(options);
  }

  // Until its time is over, it is interrupted, the manager ends, or nobody reads any more.
  ExitCode run(Console& console) override {
    if (every_.value_or(kEvery) == 0 || every_.value_or(kEvery) > kMostSeconds)
      return console.fail(ExitCode::kUsage,
                          fmt::format("record: --every takes 1 to {} seconds", kMostSeconds));
    auto from = newest();
    if (!from) return link_.complain(from.error(), console);
    next_ = *from + 1;
    console.out.write(fmt::format("# what happened in {}, for `attune replay`\n", project_));
    const auto begin = std::chrono::steady_clock::now();
    while (console.out.is_open()) {
      Result<void> written = write_hosts(console.out);
      if (written) written = write_records(console.out);
      if (!written) return end(written.error(), console);
      console.out.flush();
      const std::chrono::seconds most(for_.value_or(UINT32_MAX));
      const auto left =
          std::chrono::ceil<std::chrono::seconds>(most - (std::chrono::steady_clock::now() - begin));
      if (left.count() <= 0) break;
      wait(console.out, std::min<uint64_t>(every_.value_or(kEvery), static_cast<uint64_t>(left.count())));
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

  Result<void> write_records(Output& out) {
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
    if (!read && read.error().code != ErrorCode::kNotFound) return fail(read.error());
    return {};
  }

  // What came from outside, and how long calls took that worked.
  void write(const workflow::Record& record, Output& out) {
    if (const auto* accepted = std::get_if<workflow::EventAccepted>(&record.what)) {
      const workflow::Event event{
          accepted->name, accepted->component, accepted->values, accepted->source, {}};
      if (replay::is_from_outside(event)) out.write(replay::trace_line(record.at, event));
    }
    if (const auto* intent = std::get_if<workflow::CallIntent>(&record.what))
      stubs_[intent->call.id] = intent->call.stub;
    const auto* ended = std::get_if<workflow::CallEnded>(&record.what);
    if (ended == nullptr) return;
    const auto stub = stubs_.find(ended->call);
    if (stub == stubs_.end()) return;
    if (is_success(ended->outcome))
      out.write(fmt::format(
          "@takes {} {}\n", stub->second,
          to_text(model::Value(Duration(std::chrono::ceil<std::chrono::milliseconds>(ended->took))))));
    stubs_.erase(stub);
  }

  // Until it is time again, or nobody reads.
  static void wait(const Output& out, uint64_t seconds) {
    pollfd reader{out.fd(), 0, 0};
    (void)::poll(&reader, 1, static_cast<int>(seconds * 1000));
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
  std::map<std::string, std::string> states_;      // of hosts, as they were written last
  std::map<workflow::CallId, std::string> stubs_;  // of calls under way
};

}  // namespace

std::unique_ptr<Command> make_record() {
  return std::make_unique<RecordCommand>();
}

}  // namespace attune::cli
