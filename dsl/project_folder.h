// SPDX-License-Identifier: Apache-2.0
// ProjectFolder: the files of a project, by the names that the project calls them. Nothing outside the folder
// is reached through it: no absolute path, no "..", no link that leads out. What is open in an editor stands
// for the file on disk. Any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/source.h"
#include "runtime/base/diagnostic.h"

namespace attune::dsl {

// The texts of the files that are open in an editor, by their absolute paths without links.
using OpenTexts = std::map<std::string, std::string, std::less<>>;

class ProjectFolder {
 public:
  // As the user wrote it; messages show paths below it in the same way. `open` must outlive it.
  explicit ProjectFolder(std::string directory, const OpenTexts* open = nullptr);

  const std::string& shown() const { return directory_; }
  const std::string& absolute() const { return absolute_; }
  bool exists() const { return exists_; }

  // The absolute path of the file that the project calls `name`. Nothing where it is not there, not a file,
  // or not inside; `place` is where the project says so, `what` what it is to be: "the node file".
  std::optional<std::string> find(std::string_view name, const Place& place, std::string_view what,
                                  Diagnostics& found) const;

  // Names of the files with the extension (".xml") in the folder below, sorted; none where there is no
  // folder.
  std::vector<std::string> list(std::string_view folder, std::string_view extension) const;
  // What list() passes over although it is called so: a link to nothing, a folder; or that the folder cannot
  // be read.
  void check_list(std::string_view folder, std::string_view extension, Diagnostics& found) const;

  // Whether there is such a file.
  bool has(std::string_view name) const;

  // The text of the file that was found at `path`; nothing where it cannot be read, which is found at
  // `place`.
  std::optional<std::string> load(const std::string& path, const Place& place, Diagnostics& found) const;
  // Whether that text is an editor's, which is UTF-8 whatever it says about itself.
  bool is_open(const std::string& path) const { return open_ != nullptr && open_->contains(path); }

  // As messages show it.
  std::string shown(std::string_view name) const;

 private:
  void add_open(const std::string& folder, std::string_view extension, std::vector<std::string>& names) const;

  std::string directory_;
  std::string absolute_;  // without links
  bool exists_ = false;
  const OpenTexts* open_ = nullptr;
};

}  // namespace attune::dsl
