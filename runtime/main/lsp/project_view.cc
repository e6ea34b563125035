// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/lsp/project_view.h"

#include <utility>

namespace attune::lsp {

ProjectView::ProjectView(std::string folder, const Shipped& shipped)
    : folder_(std::move(folder)), shipped_(shipped) {}

void ProjectView::set_text(const std::string& path, std::string text) {
  open_.texts[path] = std::move(text);
  is_stale_ = true;
}

void ProjectView::forget_text(const std::string& path) {
  if (open_.texts.erase(path) > 0) is_stale_ = true;
}

void ProjectView::load() {
  if (!is_stale_) return;
  is_stale_ = false;
  ++generation_;
  found_ = {};
  dsl::LoadedProject loaded =
      dsl::load_open_project(open_, folder_, shipped_.catalog, shipped_.folder, found_, shipped_.rules);
  // Diagrams are looked at only where what they speak of is declared without an error.
  const bool is_declared = loaded.project.diagrams.size() == open_.diagrams.size() &&
                           (!found_.has_errors() || !loaded.project.diagrams.empty());
  if (is_declared) sound_ = std::move(loaded.project);
}

std::vector<std::string> ProjectView::node_files() const {
  std::vector<std::string> names;
  if (!open_.deployment) return names;
  for (const dsl::ClassSyntax& one : open_.deployment->classes) {
    for (const dsl::MemberSyntax& member : one.members)
      if (member.name.text == "nodefile" && member.value && !member.value->is_list)
        names.push_back(member.value->scalars.at(0).word.text);
  }
  return names;
}

std::vector<std::string> ProjectView::files(const std::string& below, const std::string& extension) const {
  return dsl::ProjectFolder(folder_, &open_.texts).list(below, extension);
}

}  // namespace attune::lsp
