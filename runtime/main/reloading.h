// SPDX-License-Identifier: Apache-2.0
// Reloading: the wish to have the project's folder read anew: whether that is possible now, or once the runs
// that go on have ended; and the project that it gave, for the manager that takes this one's place. Runs that
// a mode keeps back are not waited for, since nobody knows how long that is: they are given up. Loop thread
// only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "dsl/project_loader.h"
#include "runtime/base/clock.h"
#include "runtime/base/diagnostic.h"
#include "runtime/control/reload.h"
#include "runtime/main/kernel.h"
#include "runtime/ports/loop.h"

namespace attune::main {

class Reloading final : public control::Reloads {
 public:
  // How long who waits for runs to end waits.
  static constexpr Duration kPatience = std::chrono::minutes(10);

  struct Parts {
    Kernel& kernel;
    ports::Loop& loop;
    std::function<dsl::LoadedProject(Diagnostics& found)> load;  // reads the folder
    std::function<void(const std::string& why)> go;              // ends this manager, so that the next may be
  };
  // All parts must outlive it.
  explicit Reloading(Parts parts) : parts_(std::move(parts)) {}

  void reload(const control::ReloadRequest& request,
              std::function<void(Result<control::ReloadAnswer>)> done) override;
  // Why this manager follows one that could not run what it read, for those who wait for that one.
  void follow(std::string not_run) { not_run_ = std::move(not_run); }
  // After each record that was decided, and when no event waits any more: what was waited for may be over.
  void look();
  // Nothing is waited for any more: the manager ends.
  void give_up(const std::string& why);

  // What the next manager is to run; nothing where this one ends for good.
  std::optional<dsl::LoadedProject> take_next() { return std::exchange(next_, std::nullopt); }
  bool is_going() const { return next_.has_value(); }

 private:
  struct Waiting {
    control::ReloadRequest request;
    std::function<void(Result<control::ReloadAnswer>)> done;
    std::unique_ptr<ports::Loop::Timer> limit;
  };

  void try_now(const control::ReloadRequest& request,
               const std::function<void(Result<control::ReloadAnswer>)>& done, bool may_wait);
  void look_now();
  void end_wait();
  std::string why_not_now() const;

  Parts parts_;
  std::optional<Waiting> waiting_;
  bool will_look_ = false;
  std::string not_run_;
  std::optional<dsl::LoadedProject> next_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace attune::main
