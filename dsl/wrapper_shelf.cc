// SPDX-License-Identifier: Apache-2.0
#include "dsl/wrapper_shelf.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "dsl/wrapper_reader.h"
#include "dsl/xml_encoding.h"
#include "runtime/base/suggest.h"

namespace attune::dsl {

namespace {

constexpr std::string_view kFolder = "wrappers";

class Filler {
 public:
  Filler(const ProjectFolder& project, const ProjectFolder& stock, const model::Catalog& catalog,
         Diagnostics& found)
      : project_(project), stock_(stock), catalog_(catalog), found_(found) {}

  WrapperShelf run(const DeploymentSyntax& deployment) {
    project_.check_list(kFolder, ".xml", found_);
    own_ = project_.list(kFolder, ".xml");
    shipped_ = stock_.list(kFolder, ".xml");
    for (const std::string& file : own_) read(project_, file);
    for (const ClassSyntax& one : deployment.classes) {
      for (const MemberSyntax& member : one.members) {
        const bool is_text = member.value && !member.value->is_list && member.value->scalars[0].is_quoted;
        if (member.name.text == "wrapper" && is_text) fetch(member.value->scalars[0].word);
      }
    }
    return std::move(made_);
  }

 private:
  void fetch(const Word& file) {
    if (made_.files.contains(file.text)) return;
    if (std::find(shipped_.begin(), shipped_.end(), file.text) != shipped_.end())
      return read(stock_, file.text);
    std::vector<std::string> known = own_;
    known.insert(known.end(), shipped_.begin(), shipped_.end());
    found_.error("missing-file", file.place,
                 fmt::format("the wrapper '{}' is neither in {} nor among those that ship", file.text,
                             project_.shown(kFolder)),
                 known.empty() ? std::string("put it there") : suggestion(file.text, known));
  }

  void read(const ProjectFolder& folder, const std::string& file) {
    std::string& name = made_.files[file];
    const std::string below = fmt::format("{}/{}", kFolder, file);
    const auto path = folder.find(below, {}, "the wrapper", found_);
    if (!path) return;
    auto text = folder.load(*path, {}, found_);
    if (!text) return;
    const std::string shown = folder.shown(below);
    if (!folder.is_open(*path)) text = decode_xml(shown, std::move(*text), found_);
    const Source source = make_source(shown, std::move(*text), found_);
    auto wrapper = read_wrapper(source, catalog_, found_);
    if (!wrapper || wrapper->name.empty()) return;
    name = wrapper->name;
    const auto [at, is_new] = made_.wrappers.emplace(wrapper->name, std::move(*wrapper));
    if (is_new) return;
    found_.error("duplicate-wrapper", {source.file, 1, 1, 1},
                 fmt::format("there is another wrapper called '{}', in {}", name, at->second.path),
                 "give one of them another name, or remove it");
  }

  const ProjectFolder& project_;
  const ProjectFolder& stock_;
  const model::Catalog& catalog_;
  Diagnostics& found_;
  std::vector<std::string> own_, shipped_;
  WrapperShelf made_;
};

}  // namespace

WrapperShelf fill_shelf(const DeploymentSyntax& deployment, const ProjectFolder& project,
                        const ProjectFolder& stock, const model::Catalog& catalog, Diagnostics& found) {
  return Filler(project, stock, catalog, found).run(deployment);
}

}  // namespace attune::dsl
