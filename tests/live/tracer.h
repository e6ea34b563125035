// SPDX-License-Identifier: Apache-2.0
// Tracer: strace(1) that kills a process, at one system call, from outside, so that the program which is
// tested needs nothing for it.
#pragma once

#include <sys/types.h>

#include "runtime/base/unique_fd.h"

namespace attune::test {

class Tracer {
 public:
  // From when this returns on, the process gets SIGKILL as one of its threads enters that system call for the
  // n-th time, counted from 1 for each thread, before the call does anything. Throws where strace cannot
  // begin.
  Tracer(pid_t process, const char* syscall, int nth);
  ~Tracer();  // leaves the process alone
  Tracer(const Tracer&) = delete;
  Tracer& operator=(const Tracer&) = delete;

 private:
  pid_t pid_ = -1;
  UniqueFd out_;  // it tells of each thread that begins later, and would end without a reader
};

}  // namespace attune::test
