// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/torture/sight.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>

#include "runtime/base/next_word.h"

namespace attune::torture {

namespace {

std::optional<int> number_of(std::string_view word, int base = 10) {
  int number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number, base);
  if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return number;
}

struct Everything {
  std::map<int, SeenProcess> processes;  // all of the host that are alive
  std::set<int> own;
  Sight sight;
};

// "PID STATE PARENT SESSION NAME"
void read_process(std::string_view line, Everything& all) {
  const auto pid = number_of(next_word(line));
  const std::string_view state = next_word(line);
  const auto parent = number_of(next_word(line)), session = number_of(next_word(line));
  if (!pid || !parent || !session || state == "Z" || state == "X") return;
  all.processes[*pid] = {*pid, *parent, *session, std::string(line)};
}

void read_line(std::string_view line, Everything& all) {
  const std::string_view kind = next_word(line);
  if (kind == "p") return read_process(line, all);
  if (kind == "f" && !line.empty()) all.sight.files.emplace(line);
  if (kind == "o") all.sight.last_words = line;
  const auto number = number_of(line, kind == "t" ? 16 : 10);
  // What has no parent is none of it, nor is what init has taken: podman says 0 of a container that has
  // ended.
  if (kind == "m" && number && *number > 1) all.own.insert(*number);
  if (kind == "t" && number) all.sight.ports.insert(*number);
}

// Until nothing is added any more: a child of a child may come before its parent.
void add_relatives(Everything& all) {
  std::set<int> sessions;
  for (bool is_new = true; is_new;) {
    is_new = false;
    for (const int pid : all.own) {
      const auto found = all.processes.find(pid);
      // A session of somebody else's that it merely works in, such as a login's, says nothing of the others.
      if (found != all.processes.end() && all.own.contains(found->second.session))
        sessions.insert(found->second.session);
    }
    for (const auto& [pid, process] : all.processes) {
      if (!all.own.contains(process.parent) && !sessions.contains(process.session)) continue;
      is_new = all.own.insert(pid).second || is_new;
    }
  }
}

// As the kernel has them: of at most 15 bytes.
constexpr std::array<std::string_view, 9> kPodmans = {"conmon",       "catatonit",       "aardvark-dns",
                                                      "slirp4netns",  "pasta",           "pasta.avx2",
                                                      "rootlessport", "rootlessport-ch", "podman pause"};

}  // namespace

std::vector<SeenProcess> Sight::roots() const {
  std::set<int> own;
  for (const SeenProcess& process : processes) own.insert(process.pid);
  std::vector<SeenProcess> roots;
  for (const SeenProcess& process : processes)
    if (!own.contains(process.parent)) roots.push_back(process);
  return roots;
}

Sight read_sight(std::string_view answer) {
  Everything all;
  while (!answer.empty()) {
    const size_t end = std::min(answer.find('\n'), answer.size());
    read_line(answer.substr(0, end), all);
    answer.remove_prefix(std::min(end + 1, answer.size()));
  }
  add_relatives(all);
  for (auto& [pid, process] : all.processes)
    if (all.own.contains(pid)) all.sight.processes.push_back(std::move(process));
  return std::move(all.sight);
}

void leave_out_podmans(Sight& sight) {
  std::erase_if(sight.processes, [](const SeenProcess& process) {
    return std::find(kPodmans.begin(), kPodmans.end(), process.name) != kPodmans.end();
  });
}

}  // namespace attune::torture
