// SPDX-License-Identifier: Apache-2.0
#include "dsl/association_builder.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "dsl/source.h"
#include "runtime/base/suggest.h"
#include "runtime/model/navigation.h"

namespace attune::dsl {

namespace {

constexpr uint32_t kMostCounted = 1'000'000;

std::optional<uint32_t> read_count(std::string_view text) {
  uint32_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || count > kMostCounted)
    return std::nullopt;
  return count;
}

// "1", "0..6", "1..*", "*"
std::optional<model::Cardinality> read_cardinality(std::string_view text) {
  constexpr uint32_t kMany = model::Cardinality::kMany;
  if (text == "*") return model::Cardinality{0, kMany};
  const size_t dots = text.find("..");
  const auto least = read_count(text.substr(0, dots));
  if (!least) return std::nullopt;
  if (dots == text.npos) return model::Cardinality{*least, *least};
  if (text.substr(dots + 2) == "*") return model::Cardinality{*least, kMany};
  const auto most = read_count(text.substr(dots + 2));
  if (!most || *most < *least) return std::nullopt;
  return model::Cardinality{*least, *most};
}

class AssociationBuilder {
 public:
  AssociationBuilder(const DeploymentSyntax& syntax, const std::vector<ClassDraft>& drafts,
                     Diagnostics& found)
      : syntax_(syntax), drafts_(drafts), found_(found) {
    for (const ClassDraft& one : drafts) by_name_.emplace(one.name, &one);
  }

  std::vector<model::Association> run() {
    for (const RelationSyntax& relation : syntax_.relations) {
      const bool from_known = check_class(relation.from);
      const bool to_known = check_class(relation.to);
      const bool binds = relation.kind == RelationSyntax::Kind::kAssociation ||
                         relation.kind == RelationSyntax::Kind::kComposition;
      if (from_known && to_known && binds) add(relation);
    }
    find_composition_cycles();
    return std::move(made_);
  }

 private:
  bool check_class(const Word& name) {
    if (by_name_.contains(name.text)) return true;
    std::vector<std::string> known;
    for (const ClassDraft& one : drafts_) known.push_back(one.name);
    found_.error("unknown-class", name.place, fmt::format("there is no class '{}'", name.text),
                 suggestion(name.text, known));
    return false;
  }

  bool is_family(const Word& name) const { return by_name_.at(name.text)->sort == ClassDraft::Sort::kFamily; }
  bool is_site(const Word& name) const { return by_name_.at(name.text)->sort == ClassDraft::Sort::kSite; }

  void add(const RelationSyntax& relation) {
    if (is_site(relation.from) || is_site(relation.to)) {
      found_.error("site-relation", relation.place, "sites have links, and no other relations",
                   "write north -- south : 20ms 100Mbit");
      return;
    }
    if (is_family(relation.from) || is_family(relation.to)) {
      found_.error("family-relation", relation.place, "host families take no part in relations",
                   "name the family in a class's host-family setting");
      return;
    }
    model::Association made;
    made.from = relation.from.text;
    made.to = relation.to.text;
    made.role = relation.role.empty() ? relation.to.text : relation.role.text;
    made.composition = relation.kind == RelationSyntax::Kind::kComposition;
    made.place = relation.place;
    made.from_count = cardinality(relation.from_cardinality);
    made.to_count = cardinality(relation.to_cardinality);
    if (made.composition && made.from_count.max > 1) {
      found_.error("bad-cardinality", relation.from_cardinality.place,
                   "a content is in one container at most", "write \"1\" or \"0..1\" at the container's end");
    }
    check_role(made, relation);
    made_.push_back(std::move(made));
  }

  model::Cardinality cardinality(const Word& word) {
    if (word.place.line == 0) return {1, 1};
    const auto read = read_cardinality(word.text);
    if (read && read->max > 0) return *read;
    found_.error("bad-cardinality", word.place,
                 read ? std::string("a relation to none means nothing")
                      : fmt::format("'{}' is no cardinality", word.text),
                 "write how many: \"1\", \"0..6\", \"1..*\" or \"*\" (any number)");
    return {0, model::Cardinality::kMany};
  }

  void check_role(const model::Association& made, const RelationSyntax& relation) {
    const Place& place = relation.role.empty() ? relation.place : relation.role.place;
    const bool reserved = std::find(std::begin(model::kComponentMembers), std::end(model::kComponentMembers),
                                    made.role) != std::end(model::kComponentMembers);
    if (reserved || is_expression_word(made.role)) {
      found_.error("reserved-name", place,
                   fmt::format("'{}' means something else in diagrams and wrappers", made.role),
                   "choose another name for the role");
    }
    for (const model::Association& earlier : made_) {
      if (earlier.role != made.role || !share_instances(earlier.from, made.from)) continue;
      found_.error(
          "duplicate-role", place,
          fmt::format("'{}' has a role '{}' already, in line {}", made.from, made.role, earlier.place.line),
          "give one of them another name: ... : role");
      break;
    }
    check_attributes(made, place);
  }

  void check_attributes(const model::Association& made, const Place& place) {
    for (const ClassDraft& one : drafts_) {
      const bool hides =
          std::any_of(one.attributes.begin(), one.attributes.end(),
                      [&](const TypedMember& member) { return member.attribute.name == made.role; });
      if (!hides || !is_a(one.name, made.from)) continue;
      found_.error("duplicate-role", place,
                   fmt::format("'{}' has an attribute '{}' too", one.name, made.role),
                   "give one of them another name");
      return;
    }
  }

  bool share_instances(std::string_view a, std::string_view b) const { return is_a(a, b) || is_a(b, a); }

  // As the one for all, but in no time where there are many classes.
  bool is_a(std::string_view name, std::string_view ancestor) const {
    for (auto at = by_name_.find(name); at != by_name_.end(); at = by_name_.find(at->second->base))
      if (at->first == ancestor) return true;
    return false;
  }

  // A class that could contain itself, over whatever number of steps.
  void find_composition_cycles() {
    for (const model::Association& association : made_) {
      if (!association.composition) continue;
      std::set<std::string> reached{association.to};
      std::vector<std::string> next{association.to};
      while (!next.empty()) {
        const std::string at = std::move(next.back());
        next.pop_back();
        for (const model::Association& other : made_) {
          if (other.composition && share_instances(at, other.from) && reached.insert(other.to).second)
            next.push_back(other.to);
        }
      }
      const bool cycle = std::any_of(reached.begin(), reached.end(), [&](const std::string& one) {
        return share_instances(one, association.from);
      });
      if (!cycle) continue;
      found_.error("composition-cycle", association.place,
                   fmt::format("'{}' would contain itself", association.from),
                   "break the circle of '*--' relations");
    }
  }

  const DeploymentSyntax& syntax_;
  const std::vector<ClassDraft>& drafts_;
  std::unordered_map<std::string_view, const ClassDraft*> by_name_;
  Diagnostics& found_;
  std::vector<model::Association> made_;
};

}  // namespace

std::vector<model::Association> build_associations(const DeploymentSyntax& syntax,
                                                   const std::vector<ClassDraft>& drafts,
                                                   Diagnostics& found) {
  return AssociationBuilder(syntax, drafts, found).run();
}

bool is_a(const std::vector<ClassDraft>& drafts, std::string_view name, std::string_view ancestor) {
  for (const ClassDraft* at = find_draft(drafts, name); at != nullptr; at = find_draft(drafts, at->base)) {
    if (at->name == ancestor) return true;
    if (at->base.empty()) return false;
  }
  return false;
}

}  // namespace attune::dsl
