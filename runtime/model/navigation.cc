// SPDX-License-Identifier: Apache-2.0
#include "runtime/model/navigation.h"

#include <fmt/format.h>

namespace attune::model {

std::string to_text(const Navigation& navigation) {
  std::string text = "$";
  switch (navigation.root) {
    case Navigation::Root::kThis:
      text += "this";
      break;
    case Navigation::Root::kRole:
    case Navigation::Root::kClass:
      text += navigation.name;
      break;
    case Navigation::Root::kArgument:
      text += fmt::format("{}", navigation.argument);
      break;
    case Navigation::Root::kManager:
      text += "manager";
      break;
  }
  for (const std::string& step : navigation.steps) text += "." + step;
  return text;
}

}  // namespace attune::model
