// SPDX-License-Identifier: Apache-2.0
#include "dsl/class_draft.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "dsl/known_settings.h"
#include "dsl/member_reader.h"
#include "dsl/source.h"
#include "runtime/base/suggest.h"
#include "runtime/model/navigation.h"

namespace attune::dsl {

namespace {

using model::Type;

constexpr std::array kClassSettings = {KnownSetting{"wrapper", Type::kString},
                                       KnownSetting{"legacyFile", Type::kString},
                                       KnownSetting{"host-family", Type::kString},
                                       KnownSetting{"initial", Type::kInteger},
                                       KnownSetting{"max", Type::kInteger},
                                       KnownSetting{"keep-apart", Type::kString},
                                       KnownSetting{"keep-together", Type::kString},
                                       KnownSetting{"prefer-apart", Type::kString},
                                       KnownSetting{"prefer-together", Type::kString},
                                       KnownSetting{"stay-at", Type::kList},
                                       KnownSetting{"may-move", Type::kBool}};
constexpr std::array kFamilySettings = {
    KnownSetting{"nodefile", Type::kString},    KnownSetting{"user", Type::kString},
    KnownSetting{"protocol", Type::kString},    KnownSetting{"dirlocal", Type::kString},
    KnownSetting{"port", Type::kInteger},       KnownSetting{"identity-file", Type::kString},
    KnownSetting{"known-hosts", Type::kString}, KnownSetting{"accept-new-host-keys", Type::kBool},
    KnownSetting{"hypervisor", Type::kString},  KnownSetting{"fence", Type::kString}};

constexpr std::array kSiteSettings = {
    KnownSetting{"host_price", Type::kFloat},     KnownSetting{"vm_price", Type::kFloat},
    KnownSetting{"traffic_price", Type::kFloat},  KnownSetting{"latency", Type::kDuration},
    KnownSetting{"bandwidth_mbit", Type::kFloat}, KnownSetting{"available_until", Type::kString}};

template <size_t N>
std::vector<KnownSetting> list(const std::array<KnownSetting, N>& settings) {
  return {settings.begin(), settings.end()};
}

std::vector<std::string> names_of(const std::vector<KnownSetting>& settings) {
  std::vector<std::string> names;
  for (const KnownSetting& one : settings) names.emplace_back(one.name);
  return names;
}

bool is_component_member(std::string_view name) {
  return std::find(std::begin(model::kComponentMembers), std::end(model::kComponentMembers), name) !=
         std::end(model::kComponentMembers);
}

class Drafter {
 public:
  Drafter(const DeploymentSyntax& syntax, Diagnostics& found) : syntax_(syntax), found_(found) {}

  std::vector<ClassDraft> run() {
    for (const ClassSyntax& one : syntax_.classes) draft(one);
    for (const RelationSyntax& relation : syntax_.relations) {
      if (relation.kind == RelationSyntax::Kind::kInheritance) derive(relation);
    }
    cut_cycles();
    for (ClassDraft& one : drafts_) take_over(one);
    return std::move(drafts_);
  }

 private:
  void draft(const ClassSyntax& syntax) {
    if (find_draft(drafts_, syntax.name.text) != nullptr) return;  // found by the parser
    ClassDraft made;
    made.syntax = &syntax;
    made.name = syntax.name.text;
    made.sort = sort_of(syntax);
    if (is_expression_word(made.name)) {
      found_.error("reserved-name", syntax.name.place,
                   fmt::format("'{}' means something else in diagrams", made.name),
                   "choose another name for the class");
    }
    for (const MemberSyntax& member : syntax.members) add(member, made);
    drafts_.push_back(std::move(made));
  }

  ClassDraft::Sort sort_of(const ClassSyntax& syntax) {
    ClassDraft::Sort sort = ClassDraft::Sort::kClass;
    for (size_t i = 0; i < syntax.stereotypes.size(); ++i) {
      const Word& stereotype = syntax.stereotypes[i];
      if (i > 0) {
        found_.error("second-stereotype", stereotype.place,
                     fmt::format("'{}' has a stereotype already", syntax.name.text), "keep one of them");
      } else if (stereotype.text == "host-family") {
        sort = ClassDraft::Sort::kFamily;
      } else if (stereotype.text == "site") {
        sort = ClassDraft::Sort::kSite;
      } else if (stereotype.text == "abstract") {
        sort = ClassDraft::Sort::kAbstract;
      } else {
        found_.error("unknown-stereotype", stereotype.place,
                     fmt::format("unknown stereotype '{}'", stereotype.text),
                     suggestion(stereotype.text, {"abstract", "host-family", "site"}));
      }
    }
    return sort;
  }

  void add(const MemberSyntax& member, ClassDraft& to) {
    const bool is_family = to.sort == ClassDraft::Sort::kFamily;
    const auto known = known_settings(to.sort);
    const auto setting = std::find_if(known.begin(), known.end(),
                                      [&](const KnownSetting& one) { return one.name == member.name.text; });
    if (setting == known.end() && to.sort == ClassDraft::Sort::kSite)
      return found_.error("unknown-setting", member.name.place,
                          fmt::format("a site has no '{}'", member.name.text),
                          suggestion(member.name.text, names_of(known)));
    if (setting == known.end() && !check_name(member.name, known, is_family)) return;
    auto typed = read_member(member, found_);
    if (!typed) return;
    typed->given_by = to.name;
    if (setting != known.end()) return add_setting(*setting, std::move(*typed), to);
    if (is_given(to, member.name)) return;
    to.attributes.push_back(std::move(*typed));
  }

  void add_setting(const KnownSetting& known, TypedMember typed, ClassDraft& to) {
    const Place place = typed.attribute.place;
    if (typed.attribute.type != known.type) {
      found_.error("wrong-type", place,
                   fmt::format("the setting '{}' is {}", known.name, model::phrase_of(known.type)),
                   fmt::format("write {}: {}", known.name, model::name_of(known.type)));
    } else if (!typed.attribute.value) {
      found_.error("no-value", place, fmt::format("the setting '{}' has no value", known.name),
                   fmt::format("write {}: {} = ...", known.name, model::name_of(known.type)));
    } else if (!to.settings.emplace(known.name, std::move(typed)).second) {
      found_.error("duplicate-member", place, fmt::format("'{}' is given twice", known.name),
                   "remove one of them");
    }
  }

  bool is_given(const ClassDraft& to, const Word& name) {
    const bool given = std::any_of(to.attributes.begin(), to.attributes.end(),
                                   [&](const TypedMember& one) { return one.attribute.name == name.text; });
    if (given)
      found_.error("duplicate-member", name.place, fmt::format("'{}' is given twice", name.text),
                   "remove one of them");
    return given;
  }

  // Whether an attribute of the author's own can be called so.
  bool check_name(const Word& name, const std::vector<KnownSetting>& known, bool is_family) {
    if (name.text.find('-') != std::string::npos) {
      found_.error("unknown-setting", name.place, fmt::format("unknown setting '{}'", name.text),
                   suggestion(name.text, names_of(known)));
      return false;
    }
    if (!is_name(name.text)) {
      found_.error("bad-name", name.place, fmt::format("'{}' cannot be the name of an attribute", name.text),
                   "a name is a letter, then letters, digits and '_', the last one not '_'");
      return false;
    }
    if (is_expression_word(name.text) || (!is_family && is_component_member(name.text))) {
      found_.error("reserved-name", name.place,
                   fmt::format("'{}' means something else in diagrams and wrappers", name.text),
                   "choose another name for the attribute");
      return false;
    }
    const std::vector<std::string> settings = names_of(known);
    const std::string_view near = nearest(name.text, settings);
    if (!near.empty() && edit_distance(name.text, near) <= 1) {
      found_.warning("near-setting", name.place, fmt::format("'{}' is an attribute of your own", name.text),
                     fmt::format("the setting is called '{}'", near));
    }
    return true;
  }

  ClassDraft* mutable_draft(std::string_view name) {
    return const_cast<ClassDraft*>(find_draft(drafts_, name));
  }

  void derive(const RelationSyntax& relation) {
    ClassDraft* derived = mutable_draft(relation.from.text);
    const ClassDraft* base = find_draft(drafts_, relation.to.text);
    if (derived == nullptr || base == nullptr) return;  // said where all relations are looked at
    if (derived->sort == ClassDraft::Sort::kSite || base->sort == ClassDraft::Sort::kSite) {
      found_.error("site-relation", relation.place, "sites have links, and no other relations",
                   "write north -- south : 20ms 100Mbit");
    } else if (derived->sort == ClassDraft::Sort::kFamily || base->sort == ClassDraft::Sort::kFamily) {
      found_.error("family-relation", relation.place, "host families take no part in relations",
                   "name the family in a class's host-family setting");
    } else if (!derived->base.empty()) {
      found_.error("second-base", relation.place,
                   fmt::format("'{}' inherits from '{}' already", derived->name, derived->base),
                   "a class inherits from one other");
    } else {
      derived->base = base->name;
      inheritance_[derived->name] = relation.place;
    }
  }

  void cut_cycles() {
    for (ClassDraft& one : drafts_) {
      std::set<std::string> seen;
      const ClassDraft* at = &one;
      while (at != nullptr && !at->base.empty() && seen.insert(at->name).second)
        at = find_draft(drafts_, at->base);
      if (at == nullptr || at->base.empty() || at != &one) continue;  // told at a class of the cycle itself
      found_.error("inheritance-cycle", inheritance_[one.name],
                   fmt::format("'{}' inherits from itself", one.name),
                   "remove one of the relations of the circle");
      one.base.clear();
    }
  }

  // What the base gives and the class itself does not say.
  void take_over(ClassDraft& one) {
    if (one.base.empty() || !done_.insert(one.name).second) return;
    ClassDraft& base = *mutable_draft(one.base);
    take_over(base);
    for (const auto& [name, setting] : base.settings) one.settings.emplace(name, setting);
    std::vector<TypedMember> all = base.attributes;
    for (TypedMember& own : one.attributes) {
      const auto same = std::find_if(all.begin(), all.end(), [&](const TypedMember& inherited) {
        return inherited.attribute.name == own.attribute.name;
      });
      if (same == all.end()) {
        all.push_back(std::move(own));
      } else if (same->attribute.type != own.attribute.type) {
        found_.error("wrong-type", own.attribute.place,
                     fmt::format("'{}' is {} in '{}', from which '{}' inherits", own.attribute.name,
                                 model::phrase_of(same->attribute.type), same->given_by, one.name),
                     "give it the same type, or another name");
      } else {
        *same = std::move(own);
      }
    }
    one.attributes = std::move(all);
  }

  const DeploymentSyntax& syntax_;
  Diagnostics& found_;
  std::vector<ClassDraft> drafts_;
  std::map<std::string, Place> inheritance_;
  std::set<std::string> done_;
};

}  // namespace

std::vector<KnownSetting> known_settings(ClassDraft::Sort of) {
  if (of == ClassDraft::Sort::kFamily) return list(kFamilySettings);
  return of == ClassDraft::Sort::kSite ? list(kSiteSettings) : list(kClassSettings);
}

const TypedMember* ClassDraft::find_setting(std::string_view setting) const {
  const auto at = settings.find(setting);
  return at == settings.end() ? nullptr : &at->second;
}

std::vector<ClassDraft> draft_classes(const DeploymentSyntax& syntax, Diagnostics& found) {
  return Drafter(syntax, found).run();
}

const ClassDraft* find_draft(const std::vector<ClassDraft>& drafts, std::string_view name) {
  const auto at =
      std::find_if(drafts.begin(), drafts.end(), [&](const ClassDraft& one) { return one.name == name; });
  return at == drafts.end() ? nullptr : &*at;
}

bool is_expression_word(std::string_view name) {
  static constexpr std::array<std::string_view, 21> kWords = {
      "this",  "event", "manager", "placement", "attempts", "and",    "or",
      "not",   "true",  "false",   "none",      "else",     "emit",   "wait",
      "alert", "on",    "error",   "after",     "count",    "newest", "oldest"};
  return std::find(kWords.begin(), kWords.end(), name) != kWords.end();
}

}  // namespace attune::dsl
