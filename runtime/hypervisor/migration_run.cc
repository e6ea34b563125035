// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/migration_run.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "runtime/hypervisor/migration.h"
#include "runtime/hypervisor/migration_follower.h"
#include "runtime/hypervisor/settlement.h"
#include "runtime/ports/pause.h"

namespace attune::hypervisor {

namespace {

using ports::MigrationEnd;
using ports::MigrationRequest;
using Abort = MigrationFollower::Abort;
using Where = MigrationEnd::Where;

constexpr Duration kAskAgain = std::chrono::milliseconds(500);
constexpr Duration kSettleLater = std::chrono::seconds(5);

// A connection for one migration's call, which lasts as long as the migration itself.
class Loan {
 public:
  Loan(CorePtr core, ConnectionPtr connection) : core_(std::move(core)), connection_(std::move(connection)) {}
  ~Loan() {
    if (connection_) core_->connections.give_back(std::move(connection_));
  }
  Loan(Loan&&) = default;
  Loan& operator=(Loan&&) = delete;

  const ConnectionPtr& operator*() const { return connection_; }

 private:
  CorePtr core_;
  ConnectionPtr connection_;
};

Task<Result<Loan>> borrow(CorePtr core, std::string uri) {
  Result<ConnectionPtr> made = co_await core->connections.borrow(uri);
  if (!made) co_return fail(made.error());
  co_return Loan(core, *std::move(made));
}

// What is known of a migration while it is being settled.
struct Case {
  MigrationRequest request;
  std::shared_ptr<const Claim> claim;
  Doubt doubt = Doubt::kNone;
  OwnJob job{false};              // it may go on where this manager began it
  bool source_held = false;       // paused by us, until the target answers; for the message
  Where known = Where::kUnknown;  // by the last answers
  bool is_open = true;            // something may be left on the side that did not answer
};

Task<Side> ask(CorePtr core, std::string uri, ports::DomainId domain) {
  const std::function<Result<Side>(Connection&)> question = [domain](Connection& host) {
    return ask_side(host, domain);
  };
  const Result<Side> side = co_await on_host<Side>(core, uri, question);
  co_return side.value_or(Side{});
}

Task<Result<void>> act(CorePtr core, Act what, MigrationRequest request) {
  const std::function<Result<void>(Connection&)> deed = [what, domain = request.domain](Connection& host) {
    return carry_out(what, host, domain);
  };
  const Result<void> done =
      co_await on_host<void>(core, is_about_source(what) ? request.from_uri : request.to_uri, deed);
  if (!done)
    core->log.warning(
        fmt::format("after the migration of {}: {}", request.domain.name, done.error().message));
  co_return done;
}

// The target may have started the guest without our having heard of it, and libvirt has resumed the source by
// itself: it is paused before anything else, since asking a silent target takes time.
Task<bool> hold_source(CorePtr core, std::shared_ptr<Case> of) {
  const Side source = co_await ask(core, of->request.from_uri, of->request.domain);
  if (source.state == Side::State::kRunning && source.by_migration && !source.is_busy)
    of->source_held = (co_await act(core, Act::kPauseSource, of->request)).has_value();
  co_return of->source_held;
}

// It goes on towards a target that nobody will let run: QEMU alone notices that only after a quarter of an
// hour, in which no other migration can begin.
Task<Result<void>> break_off(CorePtr core, MigrationRequest request) {
  const std::function<Result<void>(Connection&)> deed = [domain = request.domain](Connection& host) {
    return abort_migration(host, domain);
  };
  co_return co_await on_host<void>(core, request.from_uri, deed);
}

// One round of questions and what follows from the answers.
Task<Where> settle_once(CorePtr core, std::shared_ptr<Case> of) {
  const MigrationRequest& request = of->request;
  const Side source = co_await ask(core, request.from_uri, request.domain);
  Side target{.state = Side::State::kAbsent};  // where it is off
  if (!request.to_uri.empty()) target = co_await ask(core, request.to_uri, request.domain);
  if (of->claim->is_overtaken) of->is_open = false;
  if (!of->is_open) co_return of->known;
  const Verdict verdict = decide(source, target, of->doubt, of->known);
  of->known = verdict.where;
  const bool is_orphan = of->job.goes_on(source);
  if (is_orphan) (void)co_await break_off(core, request);
  of->is_open = verdict.is_open || is_orphan;
  for (const Act what : verdict.acts) {
    if (of->claim->is_overtaken) break;
    const Result<void> done = co_await act(core, what, request);
    if (!done) of->is_open = true;
    if (what == Act::kPauseSource && done) of->source_held = true;
  }
  co_return verdict.where;
}

Task<Where> settle_within(CorePtr core, std::shared_ptr<Case> of, Duration patience) {
  const Instant deadline = core->clock.now() + patience;
  while (true) {
    const Where where = co_await settle_once(core, of);
    if (where != Where::kUnknown || !of->is_open || core->clock.now() >= deadline) co_return where;
    if (!co_await pause_for(core->loop, kAskAgain, core->gate->shutting())) co_return where;
  }
}

// Goes on asking in the background until both sides have answered, so that nothing stays paused, doubled or
// behind.
Task<bool> settle_later(CorePtr core, std::shared_ptr<Case> of) {
  while (of->is_open) {
    const bool is_time = co_await pause_for(core->loop, kSettleLater, core->gate->shutting());
    if (!is_time) break;
    co_await settle_once(core, of);
  }
  if (!of->is_open && !of->claim->is_overtaken)
    core->log.info(fmt::format("the migration of {} from {} to {} is settled: it is on the {}",
                               of->request.domain.name, host_of_uri(of->request.from_uri),
                               host_of_uri(of->request.to_uri), name_of(of->known)));
  co_return true;
}

Task<Where> settle(CorePtr core, std::shared_ptr<Case> of, Duration patience) {
  const Where where = co_await settle_within(core, of, patience);
  if (of->is_open) start<bool>(settle_later(core, of), [](bool) {});
  co_return where;
}

std::string reason(const Move& move, Abort abort, const MigrationRequest& request,
                   const LibvirtSettings& settings) {
  const auto seconds = [](Duration time) { return std::chrono::duration<double>(time).count(); };
  switch (abort) {
    case Abort::kCancelled:
      return "cancelled";
    case Abort::kTimedOut:
      return fmt::format("not done within {:.3g} s", seconds(request.timeout));
    case Abort::kStalled:
      return fmt::format("no data came through for {:.3g} s: check the network between the two hosts",
                         seconds(settings.stall_timeout));
    case Abort::kNone:
      break;
  }
  // QEMU may end right after libvirt has told of the arrival.
  return move.arrived ? "it arrived, and was gone at once" : move.fault.message;
}

std::string describe(Where where, const std::string& why, const Case& of) {
  const std::string from = host_of_uri(of.request.from_uri);
  const std::string to = host_of_uri(of.request.to_uri);
  std::string text =
      fmt::format("{} was not migrated from {} to {}: {}", of.request.domain.name, from, to, why);
  if (where == Where::kNowhere) text += "; it runs on neither of them";
  if (where == Where::kUnknown)
    text += of.source_held
                ? fmt::format("; it is kept paused on {} until {} answers or is gone for good", from, to)
                : "; where it is now is not known until both answer";
  return text;
}

MigrationEnd end_of(const Move& move, Abort abort, Where where, const Case& of,
                    const LibvirtSettings& settings) {
  MigrationEnd end{.where = where, .figures = move.figures};
  if (where == Where::kTarget) return end;
  end.cancelled = abort == Abort::kCancelled;
  end.timed_out = abort == Abort::kTimedOut;
  end.error = describe(where, reason(move, abort, of.request, settings), of);
  return end;
}

}  // namespace

Task<Result<MigrationEnd>> run_migration(CorePtr core, LibvirtSettings settings, MigrationRequest request,
                                         std::stop_token stop) {
  const Result<ConnectionPtr> kept = co_await core->connections.get(request.from_uri);
  if (!kept) co_return fail(kept.error());
  const Result<Loan> from = co_await borrow(core, request.from_uri);
  if (!from) co_return fail(from.error());
  const Result<Loan> to = co_await borrow(core, request.to_uri);
  if (!to) co_return fail(to.error());
  if (stop.stop_requested())
    co_return fail(ErrorCode::kCancelled,
                   fmt::format("the migration of {} was cancelled before it began", request.domain.name));

  const auto claim = core->claims.take(request.domain);
  const auto follower =
      std::make_shared<MigrationFollower>(core, *kept, request, settings.stall_timeout, stop);
  follower->start();
  std::function<Result<Move>()> work = [from = **from, to = **to, request]() -> Result<Move> {
    return move_domain(*from, *to, request);
  };
  Result<Move> move = co_await on_worker<Move>(core->migrations, core->gate, std::move(work));
  follower->end();
  if (!move && !core->gate->is_shut()) co_return fail(move.error());
  if (!move) move = Move{.fault = {.message = move.error().message}};  // it may go on without us

  const auto of =
      std::make_shared<Case>(Case{.request = std::move(request), .claim = claim, .job = OwnJob{true}});
  if (!move->arrived && move->fault.is_of_connection()) {
    of->doubt = Doubt::kTargetMayRun;
    co_await hold_source(core, of);
  }
  const Where where = co_await settle(core, of, settings.settle_patience);
  co_return end_of(*move, follower->abort(), where, *of, settings);
}

Task<Result<MigrationEnd>> run_settlement(CorePtr core, LibvirtSettings settings, MigrationRequest request) {
  const Where known = request.has_arrived ? Where::kTarget : Where::kUnknown;
  const auto claim = core->claims.take(request.domain);
  const auto of = std::make_shared<Case>(Case{.request = std::move(request), .claim = claim, .known = known});
  const Where where = co_await settle(core, of, settings.settle_patience);
  co_return end_of(Move{.fault = {.message = "it was broken off"}}, Abort::kNone, where, *of, settings);
}

}  // namespace attune::hypervisor
