// SPDX-License-Identifier: Apache-2.0
#include "dsl/deployment_builder.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "dsl/association_builder.h"
#include "dsl/class_draft.h"
#include "dsl/family_builder.h"
#include "dsl/name_check.h"
#include "dsl/placement_rules.h"
#include "dsl/population.h"
#include "dsl/site_builder.h"
#include "runtime/base/suggest.h"

namespace attune::dsl {

namespace {

class Builder {
 public:
  Builder(const DeploymentSyntax& syntax, const DeploymentContext& context, Diagnostics& found)
      : syntax_(syntax), context_(context), found_(found) {}

  Deployment run() {
    drafts_ = draft_classes(syntax_, found_);
    made_.associations = build_associations(syntax_, drafts_, found_);
    for (const ClassDraft& draft : drafts_) {
      if (draft.sort == ClassDraft::Sort::kFamily) {
        made_.families.push_back(build_family(draft, context_.folder, found_));
      } else if (draft.sort == ClassDraft::Sort::kSite) {
        made_.sites.push_back(build_site(draft, found_));
      } else {
        made_.classes.push_back(build_class(draft));
      }
    }
    made_.links = build_links(syntax_, made_.sites, found_);
    check_sites(made_.sites, made_.links, made_.families, found_);
    for (model::Class& one : made_.classes) place_class(one);
    check_placements();
    check_nesting();
    for (const DeploymentNote& note : syntax_.notes) check_note(note);
    if (!found_.has_errors()) populate(drafts_, made_.associations, made_.classes, found_);
    check_names(made_.classes, made_.families, found_);
    return std::move(made_);
  }

 private:
  model::Class build_class(const ClassDraft& draft) {
    model::Class made;
    made.name = draft.name;
    made.label = draft.syntax->label.empty() ? draft.name : draft.syntax->label.text;
    made.namespace_name = draft.syntax->namespace_name;
    made.is_abstract = draft.sort == ClassDraft::Sort::kAbstract;
    made.base = draft.base;
    made.place = draft.syntax->name.place;
    for (const TypedMember& member : draft.attributes) {
      made.attributes.push_back(member.attribute);
      made_.value_places[{made.name, member.attribute.name}] = member.value_place;
    }
    set_wrapper(draft, made);
    set_legacy_file(draft, made);
    made.placement = read_placement_rules(draft, found_);
    return made;
  }

  void set_wrapper(const ClassDraft& draft, model::Class& made) {
    const std::string* file = draft.setting_as<std::string>("wrapper");
    if (file == nullptr) return;
    const auto wrapper = context_.wrapper_files.find(*file);
    if (wrapper == context_.wrapper_files.end()) return;
    made.wrapper = wrapper->second;
    if (const model::Wrapper* read = wrapper_of(made)) check_key_attributes(draft, *read);
  }

  const model::Wrapper* wrapper_of(const model::Class& of) const {
    const auto found = context_.wrappers.find(of.wrapper);
    return found == context_.wrappers.end() ? nullptr : &found->second;
  }

  // An attribute that the key reads must be of the type that the key expects.
  void check_key_attributes(const ClassDraft& draft, const model::Wrapper& wrapper) {
    for (const model::Stub& stub : wrapper.stubs) {
      const model::Key* key = context_.catalog.find_key(stub.key);
      if (key == nullptr) continue;
      for (const model::EventValue& read : key->attributes) check_key_attribute(draft, *key, read);
    }
  }

  void check_key_attribute(const ClassDraft& draft, const model::Key& key, const model::EventValue& read) {
    for (const TypedMember& member : draft.attributes) {
      if (member.attribute.name != read.name || model::is_assignable(member.attribute.type, read.type))
        continue;
      found_.error(
          "wrong-type", member.attribute.place,
          fmt::format("the key {} reads '{}' of '{}' as {}, not as {}", key.name, read.name, draft.name,
                      model::phrase_of(read.type), model::phrase_of(member.attribute.type)),
          fmt::format("write {}: {}", read.name, model::name_of(read.type)));
    }
  }

  void set_legacy_file(const ClassDraft& draft, model::Class& made) {
    const std::string* file = draft.setting_as<std::string>("legacyFile");
    const TypedMember* setting = draft.find_setting("legacyFile");
    if (file == nullptr || setting->given_by != draft.name) {
      // The ancestor's path has been found there.
      const auto base = std::find_if(
          made_.classes.begin(), made_.classes.end(),
          [&](const model::Class& one) { return file != nullptr && one.name == setting->given_by; });
      if (base != made_.classes.end()) made.legacy_file = base->legacy_file;
      if (base != made_.classes.end() || file == nullptr) return;
    }
    const auto path = context_.folder.find(*file, setting->value_place, "the legacyFile", found_);
    if (path) made.legacy_file = *path;
  }

  // Whether each instance must be in a container, so that its host is the container's.
  const model::Association* container_of(const model::Class& of) const {
    for (const model::Association& one : made_.associations) {
      if (one.composition && one.from_count.min > 0 && is_a(drafts_, of.name, one.to)) return &one;
    }
    return nullptr;
  }

  // Finds where instances of the class run.
  void place_class(model::Class& one) {
    const ClassDraft& draft = *find_draft(drafts_, one.name);
    const TypedMember* setting = draft.find_setting("host-family");
    if (const model::Association* container = container_of(one)) {
      if (setting != nullptr && setting->given_by == one.name) {
        found_.error(
            "content-host", setting->attribute.place,
            fmt::format("'{}' runs on the host of the '{}' that contains it", one.name, container->from),
            "remove its host-family");
      }
      return;
    }
    if (setting == nullptr || !setting->attribute.value) {
      if (!one.is_abstract && draft.syntax != nullptr && !is_given_wrongly(draft)) {
        found_.error(
            "no-host-family", one.place,
            fmt::format("nobody knows where '{}' runs: it has no host-family and no container", one.name),
            host_family_hint());
      }
      return;
    }
    set_host_family(one, *draft.setting_as<std::string>("host-family"), *setting);
  }

  // The setting is there but could not be read, which has been found.
  static bool is_given_wrongly(const ClassDraft& draft) {
    return std::any_of(draft.syntax->members.begin(), draft.syntax->members.end(),
                       [](const MemberSyntax& member) { return member.name.text == "host-family"; });
  }

  std::string host_family_hint() const {
    const std::vector<std::string> known = places_known();
    if (known.empty()) return "draw a class with <<host-family>>, and name it: host-family: String = \"...\"";
    return fmt::format("write host-family: String = \"...\"; {}", suggestion("", known));
  }

  std::vector<std::string> places_known() const {
    std::vector<std::string> known;
    for (const model::HostFamily& family : made_.families) known.push_back(family.name);
    for (const model::Class& other : made_.classes) {
      if (is_vm(wrapper_of(other))) known.push_back(other.name);
    }
    return known;
  }

  void set_host_family(model::Class& one, const std::string& name, const TypedMember& setting) {
    one.host_family = name;
    const auto is_named = [&](const auto& other) { return other.name == name; };
    if (std::any_of(made_.families.begin(), made_.families.end(), is_named)) return;
    const auto vm = std::find_if(made_.classes.begin(), made_.classes.end(), is_named);
    if (vm != made_.classes.end() && is_vm(wrapper_of(*vm))) {
      one.in_vms = true;
      return;
    }
    if (setting.given_by != one.name) return;  // told at the ancestor
    if (vm != made_.classes.end()) {
      // A VM class whose wrapper is missing or wrong has been told of.
      if (vm->wrapper.empty() && find_draft(drafts_, name)->find_setting("wrapper") != nullptr) return;
      found_.error("not-a-host", setting.value_place,
                   fmt::format("'{}' is neither a host family nor a class of VMs", name),
                   "components run on hosts, or in components whose wrapper uses the key VM");
      return;
    }
    found_.error("unknown-family", setting.value_place, fmt::format("there is no host family '{}'", name),
                 suggestion(name, places_known()));
  }

  // The hosts that a class may be on, and all sites.
  std::vector<std::string> places_of(const model::Class& of) const {
    std::vector<std::string> places;
    for (const model::HostFamily& family : made_.families)
      for (const model::HostDeclaration& host : family.hosts)
        if (of.host_family.empty() || family.name == of.host_family) places.push_back(host.name);
    for (const model::Site& site : made_.sites) places.push_back(site.name);
    return places;
  }

  void check_placements() {
    for (const model::Class& one : made_.classes) {
      const ClassDraft& draft = *find_draft(drafts_, one.name);
      check_stay_at(draft, one, places_of(one), found_);
      const model::Wrapper* wrapper = wrapper_of(one);
      if (!one.is_abstract && wrapper != nullptr) check_is_moved(draft, one, *wrapper, found_);
    }
  }

  // VMs inside VMs must stand on hosts at last.
  void check_nesting() {
    for (const model::Class& one : made_.classes) {
      const model::Class* at = &one;
      for (size_t steps = 0; at != nullptr && at->in_vms; ++steps) {
        const auto next =
            std::find_if(made_.classes.begin(), made_.classes.end(),
                         [&](const model::Class& other) { return other.name == at->host_family; });
        at = next == made_.classes.end() ? nullptr : &*next;
        if (at != &one && steps <= made_.classes.size()) continue;
        if (at == &one) {
          found_.error("host-cycle", one.place, fmt::format("'{}' would run inside itself", one.name),
                       "let one of the classes run on a host family");
        }
        break;
      }
    }
  }

  void check_note(const DeploymentNote& note) {
    if (note.about.place.line == 0 || find_draft(drafts_, note.about.text) != nullptr) return;
    std::vector<std::string> known;
    for (const ClassDraft& one : drafts_) known.push_back(one.name);
    found_.error("unknown-class", note.about.place, fmt::format("there is no class '{}'", note.about.text),
                 suggestion(note.about.text, known));
  }

  const DeploymentSyntax& syntax_;
  const DeploymentContext& context_;
  Diagnostics& found_;
  std::vector<ClassDraft> drafts_;
  Deployment made_;
};

}  // namespace

bool is_vm(const model::Wrapper* wrapper) {
  return wrapper != nullptr && std::any_of(wrapper->stubs.begin(), wrapper->stubs.end(),
                                           [](const model::Stub& stub) { return stub.key == "VM"; });
}

Deployment build_deployment(const DeploymentSyntax& syntax, const DeploymentContext& context,
                            Diagnostics& found) {
  Diagnostics own;  // so that errors elsewhere do not keep later steps from being taken
  Deployment built = Builder(syntax, context, own).run();
  found.add(own);
  return built;
}

}  // namespace attune::dsl
