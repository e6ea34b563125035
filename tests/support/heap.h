// SPDX-License-Identifier: Apache-2.0
// What the process has allocated, for tests that nothing is kept for good: what is done ten thousand times
// must leave no more behind than what was done some times.
#pragma once

#include <cstddef>

#include <malloc.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
extern "C" size_t __sanitizer_get_current_allocated_bytes();  // GCC ships no header of it
#endif

namespace attune::test {

inline size_t heap_in_use() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return __sanitizer_get_current_allocated_bytes();
#else
  const struct mallinfo2 now = ::mallinfo2();
  return now.uordblks + now.hblkhd;
#endif
}

// Bytes that `again` leaves behind when it is done ten thousand times more: a map that forgets nothing needs
// twice as many for its least entries.
inline constexpr size_t kTenThousand = 10'000;
inline constexpr size_t kLittle = 200'000;
template <class Again>
size_t heap_left_by_ten_thousand(Again again) {
  for (size_t i = 0; i < 300; ++i) again();
  const size_t before = heap_in_use();
  for (size_t i = 0; i < kTenThousand; ++i) again();
  const size_t after = heap_in_use();
  return after > before ? after - before : 0;
}

}  // namespace attune::test
