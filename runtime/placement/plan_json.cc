// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/plan_json.h"

#include <cmath>

#include <nlohmann/json.hpp>

#include "runtime/placement/state_json.h"

namespace attune::placement {

using Json = nlohmann::ordered_json;

namespace {

constexpr double kMib = 1024.0 * 1024;

// Nine digits: what differs beyond them is the sum's order.
double rounded(double value) {
  if (value == 0 || !std::isfinite(value)) return 0;
  const double scale = std::pow(10, 8 - std::floor(std::log10(std::abs(value))));
  return std::isfinite(scale) && scale > 0 ? std::round(value * scale) / scale : value;
}

Json name_or_null(const State& state, Index host) {
  return host == kNowhere ? Json(nullptr) : Json(state.hosts[host].name);
}

Json json_of(const ReasonedMove& one, const State& state) {
  const Move& move = one.move;
  return {{"vm", state.vms[move.vm].name},
          {"kind", name_of(move.kind)},
          {"from", name_or_null(state, move.from)},
          {"to", name_or_null(state, move.to)},
          {"duration_s", rounded(move.predicted.duration)},
          {"downtime_ms", rounded(move.predicted.downtime * 1000)},
          {"traffic_mib", rounded(move.predicted.traffic / kMib)},
          {"reason", one.reason}};
}

Json json_of(const Change& change, bool is_comparable) {
  return {{"objective", name_of(change.objective)},
          {"before", is_comparable ? Json(rounded(change.before)) : Json(nullptr)},
          {"after", rounded(change.after)},
          {"own_cost", rounded(change.own_cost)},
          {"gain", is_comparable ? Json(rounded(change.gain())) : Json(nullptr)},
          {"bound", rounded(change.bound)}};
}

Json names(const State& state, const std::vector<Index>& hosts) {
  Json all = Json::array();
  for (const Index host : hosts) all.push_back(state.hosts[host].name);
  return all;
}

std::string text_of(const Json& json) {
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string json_of(const Plan& plan, const State& state) {
  Json json{{"version", kFormatVersion}, {"is_possible", plan.obstacles.empty()}};
  for (Json& all = json["objectives"] = Json::array(); const Change& change : plan.changes)
    all.push_back(json_of(change, plan.is_comparable));
  json["power_on"] = names(state, plan.power_on);
  for (Json& all = json["steps"] = Json::array(); const auto& step : plan.steps) {
    Json moves = Json::array();
    for (const ReasonedMove& one : step) moves.push_back(json_of(one, state));
    all.push_back(std::move(moves));
  }
  json["power_off"] = names(state, plan.power_off);
  for (Json& all = json["placements"] = Json::array(); const Vm& vm : state.vms)
    all.push_back({{"vm", vm.name}, {"host", name_or_null(state, plan.places[&vm - state.vms.data()])}});
  for (Json& all = json["obstacles"] = Json::array(); const Obstacle& one : plan.obstacles)
    all.push_back({{"place", one.place}, {"message", one.message}, {"because", one.because}});
  json["solver"] = {
      {"method", plan.is_exact ? "exact" : "heuristic"}, {"is_proven", plan.is_proven}, {"work", plan.work}};
  return text_of(json);
}

std::string json_of(const Findings& findings) {
  Json json{{"version", kFormatVersion}};
  for (Json& all = json["findings"] = Json::array(); const Finding& one : findings)
    all.push_back({{"place", one.place}, {"message", one.message}, {"hint", one.hint}});
  return text_of(json);
}

}  // namespace attune::placement
