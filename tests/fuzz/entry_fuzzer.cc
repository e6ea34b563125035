// SPDX-License-Identifier: Apache-2.0
// Any entries of an archive (a line each: kind, path, and behind a second blank a link's target): what
// EntryCheck lets pass, of whole names and of those that may be cut, is unpacked into a tree in memory, and
// nothing of it may be written, or lead, outside.
#include <cstdint>
#include <cstdlib>
#include <map>
#include <vector>

#include "runtime/deploy/entry_check.h"

namespace {

using attune::deploy::EntryCheck;
using attune::deploy::EntryKind;
using attune::deploy::Names;

class Tree {
 public:
  // Follows the path as the kernel does, links and all; climbing above the root is the end of the fuzzer.
  // Links to links are followed a few times, as the kernel would; what is not there is taken as a directory.
  void follow(std::string_view path, std::vector<std::string> at, int depth) const {
    if (depth > 40) return;
    if (path.starts_with('/')) std::abort();
    while (!path.empty()) {
      const size_t end = std::min(path.find('/'), path.size());
      const std::string part(path.substr(0, end));
      path.remove_prefix(std::min(end + 1, path.size()));
      if (part.empty() || part == ".") continue;
      if (part == "..") {
        if (at.empty()) std::abort();
        at.pop_back();
        continue;
      }
      at.push_back(part);
      const auto link = links_.find(at);
      if (link == links_.end()) continue;
      at.pop_back();
      return follow(link->second + "/" + std::string(path), std::move(at), depth + 1);
    }
  }
  void put_link(std::string_view path, std::string_view target) { links_[parts(path)] = std::string(target); }
  // A hard link to a link is a link of the same target.
  void put_same(std::string_view path, std::string_view as) {
    if (const auto link = links_.find(parts(as)); link != links_.end()) links_[parts(path)] = link->second;
  }
  void follow_all() const {
    for (const auto& [place, target] : links_) {
      std::vector<std::string> above = place;
      above.pop_back();
      follow(target, std::move(above), 0);
    }
  }

 private:
  static std::vector<std::string> parts(std::string_view path) {
    std::vector<std::string> all;
    while (!path.empty()) {
      const size_t end = std::min(path.find('/'), path.size());
      const std::string_view part = path.substr(0, end);
      if (!part.empty() && part != ".") all.emplace_back(part);
      path.remove_prefix(std::min(end + 1, path.size()));
    }
    return all;
  }

  std::map<std::vector<std::string>, std::string> links_;
};

EntryKind kind_of(char letter) {
  switch (letter) {
    case 'd':
      return EntryKind::kDirectory;
    case 'l':
      return EntryKind::kSymlink;
    case 'h':
      return EntryKind::kHardlink;
    case 'o':
      return EntryKind::kOther;
    default:
      return EntryKind::kFile;
  }
}

void unpack(std::string_view line, EntryCheck& check, Tree& tree) {
  if (line.size() < 2) return;
  const EntryKind kind = kind_of(line[0]);
  line.remove_prefix(2);
  const std::string_view path = line.substr(0, line.find(' '));
  const std::string_view target = line.substr(std::min(path.size() + 1, line.size()));
  if (!check.add(path, kind, target)) return;
  tree.follow(path, {}, 0);
  if (kind == EntryKind::kHardlink) tree.follow(target, {}, 0);
  if (kind == EntryKind::kSymlink) tree.put_link(path, target);
  if (kind == EntryKind::kHardlink) tree.put_same(path, target);
}

void unpack_all(std::string_view text, Names names) {
  EntryCheck check(names);
  Tree tree;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    unpack(line, check, tree);
  }
  tree.follow_all();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  unpack_all(text, Names::kWhole);
  unpack_all(text, Names::kMayBeCut);
  return 0;
}
