// SPDX-License-Identifier: Apache-2.0
#include "dsl/site_builder.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/suggest.h"

namespace attune::dsl {

namespace {

using Names = std::set<std::string_view>;

std::vector<std::string> names_of(const std::vector<model::Site>& sites) {
  std::vector<std::string> names;
  for (const model::Site& one : sites) names.push_back(one.name);
  return names;
}

std::pair<std::string_view, std::string_view> pair_of(std::string_view a, std::string_view b) {
  return a < b ? std::pair(a, b) : std::pair(b, a);
}

class LinkBuilder {
 public:
  LinkBuilder(const std::vector<model::Site>& sites, Diagnostics& found) : sites_(sites), found_(found) {}

  void add(const RelationSyntax& relation) {
    if (!is_site(relation, relation.from) || !is_site(relation, relation.to)) return;
    if (relation.from.text == relation.to.text)
      return found_.error("bad-link", relation.place,
                          fmt::format("'{}' is linked to itself", relation.from.text),
                          "the site's own latency and bandwidth_mbit are between its hosts");
    if (!seen_.insert(pair_of(relation.from.text, relation.to.text)).second)
      return found_.error(
          "bad-link", relation.place,
          fmt::format("the link of '{}' and '{}' is there already", relation.from.text, relation.to.text),
          "keep one of them: it holds in both directions");
    model::Link link{relation.from.text, relation.to.text, {}, 0, relation.place};
    if (auto set = model::set_property(link, "latency", relation.latency.text); !set)
      found_.error("bad-value", relation.latency.place, set.error().message, "write such as 20ms");
    const auto bandwidth = model::parse_bandwidth(relation.bandwidth.text);
    if (!bandwidth) found_.error("bad-value", relation.bandwidth.place, bandwidth.error().message, "");
    link.bandwidth_mbit = bandwidth.value_or(0);
    made_.push_back(std::move(link));
  }
  std::vector<model::Link> take() { return std::move(made_); }

 private:
  bool is_site(const RelationSyntax& relation, const Word& name) {
    const auto is_named = [&](const model::Site& one) { return one.name == name.text; };
    if (std::any_of(sites_.begin(), sites_.end(), is_named)) return true;
    found_.error("bad-link", name.place,
                 fmt::format("'{}' is no site: {} -- {} links two of them", name.text, relation.from.text,
                             relation.to.text),
                 "a site is a class with <<site>>; write --> for a role, *-- for a content");
    return false;
  }

  const std::vector<model::Site>& sites_;
  Diagnostics& found_;
  std::set<std::pair<std::string_view, std::string_view>> seen_;
  std::vector<model::Link> made_;
};

class SiteCheck {
 public:
  SiteCheck(const std::vector<model::Site>& sites, Diagnostics& found) : sites_(sites), found_(found) {
    for (const model::Site& one : sites) known_.insert(one.name);
  }

  void check(const model::HostFamily& family) {
    // What the whole family says is told once.
    const auto said =
        std::find_if(family.attributes.begin(), family.attributes.end(),
                     [](const model::Attribute& one) { return one.name == "site" && one.value; });
    const std::string all = said == family.attributes.end() ? std::string() : model::to_text(*said->value);
    if (!all.empty() && !known_.contains(all)) tell_unknown(all, said->place);
    for (const model::HostDeclaration& host : family.hosts) {
      used_.insert(host.site);
      if (check_name(host); host.site.empty() && !sites_.empty())
        found_.error("no-site", host.place, fmt::format("the host '{}' stands on no site", host.name),
                     "write site=NAME in the node file, or +site: String = \"NAME\" in its family");
      else if (!host.site.empty() && host.site != all && !known_.contains(host.site))
        tell_unknown(host.site, host.place);
    }
  }
  void finish(const std::vector<model::Link>& links) {
    std::set<std::pair<std::string_view, std::string_view>> linked;
    for (const model::Link& one : links) linked.insert(pair_of(one.a, one.b));
    for (size_t i = 0; i < sites_.size(); ++i) {
      const model::Site& site = sites_[i];
      if (!used_.contains(site.name))
        found_.warning("no-hosts", site.place, fmt::format("no host stands on the site '{}'", site.name),
                       fmt::format("write site={} behind hosts in a node file", site.name));
      for (size_t j = 0; j < i; ++j) {
        if (linked.contains(pair_of(sites_[j].name, site.name))) continue;
        found_.error("no-link", site.place,
                     fmt::format("there is no link of '{}' and '{}'", sites_[j].name, site.name),
                     fmt::format("write {} -- {} : 20ms 100Mbit", sites_[j].name, site.name));
      }
    }
  }

 private:
  void tell_unknown(const std::string& site, const Place& place) {
    found_.error("unknown-site", place, fmt::format("there is no site '{}'", site),
                 sites_.empty() ? "draw it: a class with <<site>> and its bandwidth_mbit"
                                : suggestion(site, names_of(sites_)));
  }
  void check_name(const model::HostDeclaration& host) {
    if (!known_.contains(host.name)) return;
    found_.error("name-clash", host.place, fmt::format("there is a site called '{}' too", host.name),
                 "give one of them another name");
  }

  const std::vector<model::Site>& sites_;
  Diagnostics& found_;
  Names known_;
  std::set<std::string, std::less<>> used_;
};

}  // namespace

model::Site build_site(const ClassDraft& draft, Diagnostics& found) {
  model::Site made;
  made.name = draft.name;
  made.place = draft.syntax->name.place;
  for (const auto& [name, member] : draft.settings) {
    if (auto set = model::set_property(made, name, model::to_text(*member.attribute.value)); !set)
      found.error("bad-value", member.value_place, set.error().message, "");
  }
  // Left out, or of another type: that is told where it stands.
  const auto& members = draft.syntax->members;
  if (std::none_of(members.begin(), members.end(),
                   [](const MemberSyntax& one) { return one.name.text == "bandwidth_mbit"; }))
    found.error("no-bandwidth", made.place, fmt::format("the site '{}' has no bandwidth", made.name),
                "write +bandwidth_mbit: Float = 1000, what two of its hosts have between them");
  return made;
}

std::vector<model::Link> build_links(const DeploymentSyntax& syntax, const std::vector<model::Site>& sites,
                                     Diagnostics& found) {
  LinkBuilder builder(sites, found);
  for (const RelationSyntax& relation : syntax.relations) {
    const bool is_known =
        syntax.find_class(relation.from.text) != nullptr && syntax.find_class(relation.to.text) != nullptr;
    if (relation.kind == RelationSyntax::Kind::kLink && is_known) builder.add(relation);
  }
  return builder.take();
}

void check_sites(const std::vector<model::Site>& sites, const std::vector<model::Link>& links,
                 const std::vector<model::HostFamily>& families, Diagnostics& found) {
  SiteCheck check(sites, found);
  for (const model::HostFamily& family : families) check.check(family);
  check.finish(links);
}

}  // namespace attune::dsl
