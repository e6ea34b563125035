// SPDX-License-Identifier: Apache-2.0
#include "dsl/power_check.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "dsl/call_checker.h"
#include "dsl/class_tree.h"
#include "dsl/kind_rules.h"
#include "runtime/base/suggest.h"
#include "runtime/model/power.h"

namespace attune::dsl {

namespace {

constexpr int64_t kMostReserve = 10'000;

class PowerCheck {
 public:
  PowerCheck(const model::Project& project, Diagnostics& found)
      : project_(project), found_(found), tree_(project), rules_(tree_, nobody_) {}

  void run() {
    for (const model::HostFamily& family : project_.families) {
      check_types(family);
      for (const auto& [power, place] : powers_of(family)) check_class(family, power, place);
      check_reserve(family);
    }
    check_addresses();
  }

 private:
  static const model::Attribute* find(const model::HostFamily& family, std::string_view name) {
    const auto found = std::find_if(family.attributes.begin(), family.attributes.end(),
                                    [&](const model::Attribute& one) { return one.name == name; });
    return found == family.attributes.end() ? nullptr : &*found;
  }

  void check_types(const model::HostFamily& family) {
    const std::pair<std::string_view, model::Type> wanted[] = {{model::kPower, model::Type::kString},
                                                               {model::kReserve, model::Type::kInteger}};
    for (const auto& [name, type] : wanted) {
      const model::Attribute* attribute = find(family, name);
      if (attribute == nullptr || attribute->type == type) continue;
      found_.error("wrong-type", attribute->place,
                   fmt::format("'{}' of a host family is {}", name, model::phrase_of(type)),
                   fmt::format("write {}: {}", name, model::name_of(type)));
    }
  }

  // Each class once, with where it is named first: the family before its hosts.
  static std::map<std::string, Place> powers_of(const model::HostFamily& family) {
    std::map<std::string, Place> powers;
    const model::Attribute* own = find(family, model::kPower);
    const auto* text = own == nullptr || !own->value ? nullptr : own->value->get_if<std::string>();
    if (text != nullptr && *text != model::kNoPower) powers.emplace(*text, own->place);
    for (const model::HostDeclaration& host : family.hosts) {
      const auto named = host.properties.find(std::string(model::kPower));
      if (named != host.properties.end() && named->second != model::kNoPower)
        powers.emplace(named->second, host.place);
    }
    return powers;
  }

  void check_class(const model::HostFamily& family, const std::string& power, const Place& place) {
    if (family.protocol == Protocol::kLocal)
      return found_.error("bad-setting", place, "this machine itself is not switched off by what runs on it",
                          "leave power out where protocol is local");
    if (project_.find_class(power) == nullptr) return tell_no_class(family, power, place);
    for (const std::string_view stub : {model::kPowerOff, model::kPowerOn}) {
      const size_t before = found_.all().size();
      CallChecker(rules_, found_).check(call_of(family, power, stub, place), place);
      if (found_.all().size() != before) return;
    }
  }

  // Two names of one machine: where the one is empty it would be switched off under the other.
  void check_addresses() {
    std::map<std::pair<std::string_view, uint16_t>, const model::HostDeclaration*> known;
    for (const model::HostFamily& family : project_.families) {
      if (family.protocol == Protocol::kLocal) continue;
      for (const model::HostDeclaration& host : family.hosts) {
        const auto [earlier, is_new] =
            known.emplace(std::pair(std::string_view(host.address), family.port), &host);
        const model::HostDeclaration& other = *earlier->second;
        if (is_new || other.name == host.name) continue;
        if (model::power_of(host).empty() && model::power_of(other).empty()) continue;
        found_.error(
            "bad-property", host.place,
            fmt::format("'{}' has the address of '{}', {}: where one is switched off, so is the other",
                        host.name, other.name, host.address),
            "name each machine once, or write power=none for both");
      }
    }
  }

  void tell_no_class(const model::HostFamily& family, const std::string& power, const Place& place) {
    std::vector<std::string> known;
    for (const model::Class& one : project_.classes) known.push_back(one.name);
    std::string hint = suggestion(power, known);
    if (hint.empty()) hint = "draw one with a wrapper such as ipmi.xml; 'none' where nobody switches a host";
    found_.error("bad-setting", place,
                 fmt::format("there is no class '{}' to switch hosts of '{}'", power, family.name),
                 std::move(hint));
  }

  // As if a diagram called it.
  static model::CallAction call_of(const model::HostFamily& family, const std::string& power,
                                   std::string_view stub, const Place& place) {
    model::CallAction call;
    call.target.kind.of = model::Kind::Of::kComponent;
    call.target.kind.name = power;
    call.target.place = place;
    call.stub = stub;
    model::Expression host;
    host.kind.of = model::Kind::Of::kHost;
    host.kind.name = family.name;
    host.place = place;
    call.arguments.push_back(std::move(host));
    return call;
  }

  void check_reserve(const model::HostFamily& family) {
    const model::Attribute* attribute = find(family, model::kReserve);
    const auto* number =
        attribute == nullptr || !attribute->value ? nullptr : attribute->value->get_if<int64_t>();
    if (number != nullptr && (*number < 0 || *number > kMostReserve))
      found_.error("bad-setting", attribute->place, fmt::format("{} is no number of hosts", *number),
                   fmt::format("a reserve is 0 to {}", kMostReserve));
    if (!model::has_power(family)) return tell_useless(family, attribute);
    for (const model::HostDeclaration& host : family.hosts) {
      const auto own = host.properties.find(std::string(model::kReserve));
      if (own == host.properties.end()) continue;
      if (number != nullptr && own->second == std::to_string(*number)) continue;
      found_.error("bad-property", host.place,
                   fmt::format("the reserve is of the family '{}' as a whole", family.name),
                   "write +reserve: Integer = 1 into its class");
    }
  }

  void tell_useless(const model::HostFamily& family, const model::Attribute* reserve) {
    if (reserve == nullptr) return;
    found_.warning("no-power", reserve->place,
                   fmt::format("nobody switches hosts of '{}' on: the reserve means nothing", family.name),
                   "name the class that does: +power: String = \"...\"");
  }

  const model::Project& project_;
  Diagnostics& found_;
  const ClassTree tree_;
  const Subject nobody_;
  const KindRules rules_;
};

}  // namespace

void check_power(const model::Project& project, Diagnostics& found) {
  PowerCheck(project, found).run();
}

}  // namespace attune::dsl
