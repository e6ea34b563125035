// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/replay/export_trace.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/base/wall_time.h"

namespace attune::replay {

namespace {

using Json = nlohmann::json;

std::string text_in(const Json& of, const char* name) {
  const auto found = of.find(name);
  return found != of.end() && found->is_string() ? found->get<std::string>() : std::string();
}

int64_t number_in(const Json& of, const char* name) {
  const auto found = of.find(name);
  return found != of.end() && found->is_number_integer() ? found->get<int64_t>() : 0;
}

class Reader {
 public:
  Reader(const dsl::Source& source, Diagnostics& found) : source_(source), found_(found) {}

  Trace run() {
    for (const dsl::Line& line : source_.lines) {
      if (dsl::trimmed(line.text).empty()) continue;
      const Json record = Json::parse(line.text, nullptr, false);
      if (!record.is_object()) {
        found_.error("bad-trace", place_of(source_, line), "this line is no record of a journal",
                     "a trace that begins with { is what `attune export` writes");
        return {};
      }
      read(record);
    }
    for (auto& [call, took] : took_) {
      std::nth_element(took.begin(), took.begin() + static_cast<std::ptrdiff_t>(took.size() / 2), took.end());
      made_.lengths[call] = took[took.size() / 2];
    }
    return std::move(made_);
  }

 private:
  void read(const Json& record) {
    const std::string kind = text_in(record, "kind");
    const auto at = parse_wall_time(text_in(record, "at"));
    if (!at) return;  // the first line, which says what the others are
    if (kind == "event-accepted") read_event(*at, record);
    if (kind == "system-changed" && record.contains("change")) read_change(*at, record["change"]);
    if (kind == "call-intent") stubs_[number_in(record, "call")] = text_in(record, "stub");
    if (kind == "call-ended") read_end(record);
  }

  void read_event(WallTime at, const Json& record) {
    workflow::Event event{
        text_in(record, "name"), text_in(record, "component"), {}, text_in(record, "source"), {}};
    if (!is_from_outside(event)) return;
    if (record.contains("values") && record["values"].is_array()) {
      for (const Json& pair : record["values"]) {
        if (pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_string())
          event.values.emplace_back(pair[0].get<std::string>(), pair[1].get<std::string>());
      }
    }
    made_.items.push_back({at, std::move(event)});
  }

  void read_change(WallTime at, const Json& change) {
    if (text_in(change, "kind") != "host") return;
    HostFact fact{text_in(change, "host"), {}, host_state_in(text_in(change, "state"))};
    if (!fact.host.empty() && fact.state) made_.items.push_back({at, std::move(fact)});
  }

  void read_end(const Json& record) {
    const auto stub = stubs_.find(number_in(record, "call"));
    if (stub == stubs_.end() || !record.contains("outcome") ||
        text_in(record["outcome"], "kind") != "exited" || number_in(record["outcome"], "code") != 0)
      return;
    took_[stub->second].emplace_back(number_in(record, "took"));
    stubs_.erase(stub);
  }

  const dsl::Source& source_;
  Diagnostics& found_;
  Trace made_;
  std::map<int64_t, std::string> stubs_;               // of calls under way
  std::map<std::string, std::vector<Duration>> took_;  // by stub
};

}  // namespace

Trace read_export(const dsl::Source& source, Diagnostics& found) {
  return Reader(source, found).run();
}

}  // namespace attune::replay
