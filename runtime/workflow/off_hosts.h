// SPDX-License-Identifier: Apache-2.0
// OffHosts: which hosts are off, since when and by whom. Gathered from records, so it outlives the manager.
// Loop thread only.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/base/clock.h"
#include "runtime/workflow/record.h"

namespace attune::workflow {

// Who switched a host off, as the journal has it: "bmc1.power_off", "bmc1.power_off (broken off)".
std::string switched_by(std::string_view device, std::string_view stub);
// Whether it was switched off for being empty, or at least on its way; whether that broke off.
bool is_switched_off_by(std::string_view by);
bool has_broken_off(std::string_view by);
std::string broken_off_by(std::string by);

class OffHosts {
 public:
  struct Off {
    WallTime since{};
    std::string by;  // "bmc1.power_off", "pdu1.fence", "attune (root)"
    friend bool operator==(const Off&, const Off&) = default;
  };
  using All = std::map<std::string, Off, std::less<>>;

  void changed(const SystemChanged& changed, WallTime at);

  const All& all() const { return all_; }
  const Off* find(std::string_view host) const;  // nullptr where it is not off
  void restore(std::string host, Off off) { all_.insert_or_assign(std::move(host), std::move(off)); }

 private:
  All all_;
};

}  // namespace attune::workflow
