// SPDX-License-Identifier: Apache-2.0
// Where among a family's hosts a domain runs: what keeps a VM from being started twice, and finds one that
// somebody else has moved. A host is asked once for all of its domains, on behalf of everybody who wants to
// know at that time. Loop thread only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "wrappers/implementation.h"

namespace attune::wrappers {

struct Sighting {
  std::string host;
  ports::DomainState state = ports::DomainState::kShutOff;
};

struct Search {
  std::vector<Sighting> seen;        // hosts that have it running or paused
  std::vector<std::string> defined;  // hosts that have it, off
  std::vector<std::string> silent;   // hosts that did not say, and are not known to be off: they may have it
  std::vector<std::string> off;      // hosts that are said to be off, and were not asked
};

bool is_on(ports::DomainState state);

class VmSearch {
 public:
  explicit VmSearch(World& world) : world_(world) {}
  ~VmSearch();

  // Asks the family's other hosts, all side by side; the lists are in their order. Who is known to be down is
  // not waited for. No answer is older than this call: it joins a round of questions that has not begun. That
  // does so at once, or, while another is under way, 100 ms after the first one joined.
  Task<Search> elsewhere(ports::DomainId domain, std::string host);

  // Its stop is requested at its end, for who waits for something else in between.
  std::stop_token over() const { return over_.get_token(); }

 private:
  struct Round;
  struct Rounds;
  static void join(const std::shared_ptr<Rounds>& rounds, const ports::DomainId& domain,
                   std::function<void(std::shared_ptr<const Round>)> done);
  static void begin(std::shared_ptr<Rounds> rounds, std::shared_ptr<Round> round);
  static void end(std::shared_ptr<Rounds> rounds, std::shared_ptr<Round> round);

  World& world_;
  std::map<size_t, std::shared_ptr<Rounds>> rounds_;  // by family
  std::stop_source over_;
};

// "vm1 may run on lab2, which does not answer: ...", and what a person can do.
std::string doubt_text(const std::string& name, const std::vector<std::string>& silent);

}  // namespace attune::wrappers
