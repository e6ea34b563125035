// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/secret.h"

#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/private_file.h"
#include "runtime/base/variable_name.h"

namespace attune {

namespace {

constexpr std::string_view kVariable = "env:";

bool is_source(std::string_view text) {
  if (text.starts_with(kVariable)) return is_variable_name(text.substr(kVariable.size()));
  return is_private_place(text);
}

Result<std::string> read_variable(const std::string& name) {
  const char* text = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): nothing here sets any
  if (text != nullptr) return std::string(text);
  return fail(ErrorCode::kNotFound, "the manager was started without this variable");
}

Result<std::string> read_source(std::string_view source) {
  if (source.starts_with(kVariable)) return read_variable(std::string(source.substr(kVariable.size())));
  const auto path = find_private_file(source);
  if (!path) return path;
  return read_private_file(*path, Guard::kSecret);
}

}  // namespace

Result<void> check_secret_source(std::string_view source) {
  if (is_source(source)) return {};
  return fail(ErrorCode::kInvalid,
              "a Secret is said by where it comes from, never itself: /path, ~/path, credential:NAME or "
              "env:NAME");
}

Result<std::string> read_secret(std::string_view source) {
  if (auto checked = check_secret_source(source); !checked) return fail(std::move(checked).error());
  const auto text = read_source(source);
  if (!text) return fail(Error(text.error()).within(fmt::format("the secret '{}'", source)));
  const std::string_view secret = trimmed_secret(*text);
  if (secret.empty()) return fail(ErrorCode::kInvalid, fmt::format("the secret '{}' is empty", source));
  return std::string(secret);
}

}  // namespace attune
