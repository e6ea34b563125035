// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/sites.h"

#include <algorithm>

#include <fmt/format.h>

#include "runtime/base/wall_time.h"
#include "runtime/placement/state.h"
#include "tests/simulation/dice.h"

namespace attune::simulation {

namespace {

using Kind = Incident::Kind;

constexpr uint64_t kSite = 10'000, kLink = 20'000, kHost = 30'000, kClasses = 40'000;
constexpr uint64_t kGibibyte = uint64_t{1} << 30;

Dice dice_of(const Story& story, uint64_t part) {
  return Dice(story.seed, part);
}

std::string site_name(size_t site) {
  return fmt::format("site{}", site + 1);
}
std::string host_name(size_t host) {
  return fmt::format("lab{}", host + 1);
}

// "0.07": up to `most` hundredths.
std::string hundredths(uint64_t value) {
  return fmt::format("{}.{:02}", value / 100, value % 100);
}

// Within two horizons or so of any that plan_settings draws: some leave too soon for a plan, and some do not.
std::string until(Dice& dice) {
  const Instant at = kBegin + std::chrono::hours(1 + dice.below(60));
  return attune::to_text(WallTime(std::chrono::floor<std::chrono::microseconds>(at.time_since_epoch())));
}

std::string site_class(const Story& story, size_t site) {
  Dice dice = dice_of(story, kSite + site);
  return fmt::format(
      "  class {} {{\n    <<site>>\n    +bandwidth_mbit: Float = {}\n    +latency: Duration = {}ms\n"
      "    +host_price: Float = {}\n    +vm_price: Float = {}\n    +traffic_price: Float = {}\n  }}\n",
      site_name(site), dice.one_in(2) ? 1000 : 10'000, dice.below(3), hundredths(dice.below(200)),
      hundredths(dice.below(30)), hundredths(dice.below(20)));
}

std::string link_line(const Story& story, size_t a, size_t b) {
  Dice dice = dice_of(story, kLink + a * 100 + b);
  return fmt::format("  {} -- {} : {}ms {}Mbit\n", site_name(a), site_name(b), 1 + dice.below(80),
                     20 << dice.below(4));
}

// How many there are of each beside the plain ones, and where they may be.
struct Classes {
  size_t twins = 0, anchors = 0, settlers = 0, mates = 0, friends = 0;
  std::string home;             // of the settlers
  std::string apart, together;  // of the twins and the mates: "host", "site"
  std::string wish, wished;     // of the friends: "prefer-apart"
};

std::string scope(Dice& dice) {
  return dice.one_in(2) ? "site" : "host";
}

Classes classes_of(const Story& story) {
  Dice dice = dice_of(story, kClasses);
  Classes of;
  of.twins = 2 * dice.below(2);
  of.anchors = dice.below(2);
  of.settlers = dice.below(3);
  const bool is_site = dice.one_in(2);
  of.home = is_site ? site_name(dice.below(sites_of(story))) : host_name(dice.below(story.hosts));
  Dice more = dice_of(story, kClasses + 2);
  of.mates = 2 * more.below(2);
  of.friends = 2 * more.below(2);
  of.apart = sites_of(story) < 2 ? "host" : scope(more);
  of.together = scope(more);
  of.wish = more.one_in(2) ? "prefer-apart" : "prefer-together";
  of.wished = scope(more);
  return of;
}

std::string guest_class(std::string_view name, size_t count, const std::string& rule) {
  if (count == 0) return {};
  return fmt::format(
      "  class {0} {{\n    +initial: Integer = {1}\n    +max: Integer = {1}\n    {2}\n  }}\n  guest <|-- "
      "{0}\n",
      name, count, rule);
}

uint64_t overcommit_of(const Story& story, size_t host) {  // in quarters
  Dice dice = dice_of(story, kHost + 500 + host);
  return 4 + dice.below(3);
}
std::string quarters(uint64_t value) {
  return hundredths(value * 25);
}

}  // namespace

size_t sites_of(const Story& story) {
  return std::min(story.sites, story.hosts);
}

// Each has a host.
size_t site_of(const Story& story, size_t host) {
  const size_t sites = sites_of(story);
  return host < sites ? host : static_cast<size_t>(dice_of(story, kHost + host).below(sites));
}

std::string site_classes(const Story& story) {
  std::string text;
  const size_t sites = sites_of(story);
  for (size_t i = 0; i < sites; ++i) text += site_class(story, i);
  for (size_t a = 0; a < sites; ++a)
    for (size_t b = a + 1; b < sites; ++b) text += link_line(story, a, b);
  return text;
}

std::string guest_cpus(const Story& story) {
  return fmt::format("    +vcpus: Integer = {}\n", 1 + dice_of(story, kClasses + 3).below(3));
}

std::string guest_classes(const Story& story) {
  const Classes of = classes_of(story);
  const auto spread = [](std::string_view rule, std::string_view where) {
    return fmt::format("+{}: String = \"{}\"", rule, where);
  };
  return guest_class("twin", of.twins, spread("keep-apart", of.apart)) +
         guest_class("mate", of.mates, spread("keep-together", of.together)) +
         guest_class("friend", of.friends, spread(of.wish, of.wished)) +
         guest_class("anchor", of.anchors, "+may-move: Bool = false") +
         guest_class("settler", of.settlers, fmt::format("+stay-at: List = [\"{}\"]", of.home));
}

std::string site_terms(const Story& story, size_t host) {
  Dice dice = dice_of(story, kHost + host);
  (void)dice.next();  // site_of
  std::string text =
      fmt::format(" site={} core_speed={} cpu_overcommit={} memory_overcommit={} price={}",
                  site_name(site_of(story, host)), quarters(2 + dice.below(5)), quarters(4 + dice.below(5)),
                  quarters(overcommit_of(story, host)), hundredths(dice.below(40)));
  if (dice.one_in(6)) text += " available_until=" + until(dice);
  return text;
}

size_t more_guests(const Story& story) {
  if (story.sites == 0) return 0;
  const Classes of = classes_of(story);
  return of.twins + of.anchors + of.settlers + of.mates + of.friends;
}

std::string plan_settings(const Story& story) {
  Dice dice = dice_of(story, kClasses + 1);
  constexpr std::string_view kRests[] = {"0s", "30s", "2min", "10min"};
  const std::string_view rest = kRests[dice.below(4)];
  const uint64_t moves = dice.one_in(3) ? 1 + dice.below(4) : 0;
  return fmt::format("placement {{ rest {}\n moves {}\n horizon {}h }}\n", rest, moves, 1 + dice.below(48));
}

uint64_t memory_of(const Story& story, size_t host) {
  // Room for half as many again, and one more.
  const size_t guests = story.guests + more_guests(story);
  const uint64_t all_alike = guests * 3 / (story.hosts * 2) + 2;
  return (all_alike + (story.sites == 0 ? 0 : dice_of(story, kHost + 700 + host).below(2))) * kGibibyte;
}

uint64_t room_of(const Story& story, size_t host) {
  const uint64_t memory = memory_of(story, host);
  return story.sites == 0 ? memory : memory / 4 * overcommit_of(story, host);
}

// --- as it changes ---

namespace {

using Value = std::pair<std::string, std::string>;

Value site_capacity(Dice& dice) {
  switch (dice.below(4)) {
    case 0:
      return {"latency", fmt::format("{}ms", dice.below(100))};
    case 1:
      return {"bandwidth_mbit", fmt::format("{}", 10 + dice.below(10'000))};
    case 2:
      return {"available_until", "never"};
    default:
      return {"available_until", until(dice)};
  }
}

// No more than it really has.
Value host_capacity(const Story& story, size_t host, Dice& dice) {
  switch (dice.below(6)) {
    case 0:
      return {"cpus", fmt::format("{}", 1 + dice.below(kCpus))};
    case 1:
      return {"memory", fmt::format("{}GiB", 1 + dice.below(memory_of(story, host) / kGibibyte))};
    case 2:
      return {"core_speed", quarters(1 + dice.below(8))};
    case 3:
      return {"cpu_overcommit", quarters(4 + dice.below(5))};
    case 4:
      return {"memory_overcommit", quarters(4 + dice.below(overcommit_of(story, host) - 3))};
    default:
      return {"available_until", dice.one_in(2) ? "never" : until(dice)};
  }
}

}  // namespace

workflow::Event told_event(const Story& story, const Incident& incident) {
  workflow::Event event;
  const size_t sites = sites_of(story);
  if (sites == 0 || (incident.kind != Kind::kPriceChanges && incident.kind != Kind::kCapacityChanges))
    return event;
  const bool is_price = incident.kind == Kind::kPriceChanges;
  event.name = is_price ? workflow::kPriceChanged : workflow::kCapacityChanged;
  event.source = "a person";
  Dice dice(incident.b);
  const bool is_host = incident.a % 2 == 1;
  const size_t host = incident.a / 2 % story.hosts, site = incident.a / 2 % sites;
  event.component = is_host ? host_name(host) : site_name(site);
  if (is_price) {
    constexpr const char* kOfSites[] = {"host_price", "vm_price", "traffic_price"};
    const std::string name = is_host ? "price" : kOfSites[dice.below(3)];
    event.values = {{name, hundredths(dice.below(200))}};
  } else if (is_host) {
    event.values = {host_capacity(story, host, dice)};
  } else if (sites > 1 && dice.one_in(2)) {
    event.values = {{"to", site_name((site + 1) % sites)},
                    dice.one_in(2) ? Value{"latency", fmt::format("{}ms", dice.below(200))}
                                   : Value{"bandwidth_mbit", fmt::format("{}", 1 + dice.below(500))}};
  } else {
    event.values = {site_capacity(dice)};
  }
  return event;
}

std::string event_text(const workflow::Event& event) {
  std::string text = event.name + " " + event.component;
  for (const auto& [name, value] : event.values) text += fmt::format(" {}={}", name, value);
  return text;
}

std::string_view objective_of(const Incident& incident) {
  return placement::name_of(static_cast<placement::Objective>(incident.b % placement::kObjectives));
}

}  // namespace attune::simulation
