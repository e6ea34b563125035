// SPDX-License-Identifier: Apache-2.0
// replace_file: a file's new content, whole or not at all: whoever reads it meanwhile, or after the power
// failed, has the old or the new one. Any thread; blocks for as long as a local file takes.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace attune {

// The file that `path` leads to, also by links, keeps its owner, its group and who may do what with it.
// kNotFound, kDenied, kFailed: nothing was changed; the message names the file.
Result<void> replace_file(const std::string& path, std::string_view content);

}  // namespace attune
