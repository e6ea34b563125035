// SPDX-License-Identifier: Apache-2.0
#include "runtime/placement/state_json.h"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/placement/check.h"
#include "runtime/placement/check_constraints.h"
#include "runtime/placement/json_fields.h"
#include "runtime/placement/json_text.h"

namespace attune::placement {

using Json = nlohmann::json;

namespace {

constexpr double kMib = 1024.0 * 1024, kMbit = 1e6 / 8, kMs = 1e-3;

class Reader {
 public:
  Reader(const Json& json, ReadState& read) : json_(json), state_(read.state), found_(read.findings) {}

  void run() {
    Fields top(json_, "", found_);
    if (!json_.is_object()) return;
    const std::optional<double> version = top.number("version");
    if (version != kFormatVersion)
      top.add("version", "the version of the format is missing or another one",
              fmt::format("write \"version\": {}", kFormatVersion));
    settings(top);
    each(top, "sites", true, kMaxSites, [&](Fields& fields) { site(fields); });
    index(state_.sites, sites_);
    each(top, "links", false, kMaxSites * kMaxSites, [&](Fields& fields) { link(fields); });
    each(top, "hosts", true, kMaxHosts, [&](Fields& fields) { host(fields); });
    index(state_.hosts, hosts_);
    each(top, "vms", true, kMaxVms, [&](Fields& fields) { vm(fields); });
    index(state_.vms, vms_);
    each(top, "traffic", false, kMaxTraffic, [&](Fields& fields) { traffic(fields); });
    each(top, "constraints", false, kMaxConstraints, [&](Fields& fields) { constraint(fields); });
    top.finish();
  }

  // What is left of the State after a list that was too long says nothing.
  bool is_too_much() const { return is_too_much_; }

 private:
  using Names = std::unordered_map<std::string, Index>;

  template <class Read>
  void each(Fields& top, const std::string& name, bool is_needed, size_t most, Read&& read) {
    const Json* list = top.list(name, is_needed);
    if (list == nullptr || is_too_much_) return;
    is_too_much_ = list->size() > most;
    if (is_too_much_)
      return top.add(name,
                     fmt::format("{} entries are more than the {} that are planned for", list->size(), most),
                     "plan for a part of it at a time");
    for (size_t i = 0; i < list->size(); ++i) {
      Fields fields((*list)[i], fmt::format("/{}/{}", name, i), found_);
      read(fields);
      fields.finish();
    }
  }

  // Of equal names the first; check() tells of the others.
  template <class Things>
  static void index(const Things& things, Names& names) {
    for (size_t i = 0; i < things.size(); ++i) names.emplace(things[i].name, static_cast<Index>(i));
  }

  // The thing of that name; kNowhere where there is none, which is said.
  static Index find(Fields& fields, const std::string& field, const std::string& name, const Names& names,
                    std::string_view what) {
    if (const auto at = names.find(name); at != names.end()) return at->second;
    fields.add(field, fmt::format("there is no {} '{}'", what, name), fmt::format("name one of /{}s", what));
    return kNowhere;
  }
  static Index named(Fields& fields, const std::string& field, const Names& names, std::string_view what) {
    const std::string name = fields.text(field, true);
    return name.empty() ? kNowhere : find(fields, field, name, names, what);
  }
  static std::vector<Index> all_named(Fields& fields, const std::string& field, const Names& names,
                                      std::string_view what) {
    std::vector<Index> all;
    for (const auto& [i, name] : fields.texts(field)) {
      const auto at = names.find(name);
      if (at != names.end())
        all.push_back(at->second);
      else
        fields.add_at(fmt::format("{}/{}", field, i), fmt::format("there is no {} '{}'", what, name),
                      fmt::format("name one of /{}s", what));
    }
    return all;
  }

  void settings(Fields& top) {
    state_.now = top.number_or("now", 0);
    state_.horizon = top.number_or("horizon_s", state_.horizon);
    state_.rest = top.number_or("rest_s", 0);
    state_.budget = count(top, "move_budget");
    state_.seed = count(top, "seed").value_or(1);
    for (const auto& [i, name] : top.texts("objectives")) {
      if (const auto objective = find_objective(name))
        state_.objectives.push_back(*objective);
      else
        top.add_at(fmt::format("objectives/{}", i), fmt::format("there is no objective '{}'", name),
                   "write run_time, cost, use_of_resources or balance");
    }
  }

  static std::optional<uint64_t> count(Fields& fields, const std::string& name) {
    const std::optional<double> value = fields.number(name);
    if (!value) return std::nullopt;
    if (*value >= 0 && *value <= 1e15 && *value == static_cast<double>(static_cast<uint64_t>(*value)))
      return static_cast<uint64_t>(*value);
    fields.add(name, fmt::format("{} is not a whole number from 0", *value), "write one from 0 to 1e15");
    return std::nullopt;
  }

  void site(Fields& fields) {
    Site one{.name = fields.text("name", true)};
    one.host_price = fields.number_or("host_price", 0);
    one.vm_price = fields.number_or("vm_price", 0);
    one.traffic_price = fields.number_or("traffic_price", 0);
    one.latency = fields.number_or("latency_ms", 0) * kMs;
    one.bandwidth = fields.needed_number("bandwidth_mbit") * kMbit;
    one.available_until = fields.number("available_until");
    state_.sites.push_back(std::move(one));
  }

  void link(Fields& fields) {
    Link one{named(fields, "a", sites_, "site"), named(fields, "b", sites_, "site")};
    one.latency = fields.needed_number("latency_ms") * kMs;
    one.bandwidth = fields.needed_number("bandwidth_mbit") * kMbit;
    state_.links.push_back(one);
  }

  void host(Fields& fields) {
    Host one{.name = fields.text("name", true), .site = named(fields, "site", sites_, "site")};
    one.cores = fields.needed_number("cores");
    one.memory = fields.needed_number("memory_mib") * kMib;
    one.core_speed = fields.number_or("core_speed", 1);
    one.cpu_overcommit = overcommit(fields, "cpu_overcommit");
    one.memory_overcommit = overcommit(fields, "memory_overcommit");
    one.free_cores = fields.number("free_cores");
    if (const auto free = fields.number("free_memory_mib")) one.free_memory = *free * kMib;
    one.price = fields.number_or("price", 0);
    const std::string power = fields.text("power", false);
    if (!power.empty() && power != "on" && power != "off")
      fields.add("power", fmt::format("there is no power state '{}'", power), "write \"on\" or \"off\"");
    one.is_on = power != "off";
    one.is_in_use = fields.flag("in_use", false);
    if (one.is_in_use && !one.is_on)
      fields.add("in_use", "a host that is switched off is in nobody's use",
                 "give the host \"power\": \"on\", or leave this out");
    one.is_in_maintenance = fields.flag("maintenance", false);
    one.available_until = fields.number("available_until");
    state_.hosts.push_back(std::move(one));
  }

  static double overcommit(Fields& fields, const std::string& name) {
    const double times = fields.number_or(name, 1);
    if (times < 1)
      fields.add(name, fmt::format("{} is less than 1: less would be given away than there is", times),
                 "give 1 or more, and what others take in free_cores and free_memory_mib");
    return times;
  }

  void vm(Fields& fields) {
    Vm one{.name = fields.text("name", true)};
    one.cores = fields.needed_number("cores");
    one.memory = fields.needed_number("memory_mib") * kMib;
    one.demand = fields.number_or("demand_cores", one.cores);
    one.dirty_rate = fields.number_or("dirty_mib_s", 0) * kMib;
    const std::string host = fields.text("host", false);
    if (!host.empty()) one.host = find(fields, "host", host, hosts_, "host");
    one.may_move = fields.flag("may_move", true);
    one.moved_at = fields.number("moved_at");
    if (one.moved_at && *one.moved_at > state_.now)
      fields.add("moved_at", fmt::format("{} is later than now, which is {}", *one.moved_at, state_.now),
                 "give /now in the same clock, or leave this out");
    if (const double most = one.cores * top_speed(); one.demand > most)
      fields.add("demand_cores",
                 fmt::format("{} cores cannot keep {} busy, at speed {} of the fastest host", one.cores,
                             one.demand, top_speed()),
                 fmt::format("give at most {}, or the VM more cores", most));
    state_.vms.push_back(std::move(one));
  }

  double top_speed() const {
    double speed = 1;
    for (const Host& host : state_.hosts) speed = std::max(speed, host.core_speed);
    return speed;
  }

  void traffic(Fields& fields) {
    Traffic one{named(fields, "from", vms_, "vm"), named(fields, "to", vms_, "vm")};
    if (!fields.has("messages_per_s") && !fields.has("bytes_per_s"))
      found_.push_back({fields.place(), "neither messages_per_s nor bytes_per_s is there",
                        "give at least one of them: the other is 0 then"});
    const bool is_known = one.from != kNowhere && one.to != kNowhere;
    if (is_known && !talks_.emplace(one.from, one.to).second)
      found_.push_back({fields.place(),
                        fmt::format("what '{}' sends to '{}' is there twice", state_.vms[one.from].name,
                                    state_.vms[one.to].name),
                        "keep one line for each direction, with the sum of both"});
    one.messages = fields.number_or("messages_per_s", 0);
    one.bytes = fields.number_or("bytes_per_s", 0);
    state_.traffic.push_back(one);
  }

  void constraint(Fields& fields) {
    Constraint one;
    const std::string kind = fields.text("kind", true), scope = fields.text("scope", false);
    if (kind == "together")
      one.kind = ConstraintKind::kTogether;
    else if (kind == "apart")
      one.kind = ConstraintKind::kApart;
    else if (kind != "pin" && !kind.empty())
      fields.add("kind", fmt::format("there is no kind '{}'", kind), "write pin, together or apart");
    if (scope == "site")
      one.scope = Scope::kSite;
    else if (scope != "host" && !scope.empty())
      fields.add("scope", fmt::format("there is no scope '{}'", scope), "write host or site");
    one.vms = all_named(fields, "vms", vms_, "vm");
    one.hosts = all_named(fields, "hosts", hosts_, "host");
    one.sites = all_named(fields, "sites", sites_, "site");
    one.is_hard = fields.flag("hard", true);
    if (!one.is_hard && kind == "pin") fields.add("hard", "a pin is always hard", "leave it out");
    one.weight = fields.number_or("weight", 1);
    if (one.is_hard && fields.has("weight"))
      fields.add("weight", "only a soft constraint has a weight",
                 kind == "pin" ? "leave it out" : "leave it out, or say \"hard\": false");
    if (kind == "pin") pin(fields);
    state_.constraints.push_back(std::move(one));
  }

  void pin(Fields& fields) const {
    if (fields.has("scope"))
      fields.add("scope", "a pin has no scope", "leave it out: the names under hosts or sites tell");
    if (fields.has("hosts") && fields.has("sites"))
      fields.add("sites", "a pin has hosts or sites, not both",
                 "name the hosts of these sites under hosts, or leave one of the two out");
  }

  const Json& json_;
  State& state_;
  Findings& found_;
  bool is_too_much_ = false;
  Names sites_, hosts_, vms_;
  std::set<std::pair<Index, Index>> talks_;  // that were met
};

// Whether what check() finds there comes of what was found in the text already: at the place or within it,
// or, of what is told of several things together, in the lists that these stand in.
class FollowUps {
 public:
  explicit FollowUps(const Findings& told) {
    for (const Finding& one : told) {
      std::string_view place = one.place;
      if (!place.empty()) lists_.emplace(place.substr(0, place.find('/', 1)));
      for (; !place.empty(); place = place.substr(0, place.rfind('/'))) places_.emplace(place);
    }
  }

  bool contain(const Finding& one) const {
    if (places_.contains(one.place)) return true;
    const std::string list = one.place.substr(0, one.place.find('/', 1));
    const bool is_of_one_field = std::ranges::count(one.place, '/') > 2;
    if (is_of_one_field) return false;
    if (list == "/sites") return lists_.contains("/hosts");  // that a site has no capacity
    const auto is_told = [&](const char* other) { return lists_.contains(other); };
    return list == "/constraints" &&
           (is_told("/constraints") || is_told("/vms") || is_told("/hosts") || is_told("/sites"));
  }

 private:
  std::unordered_set<std::string> places_, lists_;
};

}  // namespace

ReadState read_state(std::string_view text) {
  ReadState read;
  const std::optional<Json> json = parse_json(text, read.findings);
  if (!json) return read;
  Reader reader(*json, read);
  reader.run();
  if (reader.is_too_much()) return read;
  const FollowUps follow_ups(read.findings);
  for (Finding& one : check(read.state))
    if (!follow_ups.contain(one)) read.findings.push_back(std::move(one));
  if (read.findings.empty()) read.findings = check_pinned_together(read.state);
  return read;
}

}  // namespace attune::placement
