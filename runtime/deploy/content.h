// SPDX-License-Identifier: Apache-2.0
// Content: a file that is to be deployed (the class's legacyFile), looked at before anything is sent: what
// kind it is, what it weighs, what it needs on the host, and that nothing in it can land outside the
// component's own directory. inspect() reads all of the file and blocks; a Content is an immutable value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace attune::deploy {

enum class ContentKind { kTar, kTarGz, kTarZst, kFile };
std::string_view name_of(ContentKind kind);  // "tar", "tar.gz", "tar.zst", "file"

// What an executable script names in its first line.
struct Interpreter {
  std::string script;   // where it was found, for the message
  std::string program;  // a path, or what env(1) looks up
  friend bool operator==(const Interpreter&, const Interpreter&) = default;
};

struct Content {
  std::string path;      // on this machine
  std::string filename;  // the path's last part
  ContentKind kind = ContentKind::kFile;
  std::string sha256;
  uint64_t size = 0;
  uint64_t unpacked_size = 0;
  bool is_executable = false;             // of a single file
  std::vector<Interpreter> interpreters;  // each program once
};

// What an archive may become on a host.
struct Limits {
  uint64_t unpacked = uint64_t{16} << 30;  // bytes
  uint64_t entries = 100'000;
  uint64_t ratio = 200;  // of the bytes unpacked to those packed, of what is more than 64 MiB
};

// kNotFound, kDenied: the file cannot be read. kCorrupt: the archive is broken. kInvalid: something in it has
// an absolute path, leaves its directory, is a device; or it is more than the limits allow, which is found
// before more of it is read; or its compression is none of ours.
Result<Content> inspect(const std::string& path, const Limits& limits = {});

// Whether the file is or holds one of the name, as far as can be told soon: kInvalid for what is large.
Result<bool> holds(const std::string& path, const std::string& name);

// The program named by a script's first bytes; empty: it names none. For env(1): what that looks up.
std::string interpreter_of(std::string_view beginning);

}  // namespace attune::deploy
