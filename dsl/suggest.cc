// SPDX-License-Identifier: Apache-2.0
#include "dsl/suggest.h"

#include "runtime/base/suggest.h"

namespace attune::dsl {

size_t edit_distance(std::string_view a, std::string_view b) {
  return attune::edit_distance(a, b);
}

std::string_view nearest(std::string_view word, const std::vector<std::string>& known) {
  return attune::nearest(word, known);
}

std::string suggestion(std::string_view word, const std::vector<std::string>& known) {
  return attune::suggestion(word, known);
}

}  // namespace attune::dsl
