// SPDX-License-Identifier: Apache-2.0
// Workspace: the files that a client has open, and the projects that they belong to. Between the server,
// which speaks the protocol, and the projects' views. One thread at a time.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/main/lsp/document.h"
#include "runtime/main/lsp/project_view.h"

namespace attune::lsp {

class Workspace {
 public:
  // `shipped` must outlive it.
  explicit Workspace(const Shipped& shipped) : shipped_(shipped) {}

  // Paths are absolute, as path_of_uri gives them.
  void open(const std::string& path, std::string text);
  void close(const std::string& path);
  // The open document, or nullptr; after a change of it changed() must be called.
  Document* find_document(const std::string& path);
  void changed(const std::string& path);

  // Files on disk may have changed.
  void set_stale();

  // The project of the file, read anew where something has changed; nullptr where it is in none, or not open.
  ProjectView* project_of(const std::string& path);
  // The same as it was last read, once it was.
  ProjectView* known_project_of(const std::string& path);

  std::vector<ProjectView*> projects();
  // The folders of those in which no file is open any more, and which are forgotten with it.
  std::vector<std::string> take_left_projects() { return std::exchange(left_, {}); }

  // The path without links, by which projects call their files.
  static std::string real_path(const std::string& path);

 private:
  struct OpenFile {
    Document document;
    std::string folder;  // of its project; empty: none
  };

  std::string folder_of(const std::string& real) const;
  void place(const std::string& real, OpenFile& file);
  void leave(const std::string& real, const std::string& folder);
  void place_again();

  const Shipped& shipped_;
  std::map<std::string, OpenFile> files_;  // by real path
  std::map<std::string, std::unique_ptr<ProjectView>> projects_;
  std::vector<std::string> left_;
};

}  // namespace attune::lsp
