// SPDX-License-Identifier: Apache-2.0
// Any texts as a whole project (`=== name` before each file's lines, as in tests/golden/projects): never a
// crash, every finding stands in its file, and what has no error can be instantiated.
#include <cstdint>
#include <filesystem>
#include <map>

#include "dsl/project_loader.h"
#include "tests/fuzz/findings.h"
#include "tests/support/catalog.h"
#include "tests/support/temp_dir.h"

namespace {

constexpr std::string_view kMark = "=== project/";

// Names that stay inside the folder, and are not too strange for a file system.
bool is_plain(std::string_view name) {
  const bool fits = std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '/';
  });
  return fits && !name.empty() && name.size() < 100 && name.front() != '/' && name.back() != '/' &&
         name.find("..") == name.npos;
}

void lay_out(std::string_view text, const attune::test::TempDir& dir) {
  std::map<std::string, std::string> files;
  std::string* current = nullptr;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.starts_with(kMark)) {
      const std::string_view name = line.substr(kMark.size());
      current = is_plain(name) ? &files[std::string(name)] : nullptr;
    } else if (current != nullptr) {
      *current += std::string(line) + '\n';
    }
  }
  for (const auto& [name, content] : files) {
    std::error_code problem;
    const std::filesystem::path path = dir.path() / "project" / name;
    std::filesystem::create_directories(path.parent_path(), problem);
    std::ofstream(path, std::ios::binary) << content;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace attune;
  static const model::Catalog kCatalog = test::catalog();
  const test::TempDir dir;
  lay_out({reinterpret_cast<const char*>(data), size}, dir);
  Diagnostics found;
  const dsl::LoadedProject loaded = dsl::load_project(dir / "project", kCatalog, "", found);
  fuzz::expect_in_place(found);
  for (const model::InstanceBinding& binding : loaded.instances.bindings) {
    const size_t count = loaded.instances.components.size();
    if (binding.from >= count || binding.to >= count) std::abort();
    if (binding.association >= loaded.project.associations.size()) std::abort();
  }
  return 0;
}
