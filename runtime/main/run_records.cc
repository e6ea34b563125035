// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/run_records.h"

#include <utility>

namespace attune::main {

Result<std::vector<workflow::Record>> records_of_run(const std::string& journal, workflow::RunId run) {
  auto search = RunSearch::open(journal, run);
  if (!search) return fail(std::move(search.error()));
  for (;;) {
    const auto ended = search->step();
    if (!ended) return fail(ended.error());
    if (*ended) return search->take();
  }
}

}  // namespace attune::main
