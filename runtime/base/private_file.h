// SPDX-License-Identifier: Apache-2.0
// Private files: where keys and tokens come from, found by what a setting says and read only where nobody
// else could have read or written them. Any thread; blocks for as long as a local file takes.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/result.h"

namespace attune {

// The NAME of "credential:NAME", a file's; none where it is no such place.
std::optional<std::string_view> credential_in(std::string_view said);

// Whether it says such a place at all: /path, ~/path or credential:NAME.
bool is_private_place(std::string_view said);

// A path: "/etc/x" as it is, "~/x" below $HOME, "credential:x" in $CREDENTIALS_DIRECTORY, where systemd puts
// what LoadCredential= names. kInvalid: anything else; kNotFound: the variable is not set.
Result<std::string> find_private_file(std::string_view said);

// The keys that a login tries where it is told none, as far as they are there.
inline constexpr std::array<std::string_view, 3> kUsualKeys{"~/.ssh/id_ed25519", "~/.ssh/id_ecdsa",
                                                            "~/.ssh/id_rsa"};

enum class Guard {
  kSecret,    // only its owner and group may read it
  kUnchanged  // only its owner may write it
};

// All of the file, at most 1 MiB. kNotFound, kDenied: it cannot be read; kDenied: it is guarded too little,
// or is neither this user's nor root's, with what to do about it. What it holds is in no Error.
Result<std::string> read_private_file(const std::string& path, Guard guard);

// The text without the blanks and line ends around it.
std::string_view trimmed_secret(std::string_view text);

}  // namespace attune
