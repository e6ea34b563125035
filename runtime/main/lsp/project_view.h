// SPDX-License-Identifier: Apache-2.0
// ProjectView: a project as its author sees it while writing: the last load of it with the open files over
// those on disk, what was found, and the last model that could be made, which answers while the text is
// broken. Between the workspace and who answers a client's questions. One thread at a time.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/open_project.h"
#include "dsl/project_loader.h"
#include "runtime/base/diagnostic.h"
#include "runtime/model/file_rules.h"
#include "runtime/model/project.h"
#include "runtime/model/wrapper.h"

namespace attune::lsp {

// What every project is read with.
struct Shipped {
  model::Catalog catalog;
  model::FileRules rules;
  std::string folder;  // with the wrappers/ and diagrams/ that ship; may be empty
  // The keys of families, ocf:heartbeat:nginx, of which this machine has what they name. May be empty.
  std::function<std::vector<std::string>()> keys_here = {};
};

class ProjectView {
 public:
  // `folder` is absolute and without links; `shipped` must outlive it.
  ProjectView(std::string folder, const Shipped& shipped);

  const std::string& folder() const { return folder_; }
  const Shipped& shipped() const { return shipped_; }

  void set_text(const std::string& path, std::string text);
  void forget_text(const std::string& path);
  bool has_texts() const { return !open_.texts.empty(); }
  // Files on disk may have changed.
  void set_stale() { is_stale_ = true; }
  bool is_stale() const { return is_stale_; }

  // Reads the project anew, where something has changed.
  void load();

  // Of the last load.
  const Diagnostics& found() const { return found_; }
  const dsl::OpenProject& read() const { return open_; }
  // Of the last load whose declarations could be read; empty before there is one.
  const model::Project& project() const { return sound_; }
  // How often it was loaded: what was made of it is as old as this.
  unsigned generation() const { return generation_; }

  // Names of the files in the folder below it, open ones among them.
  std::vector<std::string> files(const std::string& below, const std::string& extension) const;
  // The node files that the deployment diagram names, as it names them.
  std::vector<std::string> node_files() const;

 private:
  const std::string folder_;
  const Shipped& shipped_;
  dsl::OpenProject open_;
  Diagnostics found_;
  model::Project sound_;
  bool is_stale_ = true;
  unsigned generation_ = 0;
};

}  // namespace attune::lsp
