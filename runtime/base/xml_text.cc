// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/xml_text.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace attune {

std::string xml_escaped(std::string_view text) {
  constexpr std::pair<char, std::string_view> kEntities[] = {
      {'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&apos;"}};
  std::string escaped;
  for (const char c : text) {
    const auto* const found = std::find_if(std::begin(kEntities), std::end(kEntities),
                                           [c](const auto& entity) { return entity.first == c; });
    if (found == std::end(kEntities))
      escaped += c;
    else
      escaped += found->second;
  }
  return escaped;
}

}  // namespace attune
