// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/migration_follower.h"

#include <utility>

#include "runtime/hypervisor/migration.h"

namespace attune::hypervisor {

namespace {
constexpr Duration kLook = std::chrono::milliseconds(200);
constexpr unsigned kManyPasses = 10;  // as many come to no end by themselves
}  // namespace

MigrationFollower::MigrationFollower(CorePtr core, ConnectionPtr from, ports::MigrationRequest request,
                                     Duration stall_timeout, std::stop_token stop)
    : core_(std::move(core)),
      from_(std::move(from)),
      request_(std::move(request)),
      stall_timeout_(stall_timeout),
      stop_(std::move(stop)),
      started_(core_->clock.now()),
      last_moved_(started_) {}

void MigrationFollower::start() {
  look_later();
}

void MigrationFollower::look_later() {
  timer_ = core_->loop.after(kLook, [this] { look(); });
}

void MigrationFollower::look() {
  if (abort_ == Abort::kNone) abort_ = reason_to_abort();
  if (abort_ == Abort::kNone) return ask_for_progress();
  send_abort();
}

MigrationFollower::Abort MigrationFollower::reason_to_abort() const {
  const Instant now = core_->clock.now();
  if (stop_.stop_requested()) return Abort::kCancelled;
  if (request_.timeout > Duration::zero() && now - started_ >= request_.timeout) return Abort::kTimedOut;
  if (moved_bytes_ > 0 && now - last_moved_ >= stall_timeout_) return Abort::kStalled;
  return Abort::kNone;
}

// Again at each look until the migration ends: what was too early for libvirt at first is not later.
void MigrationFollower::send_abort() {
  const bool taken = core_->calls.submit(
      [weak = weak_from_this(), gate = core_->gate, from = from_, domain = request_.domain] {
        {
          const Turn turn(*from);
          (void)abort_migration(*from, domain);
        }
        gate->post([weak] {
          if (const auto self = weak.lock(); self && self->timer_) self->look_later();
        });
      });
  if (!taken) look_later();
}

void MigrationFollower::allow_usual_stop() {
  stop_is_usual_ = core_->calls.submit([from = from_, domain = request_.domain] {
    const Turn turn(*from);
    (void)allow_stop(*from, domain, kUsualStop);
  });
}

void MigrationFollower::ask_for_progress() {
  const bool taken = core_->calls.submit(
      [weak = weak_from_this(), gate = core_->gate, from = from_, domain = request_.domain] {
        auto progress = [&] {
          const Turn turn(*from);
          return progress_of(*from, domain);
        }();
        gate->post([weak, progress = std::move(progress)] {
          const auto self = weak.lock();
          if (!self || !self->timer_) return;
          self->saw(progress);
          self->look_later();
        });
      });
  if (!taken) look_later();
}

void MigrationFollower::saw(const Result<std::optional<ports::MigrationProgress>>& progress) {
  if (!progress || !*progress) return;
  const ports::MigrationProgress& now = **progress;
  if (now.done_bytes != moved_bytes_) {
    moved_bytes_ = now.done_bytes;
    last_moved_ = core_->clock.now();
  }
  if (now.passes >= kManyPasses && !stop_is_usual_) allow_usual_stop();
  if (request_.on_progress) request_.on_progress(now);
}

}  // namespace attune::hypervisor
