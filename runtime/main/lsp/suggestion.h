// SPDX-License-Identifier: Apache-2.0
// Suggestion: one of the words that could stand where somebody types. Immutable; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace attune::lsp {

struct Suggestion {
  // How an editor draws it: the numbers are the protocol's.
  enum class Icon {
    kMethod = 2,
    kField = 5,
    kVariable = 6,
    kClass = 7,
    kModule = 9,
    kProperty = 10,
    kKeyword = 14,
    kFile = 17,
    kReference = 18,
    kEvent = 23,
    kOperator = 24,
  };
  std::string label;
  Icon icon = Icon::kKeyword;
  std::string detail;  // may be empty
  std::string text;    // what is inserted; the label where empty
};
using Suggestions = std::vector<Suggestion>;

template <class Words>
void add_words(const Words& words, Suggestion::Icon icon, Suggestions& to, const std::string& detail = {}) {
  for (const auto& word : words) to.push_back({std::string(word), icon, detail, {}});
}

}  // namespace attune::lsp
