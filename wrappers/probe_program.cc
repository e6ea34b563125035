// SPDX-License-Identifier: Apache-2.0
#include "wrappers/probe_program.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "runtime/base/inner_path.h"

namespace attune::wrappers {

Result<std::string> probe_program(const World& world, std::string_view name) {
  if (!stays_inside(name)) return fail(ErrorCode::kInvalid, fmt::format("'{}' is no probe's name", name));
  const std::filesystem::path own = std::filesystem::path(world.system.project().directory) / name;
  const std::filesystem::path stock = std::filesystem::path(world.stock) / "probes" / name;
  for (const std::filesystem::path& path : {own, stock}) {
    std::ifstream file(path, std::ios::binary);
    if (file && std::filesystem::is_regular_file(path))
      return std::string(std::istreambuf_iterator<char>(file), {});
  }
  return fail(ErrorCode::kNotFound,
              fmt::format("no probe '{}': neither in the project nor among the stock ones in {}/probes", name,
                          world.stock));
}

}  // namespace attune::wrappers
