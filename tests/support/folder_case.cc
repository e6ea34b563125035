// SPDX-License-Identifier: Apache-2.0
#include "tests/support/folder_case.h"

#include <cstdlib>
#include <fstream>

namespace attune::test {

namespace {

constexpr std::string_view kMark = "=== ";

}  // namespace

FolderCase::FolderCase(std::string_view text) {
  std::string pattern = (std::filesystem::temp_directory_path() / "attune-case-XXXXXX").string();
  path_ = mkdtemp(pattern.data());
  std::string name, content;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!line.starts_with(kMark)) {
      content += std::string(line) + '\n';
      continue;
    }
    if (!name.empty()) write(name, content);
    name = line.substr(kMark.size());
    content.clear();
  }
  if (!name.empty()) write(name, content);
}

FolderCase::~FolderCase() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void FolderCase::write(const std::string& name, std::string_view text) const {
  std::filesystem::create_directories((path_ / name).parent_path());
  std::ofstream(path_ / name, std::ios::binary) << text;
}

std::string FolderCase::without_path(std::string text, std::string_view name) const {
  const std::string own = path_.string();
  for (size_t at = text.find(own); at != text.npos; at = text.find(own, at))
    text.replace(at, own.size(), name);
  return text;
}

}  // namespace attune::test
