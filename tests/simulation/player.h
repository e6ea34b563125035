// SPDX-License-Identifier: Apache-2.0
// Player: plays one story: lets the world and the manager take their steps in the order of time, makes the
// incidents happen at their dates, starts managers again, and lets calm follow. Used by play() alone.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/main/story.h"
#include "tests/simulation/incarnation.h"
#include "tests/simulation/play.h"
#include "tests/simulation/told_facts.h"

namespace attune::simulation {

class Player {
 public:
  Player(const Story& story, const PlayOptions& options);
  ~Player();

  Verdict run();

 private:
  class TellingLog final : public Log {
   public:
    explicit TellingLog(Player& player) : player_(player) {}
    void write(LogLevel level, std::string_view line) override;

   private:
    Player& player_;
  };

  // --- time ---
  void run_until(Instant end);
  bool step(Instant end);
  Duration since_begin() const { return world_.time().now() - begin_; }
  void tell(std::string_view line);

  // --- managers ---
  void start_manager();
  void start_later(Duration after);
  void kill(Duration back_after);
  void bury();
  void manager_ended();
  void count_events();
  bool serves() { return manager_ && !is_dead_ && manager_->kernel().is_serving(); }
  void appended(const std::vector<workflow::Record>& records);
  void durable(uint64_t last);

  // --- incidents ---
  void happen(const Incident& incident);
  void happen_to_host(const Incident& incident);
  void happen_to_guest(const Incident& incident);
  void happen_to_manager(const Incident& incident);
  void happen_to_disk(const Incident& incident);
  void happen_to_sites(const Incident& incident);
  void person(const Incident& incident);
  void trust_again();
  void send(const std::string& line);
  void load(std::string guest, HostIndex host, Instant until);
  void power_on_when_due(HostIndex host);
  std::optional<std::string> uuid_of_guest(uint64_t number) const;
  std::vector<const system::Component*> of_class(std::string_view name);

  // --- the end ---
  void heal();
  void rest();
  void end();
  void check_replay();
  void check_told();
  Verdict verdict();

  const Story& story_;
  const PlayOptions& options_;
  const Instant begin_;
  std::shared_ptr<const dsl::LoadedProject> project_;
  TellingLog log_;
  main::Story teller_;
  SimWorld world_;
  SimDisk disk_;
  Invariants invariants_;
  ToldFacts told_;
  std::unique_ptr<Incarnation> manager_;
  bool is_dead_ = false;  // it was killed within its own step, and is to be buried
  Duration back_after_{};
  bool is_starting_ = false;
  bool is_over_ = false;  // no manager is started any more
  Duration wall_ahead_{};
  std::optional<Story::Death> death_;
  std::map<HostIndex, Instant> off_until_;
  std::map<HostIndex, Instant> kept_off_until_;
  size_t managers_ = 0, steps_ = 0;
  size_t held_to_ = 0;  // facts that were told
};

}  // namespace attune::simulation
