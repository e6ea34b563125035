// SPDX-License-Identifier: Apache-2.0
#include "dsl/placement_rules.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "dsl/suggest.h"

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
constexpr std::string_view kStayAt = "stay-at";

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
  if (const bool* may_move = draft.setting_as<bool>("may-move")) rules.may_move = *may_move;
  check_contradiction(draft, rules, found);
  return rules;
}

void check_placement(const ClassDraft& draft, const model::PlacementRules& rules,
                     const std::vector<std::string>& known, Diagnostics& found) {
  const TypedMember* setting = draft.find_setting(kStayAt);
  if (setting == nullptr || setting->given_by != draft.name) return;  // told at the ancestor
  for (const std::string& name : rules.stay_at)
    if (std::find(known.begin(), known.end(), name) == known.end())
      found.error("unknown-host", setting->value_place, fmt::format("there is no host or site '{}'", name),
                  suggestion(name, known));
}

}  // namespace attune::dsl
