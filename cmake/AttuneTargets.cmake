# SPDX-License-Identifier: Apache-2.0
# How Attune's own targets are compiled, said once.

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${CCACHE})
endif()

set(ATTUNE_SANITIZE "" CACHE STRING "Sanitizers to build with: empty, 'address,undefined' or 'thread'")
set(ATTUNE_FUZZ OFF CACHE BOOL "Build the fuzzers as well (Clang only, with ATTUNE_SANITIZE)")
set(ATTUNE_TEST_PREFIX "" CACHE STRING "Stands before the name of each test, so that several builds can be tested in one go")
if(ATTUNE_SANITIZE)
  add_compile_options(-fsanitize=${ATTUNE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -g1)
  add_link_options(-fsanitize=${ATTUNE_SANITIZE})
endif()
if(ATTUNE_SANITIZE STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Asio has fences, which the thread sanitizer does not see; what they order, Asio's locks order as well.
  add_compile_options(-Wno-tsan)
endif()
if(ATTUNE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)

function(attune_target_options target)
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR})
  if(ATTUNE_SANITIZE)
    return()  # the sanitizers' own code makes GCC warn of what is not there; the other builds see the warnings
  endif()
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
                                           -Wnon-virtual-dtor -Woverloaded-virtual -Werror
                                           # A designated initializer may leave the rest to the defaults.
                                           -Wno-missing-field-initializers)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 warns of overlaps inside std::string's own operator+ (GCC bug 105651).
    target_compile_options(${target} PRIVATE -Wno-restrict)
  endif()
endfunction()

# What is shipped makes a bug harder to use than it would be. The sanitizers have checks of their own, and the
# library's need an optimised build.
include(CheckCXXCompilerFlag)
check_cxx_compiler_flag(-fcf-protection ATTUNE_HAS_CF_PROTECTION)
function(attune_hardened target)
  if(ATTUNE_SANITIZE OR NOT CMAKE_BUILD_TYPE STREQUAL "Release")
    return()
  endif()
  target_compile_options(${target} PRIVATE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong
                                           -fstack-clash-protection -fPIE
                                           $<$<BOOL:${ATTUNE_HAS_CF_PROTECTION}>:-fcf-protection>)
endfunction()

# attune_library(NAME SOURCES a.cc ... [DEPENDS attune::x ...] [LIBRARIES external ...])
# A folder's library; attune::NAME is its alias. A folder without sources is an interface library.
function(attune_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  if(ARG_SOURCES)
    add_library(attune_${name} STATIC ${ARG_SOURCES})
    attune_target_options(attune_${name})
    attune_hardened(attune_${name})
    target_link_libraries(attune_${name} PUBLIC ${ARG_DEPENDS} PRIVATE ${ARG_LIBRARIES})
  else()
    add_library(attune_${name} INTERFACE)
    target_include_directories(attune_${name} INTERFACE ${CMAKE_SOURCE_DIR})
    target_link_libraries(attune_${name} INTERFACE ${ARG_DEPENDS} ${ARG_LIBRARIES})
  endif()
  add_library(attune::${name} ALIAS attune_${name})
endfunction()

# What the sanitizers are told to overlook, in each program itself, so that it also holds where it runs by hand.
if(ATTUNE_SANITIZE)
  add_library(attune_sanitizer_options OBJECT ${CMAKE_SOURCE_DIR}/tests/support/sanitizer_options.cc)
  target_compile_definitions(attune_sanitizer_options PRIVATE ATTUNE_SUPPORT="${CMAKE_SOURCE_DIR}/tests/support")
endif()
function(attune_sanitized target)
  if(ATTUNE_SANITIZE)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:attune_sanitizer_options>)
  endif()
endfunction()

function(attune_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  attune_target_options(${name})
  attune_hardened(${name})
  attune_sanitized(${name})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} ${ARG_LIBRARIES})
  # At an address of its own each time, and with no table of functions to overwrite.
  target_link_options(${name} PRIVATE -pie -Wl,-z,relro,-z,now)
endfunction()
