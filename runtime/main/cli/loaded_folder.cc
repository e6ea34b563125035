// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/loaded_folder.h"

#include <filesystem>

#include <fmt/format.h>

#include "runtime/main/places.h"
#include "wrappers/catalog.h"

namespace attune::cli {

std::optional<LoadedFolder> load_folder(const std::string& path, Console& console,
                                        const dsl::FurtherCheck& further) {
  std::error_code failure;
  if (!std::filesystem::is_directory(path, failure)) {
    console.fail(ExitCode::kUsage,
                 fmt::format("there is no folder '{}': name the one that holds the project's "
                             "deployment.mmd",
                             path));
    return std::nullopt;
  }
  LoadedFolder folder;
  const auto stock = main::stock_folder();
  folder.loaded = dsl::load_project(path, wrappers::catalog(), stock ? *stock : std::string(), folder.found,
                                    wrappers::file_rules(), further);
  return folder;
}

}  // namespace attune::cli
