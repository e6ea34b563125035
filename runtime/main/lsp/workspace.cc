// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/lsp/workspace.h"

#include <filesystem>
#include <system_error>
#include <utility>

namespace attune::lsp {

namespace {

namespace fs = std::filesystem;

constexpr const char* kDeployment = "deployment.mmd";

}  // namespace

std::string Workspace::real_path(const std::string& path) {
  std::error_code problem;
  const fs::path real = fs::weakly_canonical(path, problem);
  return problem ? fs::path(path).lexically_normal().string() : real.string();
}

// The nearest folder upward that holds a deployment diagram, on disk or open.
std::string Workspace::folder_of(const std::string& real) const {
  std::error_code problem;
  for (fs::path folder = fs::path(real).parent_path();; folder = folder.parent_path()) {
    const fs::path deployment = folder / kDeployment;
    if (files_.contains(deployment) || fs::is_regular_file(deployment, problem)) return folder;
    if (!folder.has_relative_path()) return {};
  }
}

void Workspace::open(const std::string& path, std::string text) {
  const std::string real = real_path(path);
  close(path);
  OpenFile& file = files_.emplace(real, OpenFile{Document(std::move(text)), {}}).first->second;
  place(real, file);
  if (fs::path(real).filename() == kDeployment) place_again();
}

void Workspace::close(const std::string& path) {
  const std::string real = real_path(path);
  const auto at = files_.find(real);
  if (at == files_.end()) return;
  const std::string folder = at->second.folder;
  files_.erase(at);
  leave(real, folder);
  if (fs::path(real).filename() == kDeployment) place_again();
}

void Workspace::place(const std::string& real, OpenFile& file) {
  file.folder = folder_of(real);
  if (file.folder.empty()) return;
  auto& project = projects_[file.folder];
  if (!project) project = std::make_unique<ProjectView>(file.folder, shipped_);
  project->set_text(real, file.document.text());
}

void Workspace::leave(const std::string& real, const std::string& folder) {
  const auto at = projects_.find(folder);
  if (at == projects_.end()) return;
  at->second->forget_text(real);
  if (at->second->has_texts()) return;
  left_.push_back(folder);
  projects_.erase(at);
}

// A deployment diagram has come or gone: files may belong elsewhere now.
void Workspace::place_again() {
  for (auto& [real, file] : files_) {
    const std::string folder = folder_of(real);
    if (folder == file.folder) continue;
    leave(real, file.folder);
    place(real, file);
  }
}

Document* Workspace::find_document(const std::string& path) {
  const auto at = files_.find(real_path(path));
  return at == files_.end() ? nullptr : &at->second.document;
}

void Workspace::changed(const std::string& path) {
  const auto at = files_.find(real_path(path));
  if (at == files_.end() || at->second.folder.empty()) return;
  projects_.at(at->second.folder)->set_text(at->first, at->second.document.text());
}

void Workspace::set_stale() {
  place_again();
  for (auto& [folder, project] : projects_) project->set_stale();
}

ProjectView* Workspace::known_project_of(const std::string& path) {
  const auto at = files_.find(real_path(path));
  if (at == files_.end() || at->second.folder.empty()) return nullptr;
  ProjectView& project = *projects_.at(at->second.folder);
  if (project.generation() == 0) project.load();
  return &project;
}

ProjectView* Workspace::project_of(const std::string& path) {
  ProjectView* project = known_project_of(path);
  if (project != nullptr) project->load();
  return project;
}

std::vector<ProjectView*> Workspace::projects() {
  std::vector<ProjectView*> all;
  for (auto& [folder, project] : projects_) all.push_back(project.get());
  return all;
}

}  // namespace attune::lsp
