// SPDX-License-Identifier: Apache-2.0
// Any text as what a host says of a tortured component: never a crash; what is of it once is listed once, and
// its roots are among it.
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string_view>

#include "runtime/main/torture/sight.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace attune::torture;
  const Sight sight = read_sight({reinterpret_cast<const char*>(data), size});
  std::set<int> pids;
  for (const SeenProcess& process : sight.processes)
    if (!pids.insert(process.pid).second) std::abort();
  for (const SeenProcess& root : sight.roots())
    if (!pids.contains(root.pid)) std::abort();
  return 0;
}
