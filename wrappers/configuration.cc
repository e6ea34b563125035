// SPDX-License-Identifier: Apache-2.0
#include "wrappers/configuration.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/diagnostic.h"
#include "runtime/base/inner_path.h"
#include "runtime/model/navigation.h"

namespace attune::wrappers {

namespace {

Result<std::string> read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || !std::filesystem::is_regular_file(path))
    return fail(ErrorCode::kNotFound, fmt::format("cannot read '{}': is it there?", path.string()));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

Result<std::string> configuration(const World& world, system::ComponentId component, std::string_view path,
                                  workflow::SecretReader read_secret, workflow::TextEscape escape) {
  if (!stays_inside(path))
    return fail(ErrorCode::kInvalid, fmt::format("'{}' is no file inside the project", path));
  auto text = read(std::filesystem::path(world.system.project().directory) / path);
  if (!text) return text;
  Diagnostics found;
  const auto file = std::make_shared<SourceFile>(SourceFile{std::string(path), *text});
  const model::Template parsed = model::parse_template(*text, Place{file, 1, 1}, found);
  if (found.has_errors()) {
    const Diagnostic& first = found.all().front();
    return fail(ErrorCode::kInvalid,
                fmt::format("{}:{}:{}: {}", path, first.place.line, first.place.column, first.message));
  }
  workflow::Viewpoint from{{world.system, world.clock.now(), world.pipe}, component, {}, read_secret, escape};
  auto evaluated = workflow::text_of(parsed, from);
  if (!evaluated) return fail(std::move(evaluated).error().within(path));
  return evaluated;
}

}  // namespace attune::wrappers
