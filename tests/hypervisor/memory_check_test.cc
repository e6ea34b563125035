// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/memory_check.h"

#include <gtest/gtest.h>

namespace attune::hypervisor {
namespace {

constexpr uint64_t kMiB = 1024 * 1024;

ports::HostCapacity with_free(uint64_t mebibytes) {
  return {.cpus = 4, .memory_bytes = 4096 * kMiB, .free_memory_bytes = mebibytes * kMiB};
}

TEST(MemoryCheck, RefusesAHostWithTooLittleFreeMemory) {
  const Result<void> room = check_memory(with_free(300), "lab1", "vm1", 1024 * kMiB);
  ASSERT_FALSE(room);
  EXPECT_EQ(room.error().code, ErrorCode::kNoSpace);
  EXPECT_EQ(room.error().message,
            "vm1 needs 1024 MiB, lab1 has 300 MiB free: choose another host, or free some there");
}

TEST(MemoryCheck, AcceptsAHostThatHasJustEnough) {
  EXPECT_TRUE(check_memory(with_free(1024), "lab1", "vm1", 1024 * kMiB));
}

TEST(MemoryCheck, RefusesNoHostThatCannotTell) {
  EXPECT_TRUE(check_memory(with_free(0), "lab1", "vm1", 1024 * kMiB));
}

}  // namespace
}  // namespace attune::hypervisor
