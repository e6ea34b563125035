// SPDX-License-Identifier: Apache-2.0
// The options that each sanitized program starts with: where the suppressions stand, and how loudly to fail.
// The sanitizers' runtimes look these functions up by name, before main.

extern "C" {

const char* __asan_default_options() {
  return "detect_stack_use_after_return=1";
}

const char* __lsan_default_options() {
  return "print_suppressions=0:suppressions=" ATTUNE_SUPPORT "/lsan.supp";
}

const char* __ubsan_default_options() {
  return "print_stacktrace=1";
}

const char* __tsan_default_options() {
  return "halt_on_error=1:second_deadlock_stack=1:suppressions=" ATTUNE_SUPPORT "/tsan.supp";
}

}  // extern "C"
