// SPDX-License-Identifier: Apache-2.0
// Sight: what is to be seen of a tortured component on its host: its processes, the ports that are listened
// on, its files. What a host answers to kLookScript (host_scripts.h), read. Pure; any thread.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace attune::torture {

struct SeenProcess {
  int pid = 0;
  int parent = 0;
  int session = 0;
  std::string name;
};

struct Sight {
  std::vector<SeenProcess> processes;  // the component's, by their numbers; no zombies
  std::set<int> ports;                 // TCP ports that anybody on the host listens on
  std::set<std::string> files;         // in the component's directory and its run directory
  std::string last_words;              // the last line that its process has written

  // Those that none of the others has begun: a service counts once, however many workers it has.
  std::vector<SeenProcess> roots() const;
};

// What is of the component: what bears its mark, stands in its directory or belongs to its unit, and whatever
// descends from these or is in their sessions. Lines that are not understood are left out.
Sight read_sight(std::string_view answer);

// Without what podman itself keeps running for its containers: it is no part of the component, inherits the
// mark or not, and some of it serves several.
void leave_out_podmans(Sight& sight);

}  // namespace attune::torture
