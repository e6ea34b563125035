// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/quotas.h"

#include <utility>

namespace attune::workflow {

void Quotas::offer(const Quota& quota, std::set<Turn>& may_go) {
  if (quota.used < quota.limit && !quota.waiting.empty()) may_go.insert(*quota.waiting.begin());
}

std::optional<Slot> Quotas::take(const Turn& turn, const std::vector<Slot>& slots, std::set<Turn>& may_go) {
  if (slots.empty()) {
    leave(turn.run, may_go);
    return std::nullopt;
  }
  const auto found = standings_.find(turn.run);
  if (found != standings_.end() && found->second.slots != slots) leave(turn.run, may_go);
  Standing& standing = standings_.try_emplace(turn.run, Standing{turn, slots, 0}).first->second;
  for (; standing.has < slots.size(); ++standing.has) {
    const Slot& slot = slots[standing.has];
    Quota& quota = quotas_[key_of(slot)];
    quota.limit = slot.limit;
    const bool is_first = quota.waiting.empty() || !(*quota.waiting.begin() < turn);
    if (quota.used >= quota.limit || !is_first) {
      quota.waiting.insert(turn);
      return slot;
    }
    quota.waiting.erase(turn);
    ++quota.used;
    offer(quota, may_go);
  }
  return std::nullopt;
}

void Quotas::leave(RunId run, std::set<Turn>& may_go) {
  const auto found = standings_.find(run);
  if (found == standings_.end()) return;
  const Standing standing = std::move(found->second);
  standings_.erase(found);
  for (size_t i = 0; i < standing.slots.size() && i <= standing.has; ++i) {
    const auto at = quotas_.find(key_of(standing.slots[i]));
    Quota& quota = at->second;
    if (i < standing.has)
      --quota.used;
    else
      quota.waiting.erase(standing.turn);
    offer(quota, may_go);
    if (quota.used == 0 && quota.waiting.empty()) quotas_.erase(at);
  }
}

std::optional<Slot> Quotas::waits_for(RunId run) const {
  const auto found = standings_.find(run);
  if (found == standings_.end() || found->second.has >= found->second.slots.size()) return std::nullopt;
  return found->second.slots[found->second.has];
}

std::optional<Slot> Quotas::lacks(const std::vector<Slot>& slots) const {
  for (const Slot& slot : slots) {
    const auto found = quotas_.find(key_of(slot));
    if (found == quotas_.end()) continue;
    if (found->second.used >= slot.limit || !found->second.waiting.empty()) return slot;
  }
  return std::nullopt;
}

}  // namespace attune::workflow
