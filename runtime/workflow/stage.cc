// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/stage.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace attune::workflow {

void Stage::emit(Event event) {
  const auto older = emitted.size() < kMostEmitted
                         ? emitted.end()
                         : std::find_if(emitted.begin(), emitted.end(), [&](const Event& one) {
                             return one.name == event.name && one.component == event.component;
                           });
  if (older != emitted.end()) {
    ledger.record(EventSuppressed{event.name, event.component,
                                  fmt::format("{} wait, and a newer one takes its place", kMostEmitted), 1});
    emitted.erase(older);
  }
  emitted.push_back(std::move(event));
}

}  // namespace attune::workflow
