// SPDX-License-Identifier: Apache-2.0
#include "runtime/model/instances.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/diagnostic.h"

namespace attune::model {

namespace {

using Members = std::vector<uint32_t>;  // indices in Instances::components
using Edges = std::vector<std::pair<uint32_t, uint32_t>>;
constexpr uint32_t kNone = UINT32_MAX;

// One side of an association: its instances and how many of the others each of them has.
struct Side {
  Members members;
  Cardinality each;

  uint64_t least() const { return uint64_t{members.size()} * each.min; }
  uint64_t most() const {
    return each.max == Cardinality::kMany ? UINT64_MAX : uint64_t{members.size()} * each.max;
  }
};

// Whether the association is among the instances of one class: nobody is bound to itself.
bool are_same(const Members& from, const Members& to) {
  return !from.empty() && from == to;
}

// The fewest edges that give each member of both sides what it needs; nothing where there are none.
std::optional<uint64_t> edges_needed(const Side& from, const Side& to) {
  const uint64_t needed = std::max(from.least(), to.least());
  const uint64_t others = to.members.size() - (are_same(from.members, to.members) ? 1 : 0);
  const uint64_t pairs = from.members.size() * others;
  if (needed > from.most() || needed > to.most() || needed > pairs) return std::nullopt;
  return needed;
}

// `count` edges, spread as evenly as can be: each `from` gets the next ones of `to`, round and round; among
// themselves each gets those that come after it.
void spread(uint64_t count, const Members& from, const Members& to, Edges& edges) {
  if (count == 0) return;
  const uint64_t share = count / from.size();
  const uint64_t extra = count % from.size();
  const bool among_themselves = are_same(from, to);
  uint64_t next = 0;
  for (uint64_t i = 0; i < from.size(); ++i) {
    if (among_themselves) next = i + 1;
    for (uint64_t left = share + (i < extra ? 1 : 0); left > 0; --left) {
      edges.emplace_back(from[i], to[next++ % to.size()]);
    }
  }
}

class Instantiation {
 public:
  Instantiation(const Project& project, Diagnostics& found) : project_(project), found_(found) {}

  Instances run() {
    make_components();
    for (uint32_t i = 0; i < project_.associations.size(); ++i) {
      if (project_.associations[i].composition) contain(i);
    }
    find_homeless();
    find_lines();
    // In the order written, compositions among them, so that the bindings stand as the author wrote them.
    for (uint32_t i = 0; i < project_.associations.size(); ++i) {
      if (!project_.associations[i].composition) bind(i);
    }
    std::stable_sort(made_.bindings.begin(), made_.bindings.end(),
                     [](const auto& a, const auto& b) { return a.association < b.association; });
    return std::move(made_);
  }

 private:
  void make_components() {
    first_.reserve(project_.classes.size());
    for (uint32_t index = 0; index < project_.classes.size(); ++index) {
      const Class& of = project_.classes[index];
      first_.push_back(static_cast<uint32_t>(made_.components.size()));
      if (of.is_abstract) continue;
      for (uint32_t number = 1; number <= of.initial; ++number) {
        made_.components.push_back({instance_name(of, number), index, number});
      }
    }
    container_.assign(made_.components.size(), kNone);
  }

  // Instances of the class and of those that inherit from it, in the order written.
  Members members_of(std::string_view class_name) const {
    Members members;
    for (uint32_t index = 0; index < project_.classes.size(); ++index) {
      const Class& of = project_.classes[index];
      const bool is_one = of.name == class_name || (!of.base.empty() && project_.is_a(of.base, class_name));
      if (of.is_abstract || !is_one) continue;
      for (uint32_t i = 0; i < of.initial; ++i) members.push_back(first_[index] + i);
    }
    return members;
  }

  // Contents go to the containers in turn; what a container written earlier has taken is taken.
  void contain(uint32_t index) {
    const Association& association = project_.associations[index];
    Side from{members_of(association.from), association.to_count};
    Side to{members_of(association.to), association.from_count};
    if (is_shared_content(association)) to.each.min = 0;
    std::erase_if(to.members, [&](uint32_t content) { return container_[content] != kNone; });
    const auto needed = edges_needed(from, to);
    if (!needed) return refuse(association, from, to);
    Edges edges;
    spread(*needed, from.members, to.members, edges);
    for (const auto& [container, content] : edges) container_[content] = container;
    keep(index, edges);
  }

  // Whether instances of the content may live in containers of several compositions.
  bool is_shared_content(const Association& association) const {
    return std::any_of(
        project_.associations.begin(), project_.associations.end(), [&](const Association& other) {
          return other.composition && &other != &association &&
                 (project_.is_a(other.to, association.to) || project_.is_a(association.to, other.to));
        });
  }

  // With several compositions, each content must have found one of the containers.
  void find_homeless() {
    for (const Association& association : project_.associations) {
      if (!association.composition || association.from_count.min == 0 || !is_shared_content(association))
        continue;
      for (const uint32_t content : members_of(association.to)) {
        if (container_[content] != kNone) continue;
        found_.error(
            "unsatisfiable", association.place,
            fmt::format("no container is left for '{}'", made_.components[content].name),
            fmt::format("lower the initial of '{}', or let the containers hold more", association.to));
        break;
      }
    }
  }

  // For each component the way from its outermost container down to itself.
  void find_lines() {
    depth_.assign(container_.size(), 0);
    for (uint32_t i = 0; i < container_.size(); ++i) {
      uint32_t depth = 0;
      for (uint32_t at = container_[i]; at != kNone && depth <= container_.size(); at = container_[at])
        ++depth;
      depth_[i] = depth;
      deepest_ = std::max(deepest_, depth);
    }
  }

  uint32_t ancestor_at(uint32_t component, uint32_t depth) const {
    for (uint32_t up = depth_[component]; up > depth; --up) component = container_[component];
    return component;
  }

  // Within the nearest containers where that is enough for everyone, else within wider ones, else among all.
  void bind(uint32_t index) {
    const Association& association = project_.associations[index];
    const Side from{members_of(association.from), association.to_count};
    const Side to{members_of(association.to), association.from_count};
    if (const auto needed = edges_needed(from, to); !needed) return refuse(association, from, to);
    Edges edges;
    for (uint32_t depth = deepest_ + 1; depth-- > 0;) {
      if (bind_within(depth, from, to, edges)) return keep(index, edges);
      edges.clear();
    }
    spread(*edges_needed(from, to), from.members, to.members, edges);
    keep(index, edges);
  }

  bool bind_within(uint32_t depth, const Side& from, const Side& to, Edges& edges) const {
    std::vector<std::pair<Side, Side>> groups;
    std::vector<uint32_t> group_of(container_.size(), kNone);
    const auto group = [&](uint32_t member) -> std::pair<Side, Side>& {
      uint32_t& at = group_of[ancestor_at(member, depth)];
      if (at == kNone) {
        at = static_cast<uint32_t>(groups.size());
        groups.push_back({{{}, from.each}, {{}, to.each}});
      }
      return groups[at];
    };
    for (const uint32_t member : from.members) group(member).first.members.push_back(member);
    for (const uint32_t member : to.members) group(member).second.members.push_back(member);
    for (const auto& [ours, theirs] : groups) {
      const auto needed = edges_needed(ours, theirs);
      if (!needed) return false;
      spread(*needed, ours.members, theirs.members, edges);
    }
    return true;
  }

  void keep(uint32_t index, const Edges& edges) {
    for (const auto& [from, to] : edges) made_.bindings.push_back({index, from, to});
  }

  void refuse(const Association& association, const Side& from, const Side& to) {
    const auto each_of = [](const Side& side, const std::string& name) {
      return side.members.size() == 1 ? fmt::format("the one '{}'", name)
                                      : fmt::format("each of {} '{}'", side.members.size(), name);
    };
    const bool from_asks = from.least() >= to.least();
    const Side& asking = from_asks ? from : to;
    const Side& giving = from_asks ? to : from;
    const std::string& asker = from_asks ? association.from : association.to;
    const std::string& giver = from_asks ? association.to : association.from;
    std::string why =
        fmt::format("{} can have at most {} '{}'", each_of(giving, giver), giving.each.max, asker);
    if (giving.members.empty()) {
      why = fmt::format("there is no '{}'", giver);
    } else if (giving.most() >= asking.least()) {
      why = are_same(from.members, to.members)
                ? fmt::format("there are only {} others", giving.members.size() - 1)
                : fmt::format("there are only {} '{}'", giving.members.size(), giver);
    }
    found_.error("unsatisfiable", association.place,
                 fmt::format("role '{}' cannot be given its bindings: {} needs {} '{}', but {}",
                             association.role, each_of(asking, asker), asking.each.min, giver, why),
                 fmt::format("change the initial of '{}' or '{}', or the cardinalities \"{}\" and \"{}\"",
                             association.from, association.to, to_text(association.from_count),
                             to_text(association.to_count)));
  }

  const Project& project_;
  Diagnostics& found_;
  Instances made_;
  std::vector<uint32_t> first_;      // of each class, in made_.components
  std::vector<uint32_t> container_;  // of each component
  std::vector<uint32_t> depth_;      // of each component below its outermost container
  uint32_t deepest_ = 0;
};

}  // namespace

Instances instantiate(const Project& project, Diagnostics& found) {
  return Instantiation(project, found).run();
}

std::string instance_name(const Class& of, uint32_t number) {
  return of.max == 1 ? of.name : fmt::format("{}{}", of.name, number);
}

}  // namespace attune::model
