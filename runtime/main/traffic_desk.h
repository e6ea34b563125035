// SPDX-License-Identifier: Apache-2.0
// TrafficDesk: where what traffic sensors tell leaves the way of the events: lines, the roster and questions
// go to a worker, which has the books; answers, problems and changes of groups, which it raises `regroup`
// for, come back to the loop. Made where the project has sensors. Loop thread only.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/result.h"
#include "runtime/base/worker.h"
#include "runtime/control/traffic.h"
#include "runtime/main/traffic_books.h"
#include "runtime/main/traffic_roster.h"
#include "runtime/ports/loop.h"
#include "runtime/traffic/rates.h"
#include "runtime/workflow/event.h"

namespace attune::main {

class TrafficDesk final : public control::Traffic {
 public:
  static constexpr size_t kMostLines =
      65'536;  // that wait for the worker; what comes then is dropped, and told
  static constexpr size_t kMostQuestions = 64;
  static constexpr Duration kRosterDelay = std::chrono::milliseconds(50);  // in which changes are gathered

  // All but the path must outlive it.
  struct Surroundings {
    ports::Loop& loop;
    const Clock& clock;
    Log& log;
    const wrappers::World& world;
    std::string path;  // of the store
  };
  // The errors are the store's.
  static Result<std::unique_ptr<TrafficDesk>> open(Surroundings around);
  ~TrafficDesk() override;

  // Whether the event is one of a sensor's lines, which it has taken then.
  bool take(const workflow::Event& event);
  // The system has changed, perhaps in what the roster says.
  void look();

  void ask(const control::TrafficRequest& request, std::function<void(Result<std::string>)> done) override;
  // Who talked how much with whom in the settled periods of the last `window`, and in the newest settled one
  // at least; of nothing where there is none. `done` is called once, in a later turn of the loop; the errors
  // are the store's.
  void recent(Duration window, std::function<void(Result<traffic::Rates>)> done);

 private:
  TrafficDesk(Surroundings around, std::unique_ptr<TrafficBooks> books);
  int64_t now() const;
  void hand_over();
  void send_roster();
  // Runs on the worker with the books; what they say then comes back here.
  void work(std::function<void(TrafficBooks&)> piece);
  void seen(const TrafficBooks::Look& look);
  // What the worker may call: it brings the answer to `done` here, unless the desk is gone.
  template <class T>
  std::function<void(Result<T>)> brought_back(std::function<void(Result<T>)> done);

  const Surroundings around_;
  TrafficRoster roster_;
  std::vector<workflow::Event> lines_;  // that were not handed over yet
  size_t handed_ = 0;                   // lines that the worker has not yet taken
  size_t dropped_ = 0;
  size_t asked_ = 0;  // questions that were not answered yet
  bool will_hand_over_ = false;
  std::unique_ptr<ports::Loop::Timer> roster_timer_, look_timer_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  const std::shared_ptr<TrafficBooks> books_;  // the worker's
  Worker worker_;                              // ends first
};

}  // namespace attune::main
