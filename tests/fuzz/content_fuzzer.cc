// SPDX-License-Identifier: Apache-2.0
// Any bytes as a content that is to be deployed, under a name that says it is an archive and one that does
// not: never a crash; what is no archive is a file, or broken.
#include <cstdint>
#include <cstdlib>
#include <filesystem>

#include "runtime/deploy/content.h"
#include "tests/fuzz/memory_file.h"
#include "tests/support/temp_dir.h"

namespace {

void inspect(const std::string& path, size_t size) {
  const auto content = attune::deploy::inspect(path);
  if (!content) {
    if (content.error().message.empty()) std::abort();
    return;
  }
  if (content->size != size || content->sha256.size() != 64) std::abort();
  if (content->kind == attune::deploy::ContentKind::kFile && content->unpacked_size != size) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const attune::test::TempDir kDir;
  const attune::fuzz::MemoryFile file(data, size);
  const std::string archive = kDir / "app.tar.gz";
  std::filesystem::remove(archive);
  std::filesystem::create_symlink(file.path(), archive);
  inspect(archive, size);
  inspect(file.path(), size);
  return 0;
}
