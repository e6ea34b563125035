# SPDX-License-Identifier: Apache-2.0
# How tests, checks, benchmarks and fuzzers are made, said once.

include(GoogleTest)

# A sanitized test may take this many times longer.
set(ATTUNE_PATIENCE 1)
if(ATTUNE_SANITIZE STREQUAL "thread")
  set(ATTUNE_PATIENCE 5)
  # GCC 12's runtime refuses the address layout of a kernel with vm.mmap_rnd_bits above 28.
  execute_process(COMMAND setarch -R true RESULT_VARIABLE refused OUTPUT_QUIET ERROR_QUIET)
  if(NOT refused)
    set(CMAKE_CROSSCOMPILING_EMULATOR setarch -R)
  endif()
elseif(ATTUNE_SANITIZE)
  set(ATTUNE_PATIENCE 3)
endif()

add_custom_target(nightly)

# attune_test(NAME SOURCES a_test.cc ... [DEPENDS attune::x ...] [LIBRARIES external ...] [LIVE] [NIGHTLY])
# A GoogleTest program. LIVE tests need the lab (root, namespaces, sshd, libvirtd): they carry the label
# 'live' and take the lab one at a time. NIGHTLY tests are left out of a plain ./test for their length; the
# target 'nightly' builds them.
function(attune_test name)
  cmake_parse_arguments(ARG "LIVE;NIGHTLY" "" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  attune_target_options(${name})
  attune_sanitized(${name})
  if(ATTUNE_SANITIZE)
    # What a test computes itself is little, and compiles so in half of the time.
    target_compile_options(${name} PRIVATE -O0)
  endif()
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} ${ARG_LIBRARIES} GTest::gmock GTest::gtest_main)
  set(label unit)
  if(ARG_NIGHTLY)
    set(label nightly)
    set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL ON)
    add_dependencies(nightly ${name})
  endif()
  if(ARG_LIVE)
    math(EXPR timeout "1200 * ${ATTUNE_PATIENCE}")
    add_test(NAME ${ATTUNE_TEST_PREFIX}${name} COMMAND ${name})
    set_tests_properties(${ATTUNE_TEST_PREFIX}${name} PROPERTIES
      LABELS "${label};live" RESOURCE_LOCK lab TIMEOUT ${timeout})
  elseif(ATTUNE_SANITIZE)
    # The program as a whole: to start it for each of its tests would take longer than the tests do.
    math(EXPR timeout "600 * ${ATTUNE_PATIENCE}")
    add_test(NAME ${ATTUNE_TEST_PREFIX}${name} COMMAND ${name})
    set_tests_properties(${ATTUNE_TEST_PREFIX}${name} PROPERTIES LABELS ${label} TIMEOUT ${timeout})
  else()
    gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
      PROPERTIES LABELS ${label} TIMEOUT 300)
  endif()
endfunction()

# attune_check(NAME COMMAND program argument ... [TIMEOUT seconds])
# A test that is a command, on the sources or on the programs as shipped: not repeated under the sanitizers.
function(attune_check name)
  if(ATTUNE_SANITIZE)
    return()
  endif()
  cmake_parse_arguments(ARG "" "TIMEOUT" "COMMAND" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_test(NAME ${name} COMMAND ${ARG_COMMAND} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES LABELS house TIMEOUT ${ARG_TIMEOUT})
endfunction()

# attune_bench(NAME SOURCES a_bench.cc ... [DEPENDS attune::x ...] [LIBRARIES external ...])
# A program that tests/bench/run measures with: built with the release and never run as a test.
function(attune_bench name)
  if(ATTUNE_SANITIZE)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  attune_target_options(${name})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} ${ARG_LIBRARIES})
endfunction()

# attune_fuzzer(NAME SOURCES a_fuzz.cc ... [DEPENDS attune::x ...] [LIBRARIES external ...] [SEEDS folder ...])
# A libFuzzer program (LLVMFuzzerTestOneInput) that ctest runs for ATTUNE_FUZZ_SECONDS. It starts from
# corpus/NAME beside the caller, which must not be empty, and from SEEDS; what it finds new stays in the build.
set(ATTUNE_FUZZ_SECONDS 5 CACHE STRING "How long each fuzzer runs as a test")
function(attune_fuzzer name)
  if(NOT ATTUNE_FUZZ)
    return()
  endif()
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LIBRARIES;SEEDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  attune_target_options(${name})
  attune_sanitized(${name})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} ${ARG_LIBRARIES})
  set(seeds ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
  file(GLOB first ${seeds}/*)
  if(NOT first)
    message(FATAL_ERROR "${name}: put the first inputs, good and bad, into ${seeds}")
  endif()
  set(found ${CMAKE_CURRENT_BINARY_DIR}/found/${name})
  file(MAKE_DIRECTORY ${found})
  math(EXPR timeout "${ATTUNE_FUZZ_SECONDS} + 120")
  add_test(NAME ${ATTUNE_TEST_PREFIX}${name}
           COMMAND ${name} -max_total_time=${ATTUNE_FUZZ_SECONDS} -timeout=10 -rss_limit_mb=2048 -print_final_stats=1
                   -verbosity=0 -artifact_prefix=${found}- ${found} ${seeds} ${ARG_SEEDS})
  set_tests_properties(${ATTUNE_TEST_PREFIX}${name} PROPERTIES LABELS fuzz TIMEOUT ${timeout})
endfunction()
