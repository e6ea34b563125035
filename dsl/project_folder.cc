// SPDX-License-Identifier: Apache-2.0
#include "dsl/project_folder.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/inner_path.h"
#include "runtime/base/suggest.h"

namespace attune::dsl {

namespace {

namespace fs = std::filesystem;

// Whether `path`, without links, is below `root`, without links.
bool is_below(const fs::path& root, const fs::path& path) {
  const auto [at, _] = std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  return at == root.end();
}

// What else there is in the folder where the file should be, for the hint.
std::string neighbours(const fs::path& path) {
  std::vector<std::string> names;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(path.parent_path(), problem)) {
    if (entry.is_regular_file(problem)) names.push_back(entry.path().filename().string());
  }
  const std::string_view near = nearest(path.filename().string(), names);
  return near.empty() ? std::string() : fmt::format("did you mean '{}'?", near);
}

}  // namespace

ProjectFolder::ProjectFolder(std::string directory, const OpenTexts* open)
    : directory_(std::move(directory)), open_(open) {
  while (directory_.size() > 1 && directory_.back() == '/') directory_.pop_back();
  std::error_code problem;
  exists_ = fs::is_directory(directory_, problem);
  const fs::path canonical = fs::weakly_canonical(fs::absolute(directory_, problem), problem);
  absolute_ = problem ? directory_ : canonical.string();
}

std::optional<std::string> ProjectFolder::find(std::string_view name, const Place& place,
                                               std::string_view what, Diagnostics& found) const {
  if (!stays_inside(name)) {
    found.error("outside", place, fmt::format("{} '{}' is not inside the project's folder", what, name),
                "put it into the project and name it relative to the project's folder");
    return std::nullopt;
  }
  std::error_code problem;
  const fs::path path = fs::path(absolute_) / name;
  if (is_open(path.lexically_normal())) return path.lexically_normal();
  if (!fs::exists(path, problem)) {
    found.error("missing-file", place, fmt::format("{} '{}' is not there", what, shown(name)),
                neighbours(path));
    return std::nullopt;
  }
  const fs::path real = fs::canonical(path, problem);
  if (problem || !is_below(absolute_, real)) {
    found.error("outside", place,
                fmt::format("{} '{}' is a link out of the project's folder", what, shown(name)),
                "put the file itself there");
    return std::nullopt;
  }
  if (!fs::is_regular_file(real, problem)) {
    found.error("missing-file", place, fmt::format("{} '{}' is not a file", what, shown(name)),
                "name a file");
    return std::nullopt;
  }
  return real.string();
}

std::vector<std::string> ProjectFolder::list(std::string_view folder, std::string_view extension) const {
  std::vector<std::string> names;
  if (!exists_) return names;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(fs::path(absolute_) / folder, problem)) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() == extension && name.front() != '.' && entry.is_regular_file(problem))
      names.push_back(name);
  }
  add_open(fs::path(absolute_) / folder, extension, names);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

void ProjectFolder::check_list(std::string_view folder, std::string_view extension,
                               Diagnostics& found) const {
  if (!exists_) return;
  const auto tell = [&](const std::string& name, const std::string& what, const char* hint) {
    found.error("unreadable", {nullptr, 0, 0, 0}, fmt::format("'{}' {}", shown(name), what), hint);
  };
  std::error_code problem;
  const fs::directory_iterator entries(fs::path(absolute_) / folder, problem);
  if (problem && problem != std::errc::no_such_file_or_directory)
    tell(std::string(folder), fmt::format("cannot be read: {}", problem.message()),
         "let whoever runs attune read the folder");
  if (problem) return;
  for (const auto& entry : entries) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() != extension || name.front() == '.' || entry.is_regular_file(problem))
      continue;
    tell(fmt::format("{}/{}", folder, name),
         entry.is_symlink(problem) ? "is a link that leads to no file" : "is no file",
         "put the file itself there, or remove it");
  }
}

std::string ProjectFolder::shown(std::string_view name) const {
  return directory_ == "." ? std::string(name)
                           : fmt::format("{}/{}", directory_ == "/" ? "" : directory_, name);
}

// A file may be open that has never been saved.
void ProjectFolder::add_open(const std::string& folder, std::string_view extension,
                             std::vector<std::string>& names) const {
  if (open_ == nullptr) return;
  for (const auto& [path, text] : *open_) {
    const fs::path file = path;
    if (file.parent_path() / "" == fs::path(folder) / "" && file.extension() == extension &&
        !file.filename().string().starts_with('.'))
      names.push_back(file.filename());
  }
}

bool ProjectFolder::has(std::string_view name) const {
  const fs::path path = fs::path(absolute_) / name;
  std::error_code problem;
  return is_open(path) || fs::exists(path, problem);
}

std::optional<std::string> ProjectFolder::load(const std::string& path, const Place& place,
                                               Diagnostics& found) const {
  if (is_open(path)) return open_->find(path)->second;
  auto text = load_text(path);
  if (text) return std::move(*text);
  found.error("unreadable", place, text.error().message, "");
  return std::nullopt;
}

}  // namespace attune::dsl
