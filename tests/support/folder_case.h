// SPDX-License-Identifier: Apache-2.0
// FolderCase: a whole folder written as one text, `=== name` before each file's lines, laid out in a
// temporary folder for as long as the object lives. For tests only.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace attune::test {

class FolderCase {
 public:
  explicit FolderCase(std::string_view text);
  ~FolderCase();
  FolderCase(const FolderCase&) = delete;
  FolderCase& operator=(const FolderCase&) = delete;

  const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, std::string_view text) const;
  // `text` with the folder's path replaced by `name`, so that it is the same in every run.
  std::string without_path(std::string text, std::string_view name) const;

 private:
  std::filesystem::path path_;
};

}  // namespace attune::test
