// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/lsp/file_uri.h"

#include "runtime/base/percent_encoding.h"

namespace attune::lsp {

namespace {

constexpr std::string_view kScheme = "file://";

}  // namespace

std::optional<std::string> path_of_uri(std::string_view uri) {
  if (!uri.starts_with(kScheme)) return std::nullopt;
  uri.remove_prefix(kScheme.size());
  if (uri.starts_with("localhost/")) uri.remove_prefix(uri.find('/'));
  if (!uri.starts_with('/')) return std::nullopt;
  auto path = percent_decoded(uri);
  if (path && path->find('\0') != path->npos) return std::nullopt;
  return path;
}

std::string uri_of_path(std::string_view path) {
  return std::string(kScheme) + percent_encoded(path, "/");
}

}  // namespace attune::lsp
