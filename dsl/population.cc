// SPDX-License-Identifier: Apache-2.0
#include "dsl/population.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "dsl/association_builder.h"

namespace attune::dsl {

namespace {

// Of one class, and of a whole project.
constexpr uint64_t kMostInstances = 1'000'000;
constexpr uint64_t kUnlimited = model::Cardinality::kMany;

class Population {
 public:
  Population(const std::vector<ClassDraft>& drafts, const std::vector<model::Association>& associations,
             std::vector<model::Class>& classes, Diagnostics& found)
      : drafts_(drafts), associations_(associations), classes_(classes), found_(found) {}

  void run() {
    uint64_t total = 0;
    for (model::Class& one : classes_) {
      settle(one);
      total += one.initial;
    }
    if (total > kMostInstances) {
      found_.error("too-many", {}, fmt::format("the project begins with {} components", total),
                   fmt::format("{} are the most that are supported", kMostInstances));
      for (model::Class& one : classes_) one.initial = 0;  // nothing is made of them
    }
  }

 private:
  // What a setting says, where it is a sensible number.
  std::optional<uint64_t> said(const ClassDraft& draft, std::string_view setting) {
    const int64_t* number = draft.setting_as<int64_t>(setting);
    if (number == nullptr) return std::nullopt;
    if (*number >= 0 && static_cast<uint64_t>(*number) <= kMostInstances)
      return static_cast<uint64_t>(*number);
    found_.error("bad-value", draft.find_setting(setting)->value_place,
                 fmt::format("{} is no number of instances", *number),
                 fmt::format("write 0 to {}", kMostInstances));
    return 1;
  }

  void settle(model::Class& one) {
    if (!settled_.insert(one.name).second) return;
    const ClassDraft& draft = *find_draft(drafts_, one.name);
    if (one.is_abstract) {
      one.initial = one.max = 0;
      return;
    }
    const auto initial = said(draft, "initial");
    const auto max = said(draft, "max");
    const auto [least, most] = demanded(one, !initial);
    const uint64_t begins = initial.value_or(least.value_or(1));
    const uint64_t ends = max.value_or(std::max(begins, most.value_or(begins)));
    one.initial = static_cast<uint32_t>(std::min(begins, kMostInstances + 1));
    one.max = static_cast<uint32_t>(std::min(ends, kUnlimited));
    check(one, draft);
  }

  void check(const model::Class& one, const ClassDraft& draft) {
    if (one.max < one.initial) {
      const TypedMember* setting = draft.find_setting("max") != nullptr ? draft.find_setting("max") : nullptr;
      found_.error(
          "bad-value", setting != nullptr ? setting->value_place : one.place,
          fmt::format("'{}' begins with {} instances, but has at most {}", one.name, one.initial, one.max),
          "raise max, or lower initial");
    } else if (one.max == 0) {
      const TypedMember* setting = draft.find_setting("initial");
      found_.error("no-instances", setting != nullptr ? setting->value_place : one.place,
                   fmt::format("'{}' can never have an instance", one.name),
                   "give it a max, or the stereotype <<abstract>>");
    }
  }

  // How many contents the containers of the class demand at the start, and may hold at most; nothing where it
  // is no content.
  std::pair<std::optional<uint64_t>, std::optional<uint64_t>> demanded(const model::Class& one,
                                                                       bool is_silent) {
    std::optional<uint64_t> least, most;
    for (const model::Association& association : associations_) {
      if (!association.composition || !is_a(drafts_, one.name, association.to)) continue;
      if (is_silent && !fills_alone(one, association)) continue;
      for (model::Class& container : classes_) {
        if (!is_a(drafts_, container.name, association.from)) continue;
        settle(container);
        least = least.value_or(0) + uint64_t{container.initial} * association.to_count.min;
        most = saturated(most.value_or(0), container.max, association.to_count.max);
      }
    }
    return {least, most};
  }

  static uint64_t saturated(uint64_t before, uint64_t containers, uint64_t each) {
    if (before >= kUnlimited || (containers > 0 && each >= kUnlimited) || containers >= kUnlimited)
      return kUnlimited;
    return std::min(before + containers * each, kUnlimited);
  }

  // Where several classes could be the contents, nobody can tell how many of each.
  bool fills_alone(const model::Class& one, const model::Association& association) {
    const bool shared = std::any_of(classes_.begin(), classes_.end(), [&](const model::Class& other) {
      return &other != &one && !other.is_abstract && is_a(drafts_, other.name, association.to);
    });
    if (!shared) return true;
    found_.error(
        "no-initial", one.place,
        fmt::format(
            "it cannot be told how many '{}' the role '{}' of '{}' gets, since other classes take part too",
            one.name, association.role, association.from),
        fmt::format("give '{}' an initial", one.name));
    return false;
  }

  const std::vector<ClassDraft>& drafts_;
  const std::vector<model::Association>& associations_;
  std::vector<model::Class>& classes_;
  Diagnostics& found_;
  std::set<std::string> settled_;
};

}  // namespace

void populate(const std::vector<ClassDraft>& drafts, const std::vector<model::Association>& associations,
              std::vector<model::Class>& classes, Diagnostics& found) {
  Population(drafts, associations, classes, found).run();
}

}  // namespace attune::dsl
