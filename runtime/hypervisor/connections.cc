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
  std::string uri;
  bool is_lent = false;  // to its one asker
  ConnectionPtr connection;
  bool opening = false;
  uint64_t next_asker = 0;
  std::map<uint64_t, Asker> askers;
  std::function<void(ConnectionPtr)> changed;
};

}  // namespace

struct Connections::State : std::enable_shared_from_this<State> {
  State(ports::Loop& loop_, std::shared_ptr<LoopGate> gate_, WorkerPool& openers_, WorkerPool& workers_,
        Keepalive keepalive_, std::string folder_, Duration timeout)
      : loop(loop_),
        gate(std::move(gate_)),
        openers(openers_),
        workers(workers_),
        keepalive(keepalive_),
        folder(std::move(folder_)),
        open_timeout(timeout) {}

  using Done = std::function<void(Result<ConnectionPtr>)>;
  Kept& kept_for(const std::string& uri);
  void ask(const std::string& uri, Done done);
  void lend(const std::string& uri, Done done);
  void prepare(const std::string& uri);
  std::string new_lent(const std::string& uri);
  std::string find_prepared(const std::string& uri) const;  // the key; empty where there is none
  void wait(const std::string& key, Kept& kept, Done done);
  void gave_up(const std::string& key, uint64_t asker);
  void open(const std::string& key, Kept& kept);
  void opened(const std::string& key, Result<ConnectionPtr> result);
  void learn(ConnectionPtr connection);
  void lost(const std::string& key, const Connection* which);
  void keep_spare(ConnectionPtr connection);
  void drop(ConnectionPtr connection);

  ports::Loop& loop;
  const std::shared_ptr<LoopGate> gate;
  WorkerPool& openers;
  WorkerPool& workers;
  const Keepalive keepalive;
  const std::string folder;
  const Duration open_timeout;
  bool closed = false;
  std::map<std::string, Kept> all;  // by URI; one that is lent by a key of its own
  uint64_t next_lent = 0;
  std::map<std::string, ConnectionPtr> spare;  // given back, by URI
};

Connections::Connections(ports::Loop& loop, std::shared_ptr<LoopGate> gate, WorkerPool& openers,
                         WorkerPool& workers, Keepalive keepalive, std::string folder, Duration open_timeout)
    : state_(std::make_shared<State>(loop, std::move(gate), openers, workers, keepalive, std::move(folder),
                                     open_timeout)) {}

Connections::~Connections() {
  close();
}

Awaitable<Result<ConnectionPtr>> Connections::get(const std::string& uri) {
  return Awaitable<Result<ConnectionPtr>>(
      [state = state_, uri](std::function<void(Result<ConnectionPtr>)> done) {
        state->ask(uri, std::move(done));
      });
}

Awaitable<Result<ConnectionPtr>> Connections::borrow(const std::string& uri) {
  return Awaitable<Result<ConnectionPtr>>(
      [state = state_, uri](std::function<void(Result<ConnectionPtr>)> done) {
        state->lend(uri, std::move(done));
      });
}

void Connections::give_back(ConnectionPtr connection) {
  state_->keep_spare(std::move(connection));
}

void Connections::prepare(const std::string& uri) {
  state_->prepare(uri);
}

void Connections::listen(const std::string& uri, std::function<void(ConnectionPtr)> changed) {
  Kept& kept = state_->kept_for(uri);
  kept.changed = std::move(changed);
  if (kept.connection) kept.changed(kept.connection);
}

void Connections::unlisten(const std::string& uri) {
  if (const auto found = state_->all.find(uri); found != state_->all.end()) found->second.changed = nullptr;
}

void Connections::close() {
  state_->closed = true;
  for (auto& [uri, connection] : std::exchange(state_->spare, {})) state_->drop(std::move(connection));
  for (auto& [uri, kept] : std::exchange(state_->all, {})) {
    if (kept.connection) state_->drop(std::move(kept.connection));
    for (const auto& [id, asker] : kept.askers) asker.done(ending());
  }
}

Kept& Connections::State::kept_for(const std::string& uri) {
  Kept& kept = all[uri];
  kept.uri = uri;
  return kept;
}

void Connections::State::ask(const std::string& uri, Done done) {
  if (closed) return done(ending());
  Kept& kept = kept_for(uri);
  if (kept.connection && !kept.connection->is_alive()) lost(uri, kept.connection.get());
  if (kept.connection) return done(kept.connection);
  wait(uri, kept, std::move(done));
}

void Connections::State::lend(const std::string& uri, Done done) {
  if (closed) return done(ending());
  if (auto found = spare.extract(uri)) {
    if (found.mapped()->is_alive()) return done(std::move(found.mapped()));
    drop(std::move(found.mapped()));
  }
  std::string key = find_prepared(uri);
  if (key.empty()) key = new_lent(uri);
  wait(key, all[key], std::move(done));
}

void Connections::State::prepare(const std::string& uri) {
  if (closed || spare.contains(uri) || !find_prepared(uri).empty()) return;
  const std::string key = new_lent(uri);
  open(key, all[key]);
}

std::string Connections::State::new_lent(const std::string& uri) {
  std::string key = fmt::format("{} {}", uri, ++next_lent);
  Kept& kept = all[key];
  kept.uri = uri;
  kept.is_lent = true;
  return key;
}

std::string Connections::State::find_prepared(const std::string& uri) const {
  for (const auto& [key, kept] : all)
    if (kept.is_lent && kept.uri == uri && kept.opening && kept.askers.empty()) return key;
  return {};
}

void Connections::State::wait(const std::string& key, Kept& kept, Done done) {
  const uint64_t id = kept.next_asker++;
  Asker& asker = kept.askers[id];
  asker.done = std::move(done);
  asker.deadline = loop.after(open_timeout, [weak = weak_from_this(), key, id] {
    if (const auto self = weak.lock(); self && !self->closed) self->gave_up(key, id);
  });
  if (!kept.opening) open(key, kept);
}

void Connections::State::gave_up(const std::string& key, uint64_t asker) {
  Kept& kept = all[key];
  const Asker late = std::move(kept.askers[asker]);
  kept.askers.erase(asker);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(open_timeout).count();
  late.done(fail(ErrorCode::kUnreachable,
                 fmt::format("cannot reach libvirt on {} ({}): no answer within {} s; is the host up, and is "
                             "its address right?",
                             host_of_uri(kept.uri), kept.uri, seconds)));
}

void Connections::State::open(const std::string& key, Kept& kept) {
  kept.opening = true;
  const bool taken = openers.submit(
      [weak = weak_from_this(), gate = gate, key, uri = kept.uri, alive = keepalive, folder = folder] {
        Result<ConnectionPtr> result = Connection::open(uri, alive, folder);
        if (result)
          (*result)->on_close([weak, gate, key, which = result->get()] {
            gate->post([weak, key, which] {
              if (const auto self = weak.lock(); self && !self->closed) self->lost(key, which);
            });
          });
        gate->post([weak, key, result = std::move(result)] {
          if (const auto self = weak.lock(); self && !self->closed) self->opened(key, result);
        });
      });
  if (!taken) opened(key, fail(ErrorCode::kFailed, "too many hosts are being connected to already"));
}

void Connections::State::opened(const std::string& key, Result<ConnectionPtr> result) {
  Kept& kept = all[key];
  kept.opening = false;
  if (result && !kept.is_lent) {
    kept.connection = *result;
    if (kept.changed) kept.changed(*result);
  }
  auto askers = std::exchange(kept.askers, {});
  const bool is_lent = kept.is_lent;
  if (is_lent) {
    all.erase(key);
    if (result && askers.empty()) keep_spare(*result);  // who had asked for it has given up
  }
  for (auto& [id, asker] : askers) {
    asker.deadline.reset();
    asker.done(result);
  }
  if (result && !is_lent) learn(*std::move(result));
}

// After what it was made for, and long before a first migration needs it.
void Connections::State::learn(ConnectionPtr connection) {
  (void)workers.submit([connection = std::move(connection)] {
    const Turn turn(*connection);
    (void)connection->capabilities();
  });
}

void Connections::State::lost(const std::string& key, const Connection* which) {
  const auto found = all.find(key);
  if (found == all.end() || found->second.connection.get() != which) return;
  Kept& kept = found->second;
  drop(std::move(kept.connection));
  kept.connection = nullptr;
  if (kept.changed) kept.changed(nullptr);
}

void Connections::State::keep_spare(ConnectionPtr connection) {
  if (closed || !connection->is_alive() || spare.contains(connection->uri()))
    return drop(std::move(connection));
  const std::string uri = connection->uri();
  spare[uri] = std::move(connection);
}

void Connections::State::drop(ConnectionPtr connection) {
  // Where the pool takes nothing any more it closes here: that blocks, but the program is ending.
  const auto last = std::make_shared<ConnectionPtr>(std::move(connection));
  (void)workers.submit([last] { last->reset(); });
}

}  // namespace attune::hypervisor
