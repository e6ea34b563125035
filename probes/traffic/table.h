// SPDX-License-Identifier: Apache-2.0
// Table: one side's counts of one VM, as the packet ring keeps them; bounded as the tables in the kernel are.
// Pure; one thread.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <unordered_map>

#include "probes/traffic/counted.h"

namespace attune::probes {

class Table {
 public:
  // So many senders have a place; of these, `kept` keep theirs for the next period where there were more.
  Table(std::size_t places, std::size_t kept) : places_(places), kept_(kept) {}

  void count(const traffic_address& sender_or_server, const traffic_count& count);
  void note_own(const traffic_address& address, const Mac& mac);
  // What was counted; the table is empty after that, save for the places that are kept.
  VmCount take();

 private:
  struct Hash {
    std::size_t operator()(const traffic_address& address) const {
      return std::hash<std::string_view>()({reinterpret_cast<const char*>(&address), sizeof(address)});
    }
  };
  struct Equal {
    bool operator()(const traffic_address& a, const traffic_address& b) const;
  };

  std::size_t places_;
  std::size_t kept_;
  std::unordered_map<traffic_address, traffic_count, Hash, Equal> counts_;
  VmCount beside_;  // the rest, and the VM's own addresses
};

}  // namespace attune::probes
