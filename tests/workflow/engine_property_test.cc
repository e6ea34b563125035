// SPDX-License-Identifier: Apache-2.0
// Whatever happens, in whatever order: random events, outcomes, times, requests and deaths of the manager,
// from a seed. What must hold always is checked by the world with every step, and at the end by the test.
#include <map>
#include <random>
#include <set>
#include <utility>

#include "tests/workflow/shop.h"

namespace attune::workflow {
namespace {

using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;

class EnginePropertyTest : public WorkflowTest, public ::testing::WithParamInterface<unsigned> {
 protected:
  EnginePropertyTest() : random_(GetParam()) {
    draw_sizes();
    draw_moves();
    draw_branches();
    if (GetParam() % 2 == 1) limit();
  }

  void limit() {
    for (const char* line :
         {"limits {", "runs 3", "runs_per_class 2", "runs_per_host 1", "moves 2", "moves_period 30s", "}"})
      setting(line);
  }

  void draw_sizes() {
    diagram("overload", R"(
      state room <<choice>>
      state again <<choice>>
      [*] --> room
      room --> grow : [app.count < app.max]
      room --> calm : [else]
      grow : added = app++
      grow --> boot
      boot : added.start()
      boot --> join
      boot --> again : on error
      again --> boot : [attempts < 3]
      again --> drop : [else]
      join : balancer.workers.add(added)
      join : balancer.reload()
      join --> [*]
      drop : app--(added)
      drop --> [*]
      calm : emit(tired, app.oldest)
      calm --> [*])",
            {"cooldown: 20s", "hold: 5s", "release: 1s", "after_shrink: 5s", "priority: 2"});
    diagram("tired", "[*] --> a\na : app--\na --> [*]\na --> [*] : on error", {"on: app"});
    // Each of its calls may fail, and no way leads on from there.
    diagram("swap", R"(
      [*] --> swap
      swap : balancer.workers.remove(this)
      swap : this.port = this.port + 1
      swap : x = app++
      swap : x.start()
      swap : balancer.workers.add(x)
      swap : this.check()
      swap : this.stop()
      swap : this.host = lab.any(name != this.host.name)
      swap : this.start()
      swap --> [*])",
            {"on: app"});
    diagram("shift",
            "[*] --> a\na : this.probe.stop()\na : this.migrate(lab.any(free_memory >= this.memory and "
            "name != this.host.name))\na : this.memory = this.memory\na : store.reload()\na --> [*]",
            {"on: vm"});
  }

  void draw_moves() {
    diagram("cpu_high", R"(
      state found <<choice>>
      [*] --> choose
      choose : target = lab.least_loaded(free_memory >= this.memory)
      choose --> found
      found --> move : [target != none and target != this.host]
      found --> [*] : [else]
      move : this.probe.stop()
      move : this.migrate(target)
      move --> watch
      move --> watch : on error
      move --> watch : after 30s
      watch : this.probe.start()
      watch --> [*]
      watch --> [*] : on error)",
            {"cooldown: 10s"});
  }

  void draw_branches() {
    diagram("noise", R"(
      state split <<fork>>
      state sync <<join>>
      [*] --> split
      split --> left
      split --> right
      left : this.check()
      left : wait(3s)
      right : store.reload()
      right : app.say("x")
      left --> sync
      right --> sync
      right --> late : after 4s
      late --> sync
      sync --> [*])",
            {"on: app", "runs: 2"});
    diagram("round", R"(
      [*] --> all
      state all {
        [*] --> a
        a : balancer.reload()
        a --> [*]
        --
        [*] --> b
        b : store.reload()
        b --> [*]
      }
      all --> [*]
      all --> [*] : after 10s)",
            {"every: 1min", "priority: 1"});
  }

  size_t below(size_t limit) { return std::uniform_int_distribution<size_t>(0, limit - 1)(random_); }
  template <class T>
  const T& any(const std::vector<T>& of) {
    return of[below(of.size())];
  }
  std::string any_component(const std::string& of) {
    const auto instances = world().system->instances(of);
    return instances.empty() ? std::string() : any(instances)->name;
  }

  void send_event() {
    static const std::vector<std::pair<std::string, std::string>> kEvents = {
        {"overload", "app"}, {"noise", "app"},     {"cpu_high", "vm"},
        {"swap", "app"},     {"vm_stopped", "vm"}, {"shift", "vm"}};
    const auto& [event, of] = any(kEvents);
    const std::string component = any_component(of);
    if (component.empty()) return;
    const std::string cleared = below(4) == 0 ? " cleared=true" : "";
    EXPECT_EQ(world().send(event + " " + component + cleared), "");
    ++sent_;
  }
  CallOutcome any_outcome(const Call& call) {
    switch (below(8)) {
      case 0:
        return exits(1, "no");
      case 1:
        return timed_out();
      case 2:
        return lost();
      default:
        return success_of(call);
    }
  }
  static CallOutcome success_of(const Call& call) {
    if (call.stub != "migrate") return exits(0);
    return CallExited{0, "", {system::HostAssigned{call.component, call.arguments[1]}}};
  }
  void end_call() {
    const std::vector<Call> open = world().open_calls();
    if (open.empty()) return;
    const Call& call = any(open);
    world().end(call.id, any_outcome(call));
  }
  void ask_by_hand() {
    ScriptedWorld& w = world();
    const auto runs = w.engine->runs();
    if (!runs.empty() && below(2) == 0)
      EXPECT_EQ(w.cancel(any(runs).id), "");
    else
      w.by_hand(any_component("vm"), "start");
  }
  void step() {
    static const std::vector<Duration> kTimes = {1ms, 500ms, 1s, 3s, 5s, 20s};
    ScriptedWorld& w = world();
    w.deaf = below(2) == 0;
    switch (below(12)) {
      case 0:
        return ask_by_hand();
      case 1:
        return w.measured("lab" + std::to_string(below(3) + 1), static_cast<double>(below(100)));
      case 2:
      case 3:
        return w.pass(any(kTimes));
      case 4:
        if (below(20) != 0) return;
        ++deaths_;
        w.die();
        return w.begin();
      case 5:
      case 6:
      case 7:
        return send_event();
      default:
        return end_call();
    }
  }
  void check_capacity() {
    for (const system::Host* host : world().system->hosts("lab"))
      EXPECT_GE(world().system->free_memory(*host)->bytes, 0) << host->name;
  }
  // Of what a run has made that did not end well nothing is left, but what it told of.
  void check_undone() {
    for (; looked_at_ < world().journal.size(); ++looked_at_) {
      const auto& what = world().journal[looked_at_].what;
      if (const auto* changed = std::get_if<SystemChanged>(&what))
        if (const auto* created = std::get_if<system::ComponentCreated>(&changed->change))
          made_[changed->run].push_back(created->id);
      const auto* ended = std::get_if<RunEnded>(&what);
      if (ended == nullptr) continue;
      for (const system::ComponentId id : std::exchange(made_[ended->run], {})) {
        const bool is_told = ended->end == RunEnd::kDone || ended->why.find("put back") != std::string::npos;
        EXPECT_TRUE(is_told || world().system->find(id) == nullptr)
            << "run " << ended->run << " left " << world().system->find(id)->name << ": " << ended->why;
      }
    }
  }
  // Whatever goes on comes to its end, when all goes well from now on.
  void settle() {
    ScriptedWorld& w = world();
    w.deaf = false;
    for (int i = 0; i < 10'000 && !w.engine->runs().empty(); ++i) {
      const std::vector<Call> open = w.open_calls();
      if (open.empty()) {
        w.pass(1s);
      } else {
        w.end(open.front().id, success_of(open.front()));
      }
    }
    EXPECT_TRUE(w.engine->runs().empty());
    EXPECT_EQ(w.open(), "");
  }
  // That were sent: answered by a run, or suppressed with a reason.
  void check_every_event_was_answered() {
    std::set<uint64_t> unanswered;
    size_t told = 0;
    for (const Record& record : world().journal) {
      if (const auto* accepted = std::get_if<EventAccepted>(&record.what)) {
        unanswered.insert(accepted->event);
        told += accepted->source == "test" ? 1 : 0;
      }
      if (const auto* run = std::get_if<RunStarted>(&record.what)) unanswered.erase(run->event);
      if (const auto* suppressed = std::get_if<EventSuppressed>(&record.what))
        told += suppressed->name == "tired" || suppressed->name == "round" ? 0 : suppressed->count;
    }
    EXPECT_TRUE(unanswered.empty());
    // What was held back is told again when it is answered; what a manager had counted when it died is not.
    if (deaths_ == 0) {
      EXPECT_GE(told, sent_);
    }
  }

  std::mt19937 random_;
  size_t sent_ = 0, deaths_ = 0;
  size_t looked_at_ = 0;  // records
  std::map<RunId, std::vector<system::ComponentId>> made_;
};

TEST_P(EnginePropertyTest, WhateverHappens) {
  ScriptedWorld& w = begun();
  for (const char* vm : {"vm1", "vm2"}) {  // no host has room for both
    const system::AttributeSet memory{w.system->find(vm)->id, "memory", model::Size{600 << 20}};
    ASSERT_EQ(w.change(memory), "");
  }
  w.hold("*");
  for (int i = 0; i < 400; ++i) {
    step();
    check_capacity();
    check_undone();
  }
  settle();
  check_undone();
  w.stop();
  settle();
  w.stopped();
  check_every_event_was_answered();
  EXPECT_EQ(ScriptedWorld::shown(*w.system), w.replayed());
}

INSTANTIATE_TEST_SUITE_P(Seeds, EnginePropertyTest, ::testing::Range(1U, 41U));

}  // namespace
}  // namespace attune::workflow
