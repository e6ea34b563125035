// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/archive_check.h"

#include <filesystem>
#include <set>
#include <string>

#include <fmt/format.h>

#include "runtime/deploy/content.h"
#include "runtime/main/deploy_limits.h"

namespace attune::cli {

namespace {
constexpr uintmax_t kSoonRead = uintmax_t{64} << 20;  // bytes
}

void check_archives(const model::Project& project, Diagnostics& found) {
  const deploy::Limits limits = main::deploy_limits_of(project);
  std::set<std::string> seen;
  for (const model::Class& one : project.classes) {
    std::error_code problem;
    if (one.legacy_file.empty() || !seen.insert(one.legacy_file).second) continue;
    if (std::filesystem::file_size(one.legacy_file, problem) > kSoonRead || problem) continue;
    const auto content = deploy::inspect(one.legacy_file, limits);
    if (content || content.error().code != ErrorCode::kInvalid) continue;
    found.error("unsafe-archive", one.place, fmt::format("class '{}': {}", one.name, content.error().message),
                "it would not be deployed: make the archive anew");
  }
}

}  // namespace attune::cli
