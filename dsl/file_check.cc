// SPDX-License-Identifier: Apache-2.0
#include "dsl/file_check.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "dsl/navigation_check.h"
#include "runtime/base/suggest.h"

namespace attune::dsl {

namespace {

constexpr std::string_view kProbes = "probes", kScripts = "wrappers";  // of the stock folder

// The param's text where the run adds nothing to it.
std::optional<std::string> constant(const model::Stub& stub, size_t param) {
  if (param >= stub.params.size()) return std::nullopt;
  const auto& parts = stub.params[param].parts;
  if (parts.size() != 1) return std::nullopt;
  const auto* text = std::get_if<std::string>(&parts.front());
  return text == nullptr ? std::nullopt : std::optional(*text);
}

class FileCheck {
 public:
  FileCheck(const model::Project& project, const model::FileRules& rules, const ValuePlaces& places,
            const ProjectFolder& folder, const ProjectFolder& stock, Diagnostics& found)
      : project_(project), rules_(rules), places_(places), folder_(folder), stock_(stock), found_(found) {}

  void run() {
    for (const model::Class& one : project_.classes) {
      const model::Wrapper* wrapper = project_.wrapper_of(one);
      if (wrapper == nullptr || one.is_abstract) continue;
      for (const model::Stub& stub : wrapper->stubs) {
        check_key(stub);
        look_at(one, *wrapper, stub);
      }
      for (const model::FileRules::Attribute& attribute : rules_.attributes) {
        const bool is_read = std::any_of(wrapper->stubs.begin(), wrapper->stubs.end(),
                                         [&](const model::Stub& stub) { return stub.key == attribute.key; });
        if (is_read) look_at_attribute(one, attribute.attribute);
      }
    }
  }

 private:
  // Once each, whoever uses it.
  void check_key(const model::Stub& stub) {
    if (!rules_.check_key || !keys_.insert(stub.key).second) return;
    if (const auto good = rules_.check_key(stub.key); !good)
      found_.error("bad-key", stub.place, good.error().message, {});
  }

  void look_at(const model::Class& of, const model::Wrapper& wrapper, const model::Stub& stub) {
    if (stub.key == rules_.script_key) return look_for_script(of, wrapper, stub);
    const auto rule =
        std::find_if(rules_.params.begin(), rules_.params.end(), [&](const model::FileRules::Param& one) {
          return one.key == stub.key && one.operation == stub.operation;
        });
    const auto name = constant(stub, 0);
    if (rule == rules_.params.end() || !name) return;
    if (rule->names == model::NamedFile::kTemplate)
      follow_all(of, *name, stub.place, "the template", Secrets::kRead);
    if (rule->names == model::NamedFile::kProbe) look_for_probe(*name, stub.place);
  }

  void look_at_attribute(const model::Class& of, const std::string& attribute) {
    const model::Attribute* named = of.find_attribute(attribute);
    const auto* name = named == nullptr || !named->value ? nullptr : named->value->get_if<std::string>();
    if (name == nullptr || name->find('$') != name->npos) return;
    const auto place = places_.find({of.name, attribute});
    follow_all(of, *name, place == places_.end() ? named->place : place->second,
               fmt::format("the {}", attribute), Secrets::kShown);
  }

  // What becomes of a Secret in a file: only what configure writes is for nobody but the component.
  enum class Secrets { kRead, kShown };

  // Where the navigation in the project's file leads.
  void follow_all(const model::Class& of, const std::string& name, const Place& place, std::string_view what,
                  Secrets secrets) {
    if (!templates_.contains(name)) templates_.emplace(name, read(name, place, what));
    for (const auto& part : templates_[name].parts) {
      const auto* navigation = std::get_if<model::Navigation>(&part);
      if (navigation == nullptr) continue;
      if (navigation->root == model::Navigation::Root::kArgument) {
        found_.error("bad-navigation", navigation->place, "a file gets no arguments",
                     "navigate from the component: $this.attribute, $role.attribute");
      } else {
        const auto reached = follow(project_, of, *navigation, found_);
        if (reached && reached->is_secret() && secrets == Secrets::kShown) tell_shown(of, *navigation, what);
      }
    }
  }

  void tell_shown(const model::Class& of, const model::Navigation& navigation, std::string_view what) {
    found_.error("secret-shown", navigation.place,
                 fmt::format("class '{}': '{}' is a Secret, and {} is kept where others read it", of.name,
                             to_text(navigation), what),
                 "write it into a template of configure");
  }

  model::Template read(const std::string& name, const Place& place, std::string_view what) {
    const auto path = folder_.find(name, place, what, found_);
    const auto text = path ? folder_.load(*path, place, found_) : std::nullopt;
    if (!text) return {};
    return model::parse_template(
        *text, Place{std::make_shared<SourceFile>(SourceFile{folder_.shown(name), *text}), 1, 1}, found_);
  }

  static bool is_there(const ProjectFolder& folder, const std::string& name) {
    Diagnostics ignored;
    return folder.find(name, {}, "", ignored).has_value();
  }

  void look_for_probe(const std::string& name, const Place& place) {
    const bool is_known =
        !stock_.exists() || is_there(folder_, name) || is_there(stock_, fmt::format("{}/{}", kProbes, name));
    if (is_known || !told_.emplace(name, "", "").second) return;
    // The project's own files may be anything: only one that was nearly named is taken for a probe.
    const std::vector<std::string> own = folder_.list("", "");
    const std::string_view meant = nearest(name, own);
    found_.error(
        "missing-file", place,
        fmt::format("there is no probe '{}': neither in the project nor among those that ship", name),
        meant.empty() ? suggestion(name, stock_.list(kProbes, ""))
                      : fmt::format("did you mean '{}'?", meant));
  }

  void look_for_script(const model::Class& of, const model::Wrapper& wrapper, const model::Stub& stub) {
    const std::string& name = stub.operation;
    if (is_there(folder_, name) || is_configured(wrapper, name)) return;
    if (!of.legacy_file.empty()) {
      if (!rules_.holds) return;
      const auto held = rules_.holds(of.legacy_file, name);
      if (!held || *held) return;  // an archive that cannot be read is found when it is deployed
    } else if (is_there(stock_, fmt::format("{}/{}", kScripts, name))) {
      return;
    }
    if (!told_.emplace(wrapper.name, name, of.legacy_file).second) return;
    const std::string archive = std::filesystem::path(of.legacy_file).filename().string();
    found_.warning("missing-script", stub.place,
                   fmt::format("class '{}': the script '{}' is {}", of.name, name,
                               archive.empty() ? "not in the project, and there is no legacyFile"
                                               : "neither in the project nor in " + archive),
                   "put it into the project or into the archive; method is its path there");
  }

  // Whether the wrapper itself makes the file.
  static bool is_configured(const model::Wrapper& wrapper, const std::string& name) {
    return std::any_of(wrapper.stubs.begin(), wrapper.stubs.end(),
                       [&](const model::Stub& stub) { return constant(stub, 1) == name; });
  }

  const model::Project& project_;
  const model::FileRules& rules_;
  const ValuePlaces& places_;
  const ProjectFolder& folder_;
  const ProjectFolder& stock_;
  Diagnostics& found_;
  std::map<std::string, model::Template> templates_;  // by the file's name; empty where it cannot be read
  std::set<std::tuple<std::string, std::string, std::string>> told_;
  std::set<std::string> keys_;  // that were looked at
};

}  // namespace

void check_files(const model::Project& project, const model::FileRules& rules, const ValuePlaces& places,
                 const ProjectFolder& folder, const ProjectFolder& stock, Diagnostics& found) {
  FileCheck(project, rules, places, folder, stock, found).run();
}

}  // namespace attune::dsl
