// SPDX-License-Identifier: Apache-2.0
#include "dsl/diagram_shelf.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "dsl/diagram_parser.h"
#include "runtime/base/suggest.h"
#include "runtime/model/settings.h"

namespace attune::dsl {

namespace {

constexpr std::string_view kFolder = "diagrams", kExtension = ".mmd";

class Filler {
 public:
  Filler(const ProjectFolder& project, const ProjectFolder& stock, OpenProject* open, Diagnostics& found)
      : project_(project), stock_(stock), open_(open), found_(found) {}

  DiagramTrees run(const std::map<std::string, SettingText>& settings) {
    project_.check_list(kFolder, kExtension, found_);
    for (const std::string& file : project_.list(kFolder, kExtension)) read_own(file);
    const std::string prefix = std::string(model::kDiagramSettings) + ".";
    for (const auto& [name, setting] : settings) {
      if (name.starts_with(prefix)) fetch(name.substr(prefix.size()), setting);
    }
    return std::move(made_);
  }

 private:
  void read_own(const std::string& file) {
    const std::string event = std::filesystem::path(file).stem().string();
    if (!is_name(event)) {
      found_.error(
          "bad-name", {nullptr, 0, 0, 0},
          fmt::format("{}: '{}' cannot be an event", shown(project_, file), event),
          "the file is named after the event: a letter, then letters, digits and '_', the last one not '_'");
      return;
    }
    read(project_, file, event);
  }

  // A stock diagram, under the name of the event that it is to answer.
  void fetch(const std::string& event, const SettingText& setting) {
    const std::string name = setting.text.substr(model::kStockPrefix.size());
    if (!is_name(event)) {
      found_.error("bad-setting", setting.place, fmt::format("'{}' cannot be an event", event),
                   "an event is a letter, then letters, digits and '_'");
    } else if (made_.contains(event)) {
      found_.error("two-diagrams", setting.place,
                   fmt::format("the project has a diagram of its own for '{}'", event),
                   fmt::format("remove this line, or {}", shown(project_, event + std::string(kExtension))));
    } else if (const auto shipped = names_shipped();
               std::find(shipped.begin(), shipped.end(), name) == shipped.end()) {
      found_.error("missing-file", setting.place, fmt::format("no diagram '{}' ships", name),
                   suggestion(name, shipped));
    } else {
      read(stock_, name + std::string(kExtension), event);
    }
  }

  std::vector<std::string> names_shipped() const {
    std::vector<std::string> names = stock_.list(kFolder, kExtension);
    for (std::string& name : names) name.resize(name.size() - kExtension.size());
    return names;
  }

  static std::string shown(const ProjectFolder& folder, const std::string& file) {
    return folder.shown(fmt::format("{}/{}", kFolder, file));
  }

  void read(const ProjectFolder& folder, const std::string& file, const std::string& event) {
    const auto path = folder.find(fmt::format("{}/{}", kFolder, file), {}, "the diagram", found_);
    if (!path) return;
    auto text = folder.load(*path, {}, found_);
    if (!text) return;
    auto syntax = open_ == nullptr
                      ? parse(shown(folder, file), std::move(*text), found_)
                      : open_->kept_diagrams.get(shown(folder, file), std::move(*text), found_, parse);
    if (syntax) made_.emplace(event, *std::move(syntax));
  }

  static std::optional<DiagramSyntax> parse(std::string path, std::string text, Diagnostics& found) {
    return parse_diagram(make_source(std::move(path), std::move(text), found), found);
  }

  const ProjectFolder& project_;
  const ProjectFolder& stock_;
  OpenProject* open_;
  Diagnostics& found_;
  DiagramTrees made_;
};

}  // namespace

DiagramTrees fill_diagram_shelf(const ProjectFolder& project, const ProjectFolder& stock,
                                const std::map<std::string, SettingText>& settings, OpenProject* open,
                                Diagnostics& found) {
  return Filler(project, stock, open, found).run(settings);
}

}  // namespace attune::dsl
