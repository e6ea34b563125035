// SPDX-License-Identifier: Apache-2.0
#include "dsl/placement_rules.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "runtime/base/suggest.h"

namespace attune::dsl {

namespace {

struct SpreadWord {
  std::string_view setting;
  bool is_apart, is_hard;
};
constexpr SpreadWord kWords[] = {{"keep-apart", true, true},
                                 {"keep-together", false, true},
                                 {"prefer-apart", true, false},
                                 {"prefer-together", false, false}};
constexpr std::string_view kStayAt = "stay-at", kMayMove = "may-move";
constexpr std::string_view kRules[] = {"keep-apart",      "keep-together", "prefer-apart",
                                       "prefer-together", kStayAt,         kMayMove};
// What moves a virtual machine, by key and operation.
constexpr std::string_view kVmKey = "VM", kMigrate = "migrate";

std::optional<bool> is_site(std::string_view scope) {
  if (scope == "site") return true;
  if (scope == "host") return false;
  return std::nullopt;
}

// Two of the class cannot be on one host and on one host only.
void check_contradiction(const ClassDraft& draft, const model::PlacementRules& rules, Diagnostics& found) {
  const auto hard = [&](bool is_apart) {
    return std::find_if(rules.spreads.begin(), rules.spreads.end(),
                        [&](const model::Spread& one) { return one.is_hard && one.is_apart == is_apart; });
  };
  const auto apart = hard(true), together = hard(false);
  if (apart == rules.spreads.end() || together == rules.spreads.end()) return;
  if (!apart->is_site && together->is_site) return;  // on hosts of one site
  const bool is_own = draft.find_setting("keep-apart")->given_by == draft.name ||
                      draft.find_setting("keep-together")->given_by == draft.name;
  if (!is_own) return;  // told at the ancestor
  found.error("placement-clash", draft.find_setting("keep-apart")->attribute.place,
              fmt::format("instances of '{}' cannot be apart and together", draft.name),
              "remove one of the two, or keep them apart by host and together by site");
}

}  // namespace

model::PlacementRules read_placement_rules(const ClassDraft& draft, Diagnostics& found) {
  model::PlacementRules rules;
  for (const SpreadWord& word : kWords) {
    const std::string* scope = draft.setting_as<std::string>(word.setting);
    if (scope == nullptr) continue;
    const TypedMember& setting = *draft.find_setting(word.setting);
    if (const auto by_site = is_site(*scope))
      rules.spreads.push_back({word.is_apart, *by_site, word.is_hard});
    else if (setting.given_by == draft.name)
      found.error("bad-setting", setting.value_place,
                  fmt::format("'{}' is neither a host nor a site to be {}", *scope,
                              word.is_apart ? "apart" : "together"),
                  fmt::format("write {}: String = \"host\", or \"site\"", word.setting));
  }
  if (const auto* list = draft.setting_as<model::List>(kStayAt))
    for (const model::Value& one : *list) rules.stay_at.push_back(model::to_text(one));
  if (const bool* may_move = draft.setting_as<bool>(kMayMove)) rules.may_move = *may_move;
  check_contradiction(draft, rules, found);
  return rules;
}

void check_stay_at(const ClassDraft& draft, const model::Class& of, const std::vector<std::string>& places,
                   Diagnostics& found) {
  const TypedMember* setting = draft.find_setting(kStayAt);
  if (setting == nullptr || setting->given_by != draft.name) return;  // told at the ancestor
  const std::string where = of.host_family.empty() ? std::string() : fmt::format(" in '{}'", of.host_family);
  for (const std::string& name : of.placement.stay_at)
    if (std::find(places.begin(), places.end(), name) == places.end())
      found.error("unknown-host", setting->value_place,
                  fmt::format("there is no host '{}'{}, and no site", name, where), suggestion(name, places));
}

void check_is_moved(const ClassDraft& draft, const model::Class& of, const model::Wrapper& wrapper,
                    Diagnostics& found) {
  const bool can_migrate =
      std::any_of(wrapper.stubs.begin(), wrapper.stubs.end(),
                  [](const model::Stub& stub) { return stub.key == kVmKey && stub.operation == kMigrate; });
  if (can_migrate && !of.in_vms && !of.host_family.empty()) return;
  for (const std::string_view name : kRules) {
    const TypedMember* setting = draft.find_setting(name);
    if (setting == nullptr || setting->given_by != draft.name || !setting->attribute.value) continue;
    found.warning("no-effect", setting->attribute.place,
                  fmt::format("plans never move '{}', so '{}' says nothing", draft.name, name),
                  "they move virtual machines of a host family whose wrapper has a stub that migrates");
  }
}

}  // namespace attune::dsl
