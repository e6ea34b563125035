// SPDX-License-Identifier: Apache-2.0
// OpenProject: a project that somebody is writing: the texts that are open in an editor, and what one load of
// it leaves for the next and for who asks about it. Beside project_loader.h, for the language server. One
// thread at a time.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "dsl/deployment_syntax.h"
#include "dsl/diagram_builder.h"
#include "dsl/project_folder.h"
#include "dsl/project_loader.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

// What was read of files, by their paths, as long as their texts stay the same: reading costs more than all
// the rest of a load.
template <class Tree>
class KeptTrees {
 public:
  // What `read(path, text, found)` makes of the file, or has made of the same text. Valid until the next
  // call.
  template <class Read>
  const Tree& get(const std::string& path, std::string text, Diagnostics& found, Read&& read) {
    Entry& entry = entries_[path];
    if (!entry.tree || entry.text != text) {
      entry.text = text;
      entry.found = {};
      entry.tree.emplace(read(path, std::move(text), entry.found));
    }
    entry.is_used = true;
    found.add(entry.found);
    return *entry.tree;
  }

  // Forgets what nobody has asked for since the last time.
  void forget_unused() {
    std::erase_if(entries_, [](const auto& each) { return !each.second.is_used; });
    for (auto& [path, entry] : entries_) entry.is_used = false;
  }

 private:
  struct Entry {
    std::string text;
    std::optional<Tree> tree;
    Diagnostics found;
    bool is_used = false;
  };
  std::map<std::string, Entry> entries_;
};

struct ReadDeployment {
  DeploymentSyntax syntax;
  bool is_whole = false;  // nothing in it is left out for an error
};

struct OpenProject {
  OpenTexts texts;

  // Of the last load: what could be read.
  std::optional<DeploymentSyntax> deployment;
  DiagramTrees diagrams;

  KeptTrees<ReadDeployment> kept_deployments;
  KeptTrees<std::optional<DiagramSyntax>> kept_diagrams;
};

// As load_project() does, with the open texts over the files on disk; what was read is kept in `open`.
LoadedProject load_open_project(OpenProject& open, const std::string& directory,
                                const model::Catalog& catalog, const std::string& stock, Diagnostics& found,
                                const model::FileRules& rules = {});

}  // namespace attune::dsl
