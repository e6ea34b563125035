// SPDX-License-Identifier: Apache-2.0
// AddressBook: which interface had an address when, by what machines were seen to send. Within a period their
// own reports say it; the book says it for machines whose sensor has not reported in that period. Of the
// collector, on its thread; the store keeps its tenures.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/traffic/matrix.h"

namespace attune::traffic {

// From the start of the first period in which the address was seen at the interface to the end of the last.
struct Tenure {
  std::string address;
  std::string mac;
  int64_t since = 0;
  int64_t until = 0;

  bool operator==(const Tenure&) const = default;
};

class AddressBook {
 public:
  static constexpr size_t kMaxAddresses = 100'000;  // those that were seen longest ago give way
  static constexpr size_t kMaxTenures = 8;          // of one address; the earliest gives way

  // That the interface sent from the address in this period. Gives the tenure as it is now; nothing where the
  // address can be nobody's (unspecified, loopback, multicast) or this was known.
  std::optional<Tenure> note(std::string_view address, std::string_view mac, const Period& period);
  // One that was noted before.
  void restore(Tenure tenure);

  // Whose it was in the period, or was last before: the latest that began before the period's end. Nothing
  // where nobody is known, or two had it at that time.
  std::optional<std::string> find_mac(std::string_view address, const Period& period) const;

  size_t size() const { return book_.size(); }

 private:
  void forget_oldest();

  std::unordered_map<std::string, std::vector<Tenure>> book_;  // each sorted by its beginning
};

// Whether one machine can have it for its own.
bool is_ownable(std::string_view address);

}  // namespace attune::traffic
