// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/host_link.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/transport/host_words.h"
#include "runtime/transport/prologue.h"

namespace attune::transport {

namespace {
constexpr int kMostAttempts = 3;
// sshd gives the place of a command that has ended to another a little after it has said so.
constexpr int kMostRefusals = 30;
}  // namespace

HostLink::HostLink(LinkParts& parts, ports::HostTarget target)
    : parts_(parts), target_(std::move(target)), alive_(std::make_shared<HostLink*>(this)) {}

void HostLink::submit(std::shared_ptr<ExecRequest> request) {
  target_ = request->target();
  if (request->is_cancelled) return request->finish(ports::CommandEnd(ports::Cancelled{}));
  if (request->is_urgent) {
    waiting_.push_front(std::move(request));
  } else {
    waiting_.push_back(std::move(request));
  }
  assign();
}

void HostLink::cancel(const std::shared_ptr<ExecRequest>& request) {
  request->is_cancelled = true;
  const auto found = std::find(waiting_.begin(), waiting_.end(), request);
  if (found != waiting_.end()) {
    waiting_.erase(found);
    return request->finish(ports::CommandEnd(ports::Cancelled{}));
  }
  // A list of its own: what ends may make room and thereby new connections.
  std::vector<Session*> sessions;
  sessions.reserve(sessions_.size());
  for (const auto& session : sessions_) sessions.push_back(session.get());
  for (Session* session : sessions) session->cancel(*request);
}

void HostLink::prepare(const ports::HostTarget& target) {
  if (!sessions_.empty()) return;
  target_ = target;
  connect();
}

void HostLink::assign() {
  while (!waiting_.empty()) {
    Session* session = find_room(waiting_.front()->is_urgent);
    if (session == nullptr) return connect();
    const std::shared_ptr<ExecRequest> request = waiting_.front();
    waiting_.pop_front();
    session->run(request);
  }
}

Session* HostLink::find_room(bool is_urgent) {
  for (const auto& session : sessions_) {
    if (session->is_up() && session->has_room(is_urgent)) return session.get();
  }
  return nullptr;
}

bool HostLink::is_any_up() const {
  return std::any_of(sessions_.begin(), sessions_.end(),
                     [](const auto& session) { return session->is_up(); });
}

SshOptions HostLink::session_options() const {
  SshOptions options = parts_.options;
  if (!watching_) return options;
  options.silence = watching_->silence;
  // A host that comes back should be noticed soon, also when it swallowed the first packets.
  options.connect_timeout =
      std::min(options.connect_timeout, std::max<Duration>(watching_->silence, std::chrono::seconds(3)));
  return options;
}

void HostLink::connect() {
  if (is_connecting_ || sessions_.size() >= parts_.options.connections_per_host) return;
  is_connecting_ = true;
  parts_.names.find(target_.address,
                    [this, alive = std::weak_ptr(alive_)](Result<std::vector<std::string>> found) {
                      if (alive.expired()) return;
                      if (!found) return connect_failed(std::move(found).error().within(host_words(target_)));
                      addresses_ = std::move(*found);
                      pass_ = parts_.gate.ask([this] { try_next_address(); });
                    });
}

void HostLink::try_next_address() {
  const std::string address = addresses_.front();
  addresses_.erase(addresses_.begin());
  sessions_.push_back(
      std::make_unique<Session>(parts_.io, *this, target_, address, parts_.keys, session_options()));
}

void HostLink::connect_failed(const Error& why) {
  is_connecting_ = false;
  pass_.reset();
  if (is_any_up()) return;  // what waits is served when there is room
  for (const auto& request : std::exchange(waiting_, {})) request->finish(fail(why));
  if (watching_) expect_down(false);
}

void HostLink::on_up(Session&) {
  is_connecting_ = false;
  addresses_.clear();
  pass_.reset();
  say(ports::HostHealth::kUp);
  assign();
}

void HostLink::on_room(Session&) {
  assign();
  if (sessions_.size() > 1 && !trim_) trim_ = parts_.io.after(parts_.options.idle_extra, [this] { trim(); });
}

void HostLink::on_refused(Session&, std::shared_ptr<ExecRequest> request) {
  put_back(std::move(request), "sshd opens no channel for a command: check its MaxSessions", kMostRefusals);
  assign();
}

void HostLink::on_broken(Session& session, Error why, std::vector<std::shared_ptr<ExecRequest>> not_run) {
  const bool was_connecting = session.has_never_been_up();
  if (watching_ && !was_connecting) watching_->last_heard = session.last_heard();
  const bool try_another = session.has_nobody_answered() && !addresses_.empty();
  bury(session);
  if (was_connecting) return try_another ? try_next_address() : connect_failed(why);
  for (auto& request : not_run) put_back(std::move(request), why.message, kMostAttempts);
  if (watching_ && !is_any_up()) expect_down(true);
  assign();
}

void HostLink::put_back(std::shared_ptr<ExecRequest> request, const std::string& why, int most) {
  if (request->is_cancelled) return request->finish(ports::CommandEnd(ports::Cancelled{}));
  if (++request->attempts < most) {
    waiting_.push_front(std::move(request));
  } else {
    request->finish(fail(ErrorCode::kUnreachable, fmt::format("{}: {}", host_words(target_), why)));
  }
}

// It is still busy saying that it broke.
void HostLink::bury(Session& session) {
  const auto found = std::find_if(sessions_.begin(), sessions_.end(),
                                  [&](const auto& mine) { return mine.get() == &session; });
  parts_.io.post([buried = std::shared_ptr<Session>(std::move(*found))] {});
  sessions_.erase(found);
}

// Closes idle connections beyond the first that is up.
void HostLink::trim() {
  trim_.cancel();
  bool is_first = true;
  for (size_t i = 0; i < sessions_.size();) {
    Session& session = *sessions_[i];
    const bool is_idle = session.is_up() && session.commands() == 0;
    if (is_idle && !is_first) {
      bury(session);
      continue;
    }
    is_first = is_first && !session.is_up();
    ++i;
  }
}

void HostLink::end_group(int group, std::function<void(bool)> done) {
  to_end_.push_back({group, std::move(done)});
  end_groups();
}

// One command at a time, for all groups that have come together meanwhile: it needs but one channel.
void HostLink::end_groups() {
  if (to_end_.empty() || std::exchange(is_ending_, true)) return;
  std::vector<int> groups;
  groups.reserve(to_end_.size());
  for (const Ending& ending : to_end_) groups.push_back(ending.group);
  auto done = [this, alive = std::weak_ptr(alive_),
               endings = std::exchange(to_end_, {})](Result<ports::CommandEnd> end) {
    if (alive.expired()) return;
    const ports::Exited* exited = end ? std::get_if<ports::Exited>(&*end) : nullptr;
    for (const Ending& ending : endings) ending.done(exited != nullptr && exited->code == 0);
    is_ending_ = false;
    end_groups();
  };
  auto request = std::make_shared<ExecRequest>(
      target_, ending_command(groups),
      [&io = parts_.io](std::function<void()> work) { io.post(std::move(work)); }, std::move(done));
  request->is_urgent = true;
  // Not from within the session that asks.
  parts_.io.post([this, alive = std::weak_ptr(alive_), request] {
    if (!alive.expired()) submit(request);
  });
}

void HostLink::watch(Duration silence, std::function<void(ports::HostHealth)> changed) {
  watching_.emplace();
  watching_->silence = silence;
  watching_->changed = std::move(changed);
  watching_->last_heard = parts_.io.now();
  for (const auto& session : sessions_) session->set_silence(silence);
  if (is_any_up()) {
    say(ports::HostHealth::kUp);
  } else {
    expect_down(true);
  }
}

void HostLink::unwatch() {
  watching_.reset();
  for (const auto& session : sessions_) session->set_silence(parts_.options.silence);
}

void HostLink::say(ports::HostHealth health) {
  if (!watching_) return;
  if (health == ports::HostHealth::kUp) {
    watching_->down.cancel();
    watching_->retry.cancel();
  }
  if (watching_->said == health) return;
  watching_->said = health;
  watching_->changed(health);
}

// No connection is up: the host is down when it stays so until it has been silent for long enough.
void HostLink::expect_down(bool at_once) {
  const Duration left = watching_->last_heard + watching_->silence - parts_.io.now();
  watching_->down =
      parts_.io.after(std::max(left, Duration::zero()), [this] { say(ports::HostHealth::kDown); });
  if (at_once) return connect();
  const Duration pause =
      std::clamp<Duration>(watching_->silence / 2, std::chrono::milliseconds(50), std::chrono::seconds(2));
  watching_->retry = parts_.io.after(pause, [this] { connect(); });
}

}  // namespace attune::transport
