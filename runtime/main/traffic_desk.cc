// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/traffic_desk.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "runtime/traffic/sensor_line.h"

namespace attune::main {

Result<std::unique_ptr<TrafficDesk>> TrafficDesk::open(Surroundings around) {
  const system::System& system = around.world.system;
  auto books = TrafficBooks::open(around.path, traffic_settings_of(system.project(), period_of(system)));
  if (!books) return fail(std::move(books.error()).within("the traffic's store"));
  return std::unique_ptr<TrafficDesk>(new TrafficDesk(std::move(around), std::move(*books)));
}

TrafficDesk::TrafficDesk(Surroundings around, std::unique_ptr<TrafficBooks> books)
    : around_(std::move(around)), roster_(around_.world), books_(std::move(books)) {
  work([time = now()](TrafficBooks& of) { of.recall(time); });
  send_roster();
}

TrafficDesk::~TrafficDesk() {
  *alive_ = false;
}

int64_t TrafficDesk::now() const {
  return std::chrono::floor<std::chrono::seconds>(around_.clock.wall()).time_since_epoch().count();
}

bool TrafficDesk::take(const workflow::Event& event) {
  if (event.name != traffic::kTraffic && event.name != traffic::kTrafficPeriod) return false;
  if (handed_ + lines_.size() >= kMostLines) {
    ++dropped_;
    return true;
  }
  lines_.push_back(event);
  if (will_hand_over_) return true;
  will_hand_over_ = true;
  around_.loop.post([this, alive = alive_] {
    if (*alive) hand_over();
  });
  return true;
}

// What came in one turn of the loop goes together.
void TrafficDesk::hand_over() {
  will_hand_over_ = false;
  auto lines = std::make_shared<std::vector<workflow::Event>>(std::exchange(lines_, {}));
  handed_ += lines->size();
  if (dropped_ > 0)
    around_.log.warning(fmt::format("{} lines of traffic sensors were dropped: more than {} wait",
                                    std::exchange(dropped_, 0), kMostLines));
  work([this, alive = alive_, &loop = around_.loop, lines, time = now()](TrafficBooks& books) {
    books.take(*lines, time);
    loop.post([this, alive, count = lines->size()] {
      if (*alive) handed_ -= count;
    });
  });
}

void TrafficDesk::look() {
  if (roster_timer_) return;
  roster_timer_ = around_.loop.after(kRosterDelay, [this] {
    roster_timer_.reset();
    send_roster();
  });
}

void TrafficDesk::send_roster() {
  work([roster = roster_.now(), time = now()](TrafficBooks& books) { books.set_roster(roster, time); });
}

void TrafficDesk::ask(const control::TrafficRequest& request, std::function<void(Result<std::string>)> done) {
  if (asked_ >= kMostQuestions)
    return done(fail(ErrorCode::kUnreachable, "too many ask about traffic at once: ask again in a moment"));
  ++asked_;
  auto back = brought_back<std::string>([this, done = std::move(done)](Result<std::string> text) {
    --asked_;
    done(std::move(text));
  });
  work([request, back = std::move(back), time = now()](TrafficBooks& books) {
    books.ask(request, time, back);
  });
}

void TrafficDesk::recent(Duration window, std::function<void(Result<traffic::Rates>)> done) {
  work([window, back = brought_back(std::move(done)), time = now()](TrafficBooks& books) {
    back(books.recent(window, time));
  });
}

// What `done` holds is this thread's: it is taken out here, also where the worker lets go last.
template <class T>
std::function<void(Result<T>)> TrafficDesk::brought_back(std::function<void(Result<T>)> done) {
  auto kept = std::make_shared<std::function<void(Result<T>)>>(std::move(done));
  return [alive = alive_, &loop = around_.loop, kept = std::move(kept)](Result<T> answer) {
    auto carried = std::make_shared<Result<T>>(std::move(answer));
    loop.post([alive, kept, carried] {
      if (!*alive) return;
      const auto tell = std::exchange(*kept, nullptr);
      tell(std::move(*carried));
    });
  };
}

void TrafficDesk::work(std::function<void(TrafficBooks&)> piece) {
  worker_.post(
      [this, alive = alive_, &loop = around_.loop, books = books_, piece = std::move(piece), time = now()] {
        piece(*books);
        loop.post([this, alive, look = books->look(time)] {
          if (*alive) seen(look);
        });
      });
}

void TrafficDesk::seen(const TrafficBooks::Look& look) {
  for (const std::string& problem : look.problems) around_.log.warning("traffic: " + problem);
  if (look.regroup) around_.world.raise(workflow::kRegroup, {}, {{"groups", *look.regroup}});
  look_timer_.reset();
  if (!look.next) return;
  const auto delay = std::chrono::seconds(std::max<int64_t>(1, *look.next - now() + 1));
  look_timer_ = around_.loop.after(delay, [this] { work([](TrafficBooks&) {}); });
}

}  // namespace attune::main
