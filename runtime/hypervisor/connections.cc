// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/connections.h"

#include <map>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace attune::hypervisor {

namespace {

struct Asker {
  std::function<void(Result<ConnectionPtr>)> done;
  std::unique_ptr<ports::Loop::Timer> deadline;
};

struct Kept {
  ConnectionPtr connection;
  bool opening = false;
  uint64_t next_asker = 0;
  std::map<uint64_t, Asker> askers;
  std::function<void(ConnectionPtr)> changed;
};

}  // namespace

struct Connections::State : std::enable_shared_from_this<State> {
  State(ports::Loop& loop_, std::shared_ptr<LoopGate> gate_, WorkerPool& openers_, WorkerPool& closers_,
        Keepalive keepalive_, Duration timeout)
      : loop(loop_),
        gate(std::move(gate_)),
        openers(openers_),
        closers(closers_),
        keepalive(keepalive_),
        open_timeout(timeout) {}

  void ask(const std::string& uri, std::function<void(Result<ConnectionPtr>)> done);
  void open(const std::string& uri, Kept& kept);
  void opened(const std::string& uri, Result<ConnectionPtr> result);
  void lost(const std::string& uri, const Connection* which);
  void drop(ConnectionPtr connection);

  ports::Loop& loop;
  const std::shared_ptr<LoopGate> gate;
  WorkerPool& openers;
  WorkerPool& closers;
  const Keepalive keepalive;
  const Duration open_timeout;
  bool closed = false;
  std::map<std::string, Kept> all;  // by URI
};

Connections::Connections(ports::Loop& loop, std::shared_ptr<LoopGate> gate, WorkerPool& openers,
                         WorkerPool& closers, Keepalive keepalive, Duration open_timeout)
    : state_(std::make_shared<State>(loop, std::move(gate), openers, closers, keepalive, open_timeout)) {}

Connections::~Connections() {
  close();
}

Awaitable<Result<ConnectionPtr>> Connections::get(const std::string& uri) {
  return Awaitable<Result<ConnectionPtr>>(
      [state = state_, uri](std::function<void(Result<ConnectionPtr>)> done) {
        state->ask(uri, std::move(done));
      });
}

void Connections::listen(const std::string& uri, std::function<void(ConnectionPtr)> changed) {
  Kept& kept = state_->all[uri];
  kept.changed = std::move(changed);
  if (kept.connection) kept.changed(kept.connection);
}

void Connections::unlisten(const std::string& uri) {
  if (const auto found = state_->all.find(uri); found != state_->all.end()) found->second.changed = nullptr;
}

void Connections::close() {
  state_->closed = true;
  for (auto& [uri, kept] : std::exchange(state_->all, {}))
    if (kept.connection) state_->drop(std::move(kept.connection));
}

void Connections::State::ask(const std::string& uri, std::function<void(Result<ConnectionPtr>)> done) {
  if (closed) return done(fail(ErrorCode::kCancelled, "the manager is ending"));
  Kept& kept = all[uri];
  if (kept.connection && !kept.connection->is_alive()) lost(uri, kept.connection.get());
  if (kept.connection) return done(kept.connection);
  const uint64_t id = kept.next_asker++;
  Asker& asker = kept.askers[id];
  asker.done = std::move(done);
  asker.deadline = loop.after(open_timeout, [weak = weak_from_this(), uri, id] {
    const auto self = weak.lock();
    if (!self || self->closed) return;
    Asker late = std::move(self->all[uri].askers[id]);
    self->all[uri].askers.erase(id);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(self->open_timeout).count();
    late.done(
        fail(ErrorCode::kUnreachable,
             fmt::format("cannot reach libvirt on {} ({}): no answer within {} s; is the host up, and is "
                         "its address right?",
                         host_of_uri(uri), uri, seconds)));
  });
  if (!kept.opening) open(uri, kept);
}

void Connections::State::open(const std::string& uri, Kept& kept) {
  kept.opening = true;
  const bool taken = openers.submit([weak = weak_from_this(), gate = gate, uri, alive = keepalive] {
    Result<ConnectionPtr> result = Connection::open(uri, alive);
    if (result)
      (*result)->on_close([weak, gate, uri, which = result->get()] {
        gate->post([weak, uri, which] {
          if (const auto self = weak.lock(); self && !self->closed) self->lost(uri, which);
        });
      });
    gate->post([weak, uri, result = std::move(result)] {
      if (const auto self = weak.lock(); self && !self->closed) self->opened(uri, result);
    });
  });
  if (!taken) opened(uri, fail(ErrorCode::kFailed, "too many hosts are being connected to already"));
}

void Connections::State::opened(const std::string& uri, Result<ConnectionPtr> result) {
  Kept& kept = all[uri];
  kept.opening = false;
  if (result) {
    kept.connection = *result;
    if (kept.changed) kept.changed(*result);
  }
  auto askers = std::exchange(kept.askers, {});
  for (auto& [id, asker] : askers) {
    asker.deadline.reset();
    asker.done(result);
  }
}

void Connections::State::lost(const std::string& uri, const Connection* which) {
  Kept& kept = all[uri];
  if (kept.connection.get() != which) return;
  drop(std::move(kept.connection));
  kept.connection = nullptr;
  if (kept.changed) kept.changed(nullptr);
}

void Connections::State::drop(ConnectionPtr connection) {
  // Where the pool takes nothing any more it closes here: that blocks, but the program is ending.
  const auto last = std::make_shared<ConnectionPtr>(std::move(connection));
  (void)closers.submit([last] { last->reset(); });
}

}  // namespace attune::hypervisor
