// SPDX-License-Identifier: Apache-2.0
// Quoting for the POSIX shell of a host: sshd hands a command to the user's shell as one string, so an
// argument vector must become words that the shell gives back unchanged. The only place where such strings
// are made. Pure; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace attune::transport {

// One shell word that stands for exactly these bytes. They must not hold a NUL, which no argument can.
std::string shell_word(std::string_view word);

// All words, quoted, with a blank between two of them.
std::string shell_words(std::span<const std::string> words);

}  // namespace attune::transport
