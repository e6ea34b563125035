// SPDX-License-Identifier: Apache-2.0
// FileUri: files as clients of the language server name them. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace attune::lsp {

// "file:///home/a%20b/x" is /home/a b/x. Nothing where it names no file of this machine.
std::optional<std::string> path_of_uri(std::string_view uri);
std::string uri_of_path(std::string_view path);

}  // namespace attune::lsp
