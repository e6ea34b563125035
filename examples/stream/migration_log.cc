// SPDX-License-Identifier: Apache-2.0
#include "examples/stream/migration_log.h"

#include <cstdio>
#include <cstdlib>
#include <map>

#include <nlohmann/json.hpp>

#include "runtime/base/wall_time.h"

namespace attune::stream {

namespace {

using Json = nlohmann::json;

class Reader {
 public:
  // False where a field is missing or of another kind.
  bool read(const std::string& line) {
    const Json record = Json::parse(line, nullptr, false);
    if (!record.is_object()) return false;
    const auto at = parse_wall_time(record.value("at", ""));
    const std::string kind = record.value("kind", "");
    if (!at || kind.empty()) return false;
    if (kind == "event-accepted") accept(record, *at);
    if (kind == "run-started") events_of_runs_[record.value("run", 0U)] = record.value("event", 0U);
    if (kind == "call-intent" && record.value("stub", "") == "migrate") begin(record, *at);
    if (kind == "call-ended") end(record, *at);
    return true;
  }

  std::vector<Migration> ended;

 private:
  void accept(const Json& record, WallTime at) {
    Migration& begun = by_event_[record.value("event", 0U)];
    begun.event = record.value("name", "");
    begun.event_at = at;
    for (const Json& value : record.value("values", Json::array()))
      begun.value += (begun.value.empty() ? "" : " ") + value.at(0).get<std::string>() + '=' +
                     value.at(1).get<std::string>();
  }

  void begin(const Json& record, WallTime at) {
    Migration& call = calls_[record.value("call", 0U)];
    call = by_event_[events_of_runs_[record.value("run", 0U)]];
    call.called_at = at;
    call.from = record.value("host", "");
    const auto arguments = record.value("arguments", std::vector<std::string>());
    if (arguments.size() > 1) call.to = arguments[1];
  }

  void end(const Json& record, WallTime at) {
    auto call = calls_.extract(record.value("call", 0U));
    if (!call) return;
    Migration& migration = call.mapped();
    const Json& outcome = record.at("outcome");
    migration.ended_at = at;
    migration.arrived = outcome.value("kind", "") == "exited" && outcome.value("code", 1) == 0;
    migration.message = outcome.value("message", outcome.value("why", outcome.value("kind", "")));
    migration.guest_stopped = std::chrono::milliseconds(stopped_ms(migration.message));
    ended.push_back(std::move(migration));
  }

  // "vm moved from lab1 to lab2 in 912 ms, stopped for 38 ms"
  static long stopped_ms(const std::string& message) {
    constexpr std::string_view kMark = "stopped for ";
    const size_t mark = message.find(kMark);
    return mark == message.npos ? 0 : std::strtol(message.c_str() + mark + kMark.size(), nullptr, 10);
  }

  std::map<unsigned, Migration> by_event_;
  std::map<unsigned, unsigned> events_of_runs_;
  std::map<unsigned, Migration> calls_;  // begun
};

}  // namespace

Result<std::vector<Migration>> migrations_in(std::istream& log) {
  Reader reader;
  std::string line;
  while (std::getline(log, line)) {
    bool is_record = false;
    try {
      is_record = reader.read(line);
    } catch (const Json::exception&) {
      is_record = false;
    }
    if (!is_record) return fail(ErrorCode::kCorrupt, "no record of the journal: " + line);
  }
  return std::move(reader.ended);
}

}  // namespace attune::stream
