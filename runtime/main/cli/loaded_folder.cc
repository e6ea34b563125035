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
    console.fail(ExitCode::kUsage, fmt::format("{}: name the one that holds the project's deployment.mmd",
                                               std::filesystem::exists(path, failure)
                                                   ? fmt::format("'{}' is no folder", path)
                                                   : fmt::format("there is no folder '{}'", path)));
    return std::nullopt;
  }
  LoadedFolder folder;
  const auto stock = main::stock_folder();
  folder.loaded = dsl::load_project(path, wrappers::catalog(), stock ? *stock : std::string(), folder.found,
                                    wrappers::file_rules(), further);
  return folder;
}

}  // namespace attune::cli
