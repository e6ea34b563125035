// SPDX-License-Identifier: Apache-2.0
// Modes: which mode holds for what: the project as a whole, and single components with all in them. The
// strictest holds of those that a run may touch. Kept by the engine, and by a History for the next one. Loop
// thread only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/system/system.h"
#include "runtime/workflow/locks.h"
#include "runtime/workflow/mode.h"

namespace attune::workflow {

struct ModeOf {
  Mode mode = Mode::kAutomatic;
  std::string by;  // who said so; empty: nobody did
};

// What keeps a run from beginning.
struct Barrier {
  system::ComponentId component = system::kNoComponent;  // kNoComponent: the project as a whole
  ModeOf of;
};

class Modes {
 public:
  // kNoComponent: the whole. Of a component, automatic is as good as nothing said.
  void set(system::ComponentId component, ModeOf of);
  // Of a component that is gone. Whether something was said of it.
  bool forget(system::ComponentId component) { return components_.erase(component) != 0; }

  const ModeOf& whole() const { return whole_; }
  const std::map<system::ComponentId, ModeOf>& components() const { return components_; }
  // Nothing waits for anybody.
  bool is_automatic() const { return whole_.mode == Mode::kAutomatic && components_.empty(); }
  // The strictest for what may be touched, for the component `self` and for what contains that; nothing where
  // all of it is automatic.
  std::optional<Barrier> barrier(const system::System& system, const Footprint& wanted,
                                 system::ComponentId self) const;

 private:
  ModeOf whole_;
  std::map<system::ComponentId, ModeOf> components_;
};

// "the mode of vm1 is paused"; of the project where no component is named.
std::string mode_text(std::string_view component, Mode mode);

}  // namespace attune::workflow
