// SPDX-License-Identifier: Apache-2.0
#include "dsl/project_loader.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "dsl/allowances.h"
#include "dsl/deployment_builder.h"
#include "dsl/deployment_parser.h"
#include "dsl/diagram_builder.h"
#include "dsl/diagram_shelf.h"
#include "dsl/fence_check.h"
#include "dsl/file_check.h"
#include "dsl/key_value_check.h"
#include "dsl/open_project.h"
#include "dsl/power_check.h"
#include "dsl/project_folder.h"
#include "dsl/settings_reader.h"
#include "dsl/wrapper_check.h"
#include "dsl/wrapper_shelf.h"
#include "runtime/model/settings.h"

namespace attune::dsl {

namespace {

constexpr std::string_view kDeployment = "deployment.mmd";
constexpr std::string_view kSettings = "attune.info";

// Part of paths, of the socket's and the journal's folders.
bool is_project_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && name.front() != '.' && name.front() != '-' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.';
         });
}

class Loader {
 public:
  Loader(const std::string& directory, const model::Catalog& catalog, const model::FileRules& rules,
         const std::string& stock, OpenProject* open, Diagnostics& found)
      : catalog_(catalog),
        rules_(rules),
        found_(found),
        folder_(directory, open == nullptr ? nullptr : &open->texts),
        stock_(stock),
        open_(open) {}

  LoadedProject run() {
    if (!folder_.exists()) {
      found_.error("no-project", {}, fmt::format("there is no folder '{}'", folder_.shown()),
                   "name the folder that holds the project's deployment.mmd");
      return {};
    }
    project().directory = folder_.absolute();
    read_settings_file();
    set_name();
    const auto deployment = read_deployment();
    if (!deployment) return std::move(made_);
    WrapperShelf shelf = fill_shelf(*deployment, folder_, stock_, catalog_, found_);
    if (deployment_is_readable_) build(*deployment, shelf);
    const bool declared = !found_.has_errors();
    // A diagram with an error in its text is checked all the same: all errors of a file in one go.
    DiagramTrees trees = fill_diagram_shelf(folder_, stock_, settings_, open_, found_);
    if (declared) check(trees);
    if (found_.has_errors()) made_.instances = {};
    if (open_ != nullptr) keep(*deployment, std::move(trees));
    return std::move(made_);
  }

 private:
  model::Project& project() { return made_.project; }

  void keep(const DeploymentSyntax& deployment, DiagramTrees trees) {
    open_->deployment = deployment;
    open_->diagrams = std::move(trees);
    open_->kept_deployments.forget_unused();
    open_->kept_diagrams.forget_unused();
  }

  std::optional<std::string> load(std::string_view name, std::string_view what) {
    const auto path = folder_.find(name, {}, what, found_);
    return path ? folder_.load(*path, {}, found_) : std::nullopt;
  }

  std::optional<Source> read(std::string_view name, std::string_view what) {
    auto text = load(name, what);
    if (!text) return std::nullopt;
    return make_source(folder_.shown(name), std::move(*text), found_);
  }

  void read_settings_file() {
    if (!folder_.has(kSettings)) return;
    const auto source = read(kSettings, "the settings");
    if (!source) return;
    settings_ = read_settings(*source, found_);
    for (const auto& [name, setting] : settings_) project().settings[name] = setting.text;
  }

  void set_name() {
    const auto said = settings_.find("name");
    project().name = said != settings_.end() ? said->second.text
                                             : std::filesystem::path(folder_.absolute()).filename().string();
    if (is_project_name(project().name)) return;
    found_.error("bad-name", said != settings_.end() ? said->second.place : Place{},
                 fmt::format("'{}' cannot be a project's name", project().name),
                 "write name in attune.info: up to 64 letters, digits, '_', '-' and '.'");
  }

  std::optional<DeploymentSyntax> read_deployment() {
    auto text = load(kDeployment, "the deployment diagram");
    if (!text) return std::nullopt;
    const std::string path = folder_.shown(kDeployment);
    ReadDeployment read = open_ == nullptr
                              ? parse(path, std::move(*text), found_)
                              : open_->kept_deployments.get(path, std::move(*text), found_, parse);
    deployment_is_readable_ = read.is_whole;
    return std::move(read.syntax);
  }

  static ReadDeployment parse(std::string path, std::string text, Diagnostics& found) {
    const Source source = make_source(std::move(path), std::move(text), found);
    Diagnostics own;
    ReadDeployment read{parse_deployment(source, own), !own.has_errors()};
    found.add(own);
    return read;
  }

  void build(const DeploymentSyntax& deployment, WrapperShelf& shelf) {
    Deployment built = build_deployment(deployment, {folder_, catalog_, shelf.files, shelf.wrappers}, found_);
    project().classes = std::move(built.classes);
    project().associations = std::move(built.associations);
    project().families = std::move(built.families);
    project().sites = std::move(built.sites);
    project().links = std::move(built.links);
    project().wrappers = std::move(shelf.wrappers);
    places_ = std::move(built.value_places);
  }

  void check(const DiagramTrees& trees) {
    check_wrappers(project(), catalog_, found_);
    check_attributes(project(), places_, found_);
    check_key_values(project(), places_, found_);
    check_fences(project(), found_);
    check_power(project(), found_);
    check_files(project(), rules_, places_, folder_, stock_, found_);
    made_.instances = model::instantiate(project(), found_);
    project().diagrams = build_diagrams(trees, project(), found_);
    for (const auto& [event, syntax] : trees) check_stock(event, *syntax.file);
  }

  // What is found in a diagram that ships is said where the project names it as well: there it can be mended.
  void check_stock(const std::string& event, const SourceFile& file) {
    const auto setting = settings_.find(fmt::format("{}.{}", model::kDiagramSettings, event));
    const auto& all = found_.all();
    const bool is_wrong = std::any_of(all.begin(), all.end(), [&](const Diagnostic& one) {
      return one.severity == Severity::kError && one.place.file.get() == &file;
    });
    if (setting == settings_.end() || !is_wrong) return;
    found_.error("stock-misfit", setting->second.place,
                 fmt::format("{} does not fit here: see what is found in it", setting->second.text),
                 fmt::format("copy {} to diagrams/{}.mmd and change it there", file.path, event));
  }

  const model::Catalog& catalog_;
  const model::FileRules& rules_;
  Diagnostics& found_;
  const ProjectFolder folder_, stock_;
  OpenProject* const open_;
  std::map<std::string, SettingText> settings_;
  ValuePlaces places_;
  bool deployment_is_readable_ = false;
  LoadedProject made_;
};

}  // namespace

LoadedProject load_project(const std::string& directory, const model::Catalog& catalog,
                           const std::string& stock, Diagnostics& found, const model::FileRules& rules,
                           const FurtherCheck& further) {
  LoadedProject loaded = Loader(directory, catalog, rules, stock, nullptr, found).run();
  if (further) further(loaded.project, found);
  found = with_allowances(found);
  found.sort();
  return loaded;
}

LoadedProject load_open_project(OpenProject& open, const std::string& directory,
                                const model::Catalog& catalog, const std::string& stock, Diagnostics& found,
                                const model::FileRules& rules) {
  LoadedProject loaded = Loader(directory, catalog, rules, stock, &open, found).run();
  found = with_allowances(found);
  found.sort();
  return loaded;
}

}  // namespace attune::dsl
