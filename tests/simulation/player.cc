// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/player.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/journal/record_json.h"
#include "tests/simulation/fleet.h"
#include "tests/simulation/sites.h"

namespace attune::simulation {

using std::chrono::minutes;
using std::chrono::seconds;

namespace {

constexpr Duration kAfterFailure = seconds(5);
constexpr Duration kFenced = minutes(2);  // until a person has switched it on again

// Remains of managers that do not end: their parts may still refer to them.
std::vector<std::unique_ptr<Incarnation>>& graveyard() {
  static auto* const kAll = new std::vector<std::unique_ptr<Incarnation>>;  // never destroyed
  return *kAll;
}

}  // namespace

Verdict play(const Story& story, const PlayOptions& options) {
  return Player(story, options).run();
}

Player::Player(const Story& story, const PlayOptions& options)
    : story_(story),
      options_(options),
      begin_(kBegin),
      project_(fleet_of(story)),
      log_(*this),
      world_(story.seed, story.hosts, kBegin),
      invariants_(world_, project_->project, story.sites > 0) {
  for (HostIndex i = 0; i < story.hosts; ++i) world_.host(i).memory = room_of(story, i);
  disk_.dice = Dice(story.seed, 777);
  death_ = story.death;
  world_.on_fence = [this](HostIndex host) {
    kept_off_until_[host] = world_.time().now() + kFenced;
    power_on_when_due(host);
  };
  world_.on_change = [this](HostIndex host, const std::string& uuid) { invariants_.changed(host, uuid); };
}

Player::~Player() {
  world_.set_session(nullptr);
  if (!manager_) return;
  manager_->cut_off();
  if (!manager_->end() && (!manager_->fade() || !manager_->end()->is_clean))
    graveyard().push_back(std::move(manager_));
}

Verdict Player::run() {
  start_manager();
  for (const Incident& incident : story_.incidents)
    world_.time().later(incident.at, [this, &incident] { happen(incident); });
  run_until(begin_ + story_.time);
  heal();
  rest();
  end();
  return verdict();
}

// --- time ---

void Player::run_until(Instant end) {
  while (!invariants_.finding() && step(end)) {
  }
  world_.time().advance_to(end);
  if (manager_) manager_->loop().advance_to(end);
}

bool Player::step(Instant end) {
  const auto world = world_.time().next();
  const auto own = manager_ ? manager_->loop().next() : std::nullopt;
  const bool is_worlds = world && (!own || *world <= *own);
  if (!world && !own) return false;
  const Instant at = is_worlds ? *world : *own;
  if (at > end) return false;
  ++steps_;
  world_.time().advance_to(at);
  if (manager_) manager_->loop().advance_to(at);
  (is_worlds ? world_.time() : manager_->loop()).step();
  if (is_dead_) bury();
  if (manager_ && manager_->end()) manager_ended();
  return true;
}

void Player::tell(std::string_view line) {
  if (options_.tell) options_.tell(fmt::format("{}  {}", date_text(since_begin()), line));
}

void Player::TellingLog::write(LogLevel level, std::string_view line) {
  if (level > LogLevel::kDebug && player_.options_.tell) player_.tell(fmt::format("      {}", line));
}

// --- managers ---

void Player::start_manager() {
  is_starting_ = false;
  if (manager_ || is_over_) return;
  tell("a manager starts");
  ++managers_;
  manager_ = std::make_unique<Incarnation>(Incarnation::Parts{
      project_, world_, disk_, log_, wall_ahead_, story_.seed,
      SimStore::Onlooker{[this](const auto& records) { appended(records); },
                         [this](uint64_t last) { durable(last); }},
      [this](std::string_view what, const std::string& uuid) { invariants_.deed(what, uuid); }});
  world_.set_session(manager_->session().shared_from_this());
  if (auto begun = manager_->begin(); !begun)
    invariants_.broken(Invariant::kJournalFits, "it cannot be taken over: " + begun.error().message);
  check_told();
}

void Player::start_later(Duration after) {
  if (is_starting_ || is_over_) return;
  is_starting_ = true;
  world_.time().later(after, [this] { start_manager(); });
}

// Takes effect at once; what is left is buried once nothing of it is on the stack.
void Player::kill(Duration back_after) {
  if (!manager_ || is_dead_) return;
  tell("the manager is killed");
  is_dead_ = true;
  back_after_ = back_after;
  death_.reset();
  world_.set_session(nullptr);
  manager_->cut_off();
}

void Player::bury() {
  is_dead_ = false;
  std::unique_ptr<Incarnation> dead = std::move(manager_);
  if (!dead->fade())
    invariants_.broken(Invariant::kOrderlyEnd, "what is left of a killed manager does not come to an end");
  if (!dead->end() || !dead->end()->is_clean) graveyard().push_back(std::move(dead));
  invariants_.manager_died(disk_.records);
  start_later(back_after_);
}

// What was put into its pipe is one of these; one that was held is answered later, and counts for both.
void Player::count_events() {
  const control::EventFigures figures = manager_->kernel().daemon().events();
  uint64_t seen = figures.queued;
  for (const char* name : {"cpu_high", "busy", "idle"})
    if (const auto found = figures.by_name.find(name); found != figures.by_name.end()) seen += found->second;
  for (const auto& [fault, count] : figures.rejected) seen += count;
  if (seen < manager_->lines())
    invariants_.broken(
        Invariant::kEventsCounted,
        fmt::format("{} lines were written to the pipe, and {} are accounted for", manager_->lines(), seen));
}

void Player::manager_ended() {
  const main::Kernel::End end = *manager_->end();
  tell(fmt::format("the manager has ended{}", end.failure ? ": " + end.failure->message : ""));
  if (!end.failure) count_events();
  if (!end.is_clean && is_over_)  // in the midst of faults some calls may take longer than it waits
    invariants_.broken(Invariant::kOrderlyEnd, "the manager ended, and something was still under way");
  if (end.is_clean && !manager_->kernel().driver().dispatcher().is_idle())
    invariants_.broken(Invariant::kOrderlyEnd,
                       "the manager ended, and a call goes on of which it knows nothing");
  world_.set_session(nullptr);
  manager_->cut_off();
  manager_->store().cut();
  if (!end.is_clean) graveyard().push_back(std::move(manager_));
  manager_.reset();
  invariants_.manager_died(disk_.records);
  death_.reset();
  start_later(end.failure ? kAfterFailure : back_after_);
}

void Player::appended(const std::vector<workflow::Record>& records) {
  invariants_.appended(records);
  if (options_.tell)
    for (const workflow::Record& record : records)
      tell(fmt::format("{:>5} {}", record.sequence, teller_.tell(record)));
  if (death_ && !death_->once_durable && records.back().sequence >= death_->record) kill(death_->back_after);
}

void Player::durable(uint64_t last) {
  invariants_.durable(last);
  if (death_ && last >= death_->record) kill(death_->back_after);
}

// --- the verdict ---

Verdict Player::verdict() {
  Verdict verdict;
  verdict.finding = invariants_.finding();
  if (verdict.finding) verdict.at = verdict.finding->at - begin_;
  verdict.records = disk_.records.size();
  verdict.steps = steps_;
  verdict.managers = managers_;
  verdict.time = since_begin();
  verdict.plans = invariants_.seen_of_plans();
  verdict.told = held_to_;
  if (!options_.hashes_journal) return verdict;
  uint64_t hash = 14695981039346656037U;  // FNV-1a
  for (const workflow::Record& record : disk_.records)
    for (const char c : journal::to_json(record))
      hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  verdict.journal_hash = hash;
  return verdict;
}

}  // namespace attune::simulation
