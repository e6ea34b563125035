// SPDX-License-Identifier: Apache-2.0
#include "examples/stream/demo_report.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace attune::stream {

namespace {

using Json = nlohmann::ordered_json;

double ms(Duration duration) {
  return double(std::chrono::duration_cast<std::chrono::microseconds>(duration).count()) / 1000;
}

WallTime from_unix_ms(int64_t count) {
  return WallTime(std::chrono::milliseconds(count));
}

std::vector<Mark> read_marks(std::istream& lines) {
  std::vector<Mark> marks;
  int64_t at = 0;
  std::string text;
  while (lines >> at && std::getline(lines >> std::ws, text)) marks.push_back({from_unix_ms(at), text});
  return marks;
}

std::vector<Viewed> read_samples(const Json& watch) {
  std::vector<Viewed> samples;
  for (const Json& sample : watch.value("samples", Json::array())) {
    const Json ping = sample.value("ping_ms", Json());
    samples.push_back({sample.value("bytes", 0.0), ping.is_number() ? ping.get<double>() : 0});
  }
  return samples;
}

Json json_of(const Migration& move) {
  return {{"event", move.event},
          {"value", move.value},
          {"from", move.from},
          {"to", move.to},
          {"arrived", move.arrived},
          {"event_to_migrate_call_ms", ms(move.event_to_call())},
          {"migration_total_ms", ms(move.total())},
          {"guest_stopped_ms", ms(move.guest_stopped)},
          {"message", move.message}};
}

// The figures of the last migration that an event led to; those of the viewer are the whole demo's.
Json report_of(const Json& watch, const std::vector<Migration>& moves,
               const std::vector<std::string>& hosts) {
  Json report = Json::object();
  const auto own =
      std::find_if(moves.rbegin(), moves.rend(), [](const Migration& m) { return m.event != "call"; });
  const bool is_there = own != moves.rend();
  report["event_to_migrate_call_ms"] = is_there ? Json(ms(own->event_to_call())) : Json();
  report["migration_total_ms"] = is_there ? Json(ms(own->total())) : Json();
  report["guest_stopped_ms"] = is_there ? Json(ms(own->guest_stopped)) : Json();
  for (const char* name :
       {"stream_gap_max_ms", "ping_gap_max_ms", "tcp_connections_lost", "bytes_lost", "bytes_total"})
    report[name] = watch.value(name, Json());
  report["vm_hosts_after"] = hosts;
  report["migrations"] = Json::array();
  for (const Migration& move : moves) report["migrations"].push_back(json_of(move));
  return report;
}

template <class... Args>
std::string line(const char* format, Args... args) {
  std::array<char, 256> text{};
  std::snprintf(text.data(), text.size(), format, args...);
  return std::string(text.data()) + '\n';
}

std::string figures_of(const Json& report) {
  const auto number = [&](const char* name) {
    return report.at(name).is_number() ? report.at(name).get<double>() : 0;
  };
  std::string text;
  for (const Json& move : report.at("migrations"))
    text += line("  %-28s %s to %s in %.0f ms, the guest stopped for %.0f ms",
                 move.at("event") == "call" ? "moved by hand" : "moved by Attune",
                 move.at("from").get<std::string>().c_str(), move.at("to").get<std::string>().c_str(),
                 move.at("migration_total_ms").get<double>(), move.at("guest_stopped_ms").get<double>());
  text += line("  %-28s %.1f ms", "from the event to the call", number("event_to_migrate_call_ms"));
  text += line("  %-28s %.0f ms in the stream, %.0f ms in the pings", "longest gap",
               number("stream_gap_max_ms"), number("ping_gap_max_ms"));
  text += line("  %-28s %.0f of %.0f bytes, %.0f connections", "lost", number("bytes_lost"),
               number("bytes_total"), number("tcp_connections_lost"));
  std::string hosts;
  for (const Json& host : report.at("vm_hosts_after"))
    hosts += (hosts.empty() ? "" : ", ") + host.get<std::string>();
  return text + line("  %-28s %s", "has the virtual machine now", hosts.c_str());
}

// All moves went well; one by hand really moved it, and Attune did so by itself after that.
bool is_good(const Json& report) {
  const Json& moves = report.at("migrations");
  bool by_hand = false, by_itself = false;
  for (const Json& move : moves) {
    if (!move.at("arrived").get<bool>()) return false;
    if (move.at("from") == move.at("to")) continue;
    if (move.at("event") == "call")
      by_hand = true;
    else
      by_itself = by_hand;
  }
  return by_hand && by_itself && report.at("bytes_lost") == 0 && report.at("tcp_connections_lost") == 0 &&
         report.at("vm_hosts_after").size() == 1;
}

}  // namespace

Result<DemoReport> make_demo_report(const DemoSources& sources) {
  const Json watch = Json::parse(sources.watch, nullptr, false);
  if (!watch.is_object()) return fail(ErrorCode::kCorrupt, "there is no report of stream_watch's");
  auto moves = migrations_in(sources.log);
  if (!moves) return fail(moves.error());
  const Json report = report_of(watch, *moves, sources.hosts);
  Timeline timeline{from_unix_ms(watch.value("started_unix_ms", int64_t{0})), watch.value("sample_ms", 50.0),
                    read_samples(watch), *std::move(moves), read_marks(sources.marks)};
  return DemoReport{report.dump(1) + "\n", figures_of(report), timeline_svg(timeline), is_good(report)};
}

}  // namespace attune::stream
