// SPDX-License-Identifier: Apache-2.0
// Mode: how much the manager does by itself: what events and timers ask for is done, waits for a person's
// approval, or waits until the mode is another. Immutable values; any thread.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace attune::workflow {

enum class Mode { kAutomatic, kRecommend, kPaused };  // the laxest first
inline constexpr std::array<std::string_view, 3> kModeNames = {"automatic", "recommend", "paused"};

std::string_view name_of(Mode mode);
std::optional<Mode> find_mode(std::string_view name);

}  // namespace attune::workflow
