// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/period_join.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

namespace attune::traffic {

namespace {

constexpr std::array<std::string_view, kWhys> kWhyTexts = {
    "there is no sensor on its host", "its host's sensor has not reported",
    "its host's sensor began within the period", "its host's sensor does not see it"};

// As the sensor does where a tap's address hides the first byte of its machine's.
constexpr std::string_view kGuessed = "52:";

std::string_view tail_of(std::string_view mac) {
  return mac.substr(std::min(kGuessed.size(), mac.size()));
}

Volume volume_of(const Peer& peer) {
  return {static_cast<double>(peer.messages), static_cast<double>(peer.bytes)};
}

double messages_of(const InterfaceCount& count) {
  auto sum = static_cast<double>(count.rest.messages);
  for (const Peer& peer : count.from) sum += static_cast<double>(peer.messages);
  return sum;
}

class PeriodJoin {
 public:
  PeriodJoin(const Period& period, const Reports& reports, const PeriodRoster& roster,
             const AddressBook& book)
      : period_(period), reports_(reports), roster_(roster), book_(book) {
    for (const auto& [mac, name] : roster_.name_of) {
      const auto [place, is_new] = names_by_tail_.try_emplace(tail_of(mac), name);
      if (!is_new && place->second != name) place->second = {};
    }
  }

  Joined run() {
    look_at_reports();
    for (const auto& [name, hosts] : roster_.hosts_of) {
      builder_.add_party(name, true);
      find_gap(name, hosts);
    }
    for (const auto& [place, by_sensor] : counts_)
      for (const InterfaceCount* count : best_of(by_sensor)) add(*count);
    Joined joined{.period = period_, .matrix = builder_.build(), .gaps = std::move(gaps_)};
    for (const std::string& sensor : roster_.at_end)
      if (!reported_.contains(sensor)) joined.awaited.push_back(sensor);
    return joined;
  }

 private:
  struct Claim {
    const std::string* mac;
    size_t shown;  // addresses that the interface shows as its own
  };
  struct OfSensor {
    bool is_part = false;
    std::vector<const InterfaceCount*> counts;  // several where the sensor began again
  };
  using BySensor = std::map<std::string_view, OfSensor>;
  struct Owner {
    std::string name;
    bool is_vm = false;
  };

  void look_at_reports() {
    for (const auto& report : reports_) {
      const std::string_view host = host_of(report->sensor);
      reported_.insert(report->sensor);
      auto& is_whole = hosts_[host];
      is_whole = is_whole || !report->is_part;
      for (const InterfaceCount& count : report->counts) {
        seen_.insert(owner_of_interface(count.mac).name);
        for (const std::string& address : count.own)
          if (is_ownable(address)) claims_[address].push_back({&count.mac, count.own.size()});
        OfSensor& of_sensor = counts_[{host, count.mac}][report->sensor];
        of_sensor.is_part = report->is_part;
        of_sensor.counts.push_back(&count);
      }
    }
  }

  // A sensor that the manager does not know is on a host of its own.
  std::string_view host_of(std::string_view sensor) const {
    const auto place = roster_.host_of.find(sensor);
    return place == roster_.host_of.end() ? sensor : std::string_view(place->second);
  }

  Owner party_of(std::string_view mac) const {
    const auto place = roster_.name_of.find(mac);
    if (place == roster_.name_of.end()) return {std::string(mac), false};
    return {place->second, true};
  }

  // A sensor that has not seen its machine send tells an address of which the first byte is a guess.
  Owner owner_of_interface(std::string_view mac) const {
    Owner owner = party_of(mac);
    if (owner.is_vm || !mac.starts_with(kGuessed)) return owner;
    const auto place = names_by_tail_.find(tail_of(mac));
    if (place == names_by_tail_.end() || place->second.empty()) return owner;
    return {std::string(place->second), true};
  }

  void find_gap(const std::string& name, const std::set<std::string>& hosts) {
    for (const std::string& host : hosts) {
      const auto why = gap_at(host);
      if (why) return add_gap({name, host, *why});
    }
    if (!seen_.contains(name) && roster_.throughout.contains(name))
      add_gap({name, *hosts.begin(), Why::kNotSeen});
  }

  std::optional<Why> gap_at(const std::string& host) const {
    const auto reported = hosts_.find(host);
    if (reported != hosts_.end()) return reported->second ? std::nullopt : std::optional(Why::kPart);
    const bool has_sensor = std::any_of(roster_.host_of.begin(), roster_.host_of.end(),
                                        [&](const auto& sensor) { return sensor.second == host; });
    return has_sensor ? Why::kNotReported : Why::kNoSensor;
  }

  void add_gap(Gap gap) {
    builder_.add_missing(gap.machine);
    gaps_.push_back(std::move(gap));
  }

  // The whole one, or the one that has seen more.
  static const std::vector<const InterfaceCount*>& best_of(const BySensor& by_sensor) {
    const auto rank = [](const OfSensor& one) {
      double sum = 0;
      for (const InterfaceCount* count : one.counts) sum += messages_of(*count);
      return std::pair(!one.is_part, sum);
    };
    const auto best = std::max_element(by_sensor.begin(), by_sensor.end(), [&](const auto& a, const auto& b) {
      return rank(a.second) < rank(b.second);
    });
    return best->second.counts;
  }

  void add(const InterfaceCount& count) {
    const Owner own = owner_of_interface(count.mac);
    builder_.add_party(own.name, own.is_vm);
    for (const Peer& peer : count.from) builder_.add(owner_of(peer.address).name, own.name, volume_of(peer));
    if (count.rest != Rest{}) {
      builder_.add_party(std::string(kRestParty), false);
      builder_.add(kRestParty, own.name,
                   {static_cast<double>(count.rest.messages), static_cast<double>(count.rest.bytes)});
    }
    // What goes to a machine is counted where it arrives.
    for (const Peer& peer : count.to) {
      const Owner& to = owner_of(peer.address);
      if (!to.is_vm) builder_.add(own.name, to.name, volume_of(peer));
    }
  }

  const Owner& owner_of(const std::string& address) {
    const auto [place, is_new] = owners_.try_emplace(address);
    if (!is_new) return place->second;
    place->second = find_owner(address).value_or(Owner{address, false});
    builder_.add_party(place->second.name, place->second.is_vm);
    return place->second;
  }

  std::optional<Owner> find_owner(const std::string& address) const {
    if (is_mac(address)) return party_of(address);
    const auto claims = claims_.find(address);
    if (claims != claims_.end()) return agreed(claims->second);
    const auto mac = book_.find_mac(address, period_);
    return mac ? std::optional(owner_of_interface(*mac)) : std::nullopt;
  }

  std::optional<Owner> agreed(const std::vector<Claim>& claims) const {
    size_t fewest = kMaxOwn;
    for (const Claim& claim : claims) fewest = std::min(fewest, claim.shown);
    std::optional<Owner> owner;
    for (const Claim& claim : claims) {
      if (claim.shown > 2 * fewest) continue;
      Owner one = owner_of_interface(*claim.mac);
      if (owner && owner->name != one.name) return std::nullopt;
      owner = std::move(one);
    }
    return owner;
  }

  const Period& period_;
  const Reports& reports_;
  const PeriodRoster& roster_;
  const AddressBook& book_;

  std::map<std::string_view, std::string_view> names_by_tail_;  // empty where two machines have the tail
  std::map<std::string_view, bool>
      hosts_;  // that were reported of: whether by a sensor that was there all the time
  std::set<std::string, std::less<>> reported_;
  std::set<std::string, std::less<>> seen_;
  std::unordered_map<std::string, std::vector<Claim>> claims_;
  std::map<std::pair<std::string_view, std::string_view>, BySensor> counts_;  // by host and interface
  std::unordered_map<std::string, Owner> owners_;
  MatrixBuilder builder_;
  std::vector<Gap> gaps_;
};

}  // namespace

std::string_view text_of(Why why) {
  return kWhyTexts[static_cast<size_t>(why)];
}

Joined join(const Period& period, const Reports& reports, const PeriodRoster& roster,
            const AddressBook& book) {
  return PeriodJoin(period, reports, roster, book).run();
}

}  // namespace attune::traffic
