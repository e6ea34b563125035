// SPDX-License-Identifier: Apache-2.0
// Sites: where the hosts of a story stand, what they are worth, which machines may be where, and what the
// manager is told of all that while the story goes on. Each of it follows from the story's seed and size, so
// that a shrunk story keeps what is left of it. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/workflow/event.h"
#include "tests/simulation/story.h"

namespace attune::simulation {

inline constexpr uint64_t kCpus = 16;  // of each host, as its node file says

// --- as it is drawn ---
size_t sites_of(const Story& story);  // as many as there are hosts at most
size_t site_of(const Story& story, size_t host);
// Of the classDiagram: the sites and their links; how many processors a guest has; the classes of guests that
// may not be anywhere.
std::string site_classes(const Story& story);
std::string guest_cpus(const Story& story);
std::string guest_classes(const Story& story);
// Of the host's line in the node file, after its name and address.
std::string site_terms(const Story& story, size_t host);
// Machines beside story.guests.
size_t more_guests(const Story& story);
// attune.info's, for plans.
std::string plan_settings(const Story& story);

uint64_t memory_of(const Story& story, size_t host);  // bytes, as its node file says
// What it really takes: what the manager is told of it is never more.
uint64_t room_of(const Story& story, size_t host);

// --- as it changes ---
// price_changed or capacity_changed, of an incident of these kinds; without a name, of others.
workflow::Event told_event(const Story& story, const Incident& incident);
std::string event_text(const workflow::Event& event);  // as a line
std::string_view objective_of(const Incident& incident);

}  // namespace attune::simulation
