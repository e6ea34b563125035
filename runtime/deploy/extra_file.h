// SPDX-License-Identifier: Apache-2.0
// ExtraFile: a small file that goes into a component's directory beside its archive: a script of the
// wrapper's, a rendered configuration. They travel together as one tar. Pure; any thread.
#pragma once

#include <span>
#include <string>

#include "runtime/base/result.h"

namespace attune::deploy {

struct ExtraFile {
  std::string name;  // relative to the component's directory; may lie in folders below it
  std::string content;
  bool is_executable = false;
};

// kInvalid: a name is not below the component's directory.
Result<void> check(std::span<const ExtraFile> files);

// The same bytes for the same files, whenever and wherever.
std::string pack(std::span<const ExtraFile> files);

}  // namespace attune::deploy
