// SPDX-License-Identifier: Apache-2.0
// Core: what all operations of the hypervisor share: the threads and the kept connections. Operations hold it
// by shared_ptr, so that one that still waits when the hypervisor goes ends on its own. Loop thread only.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/task.h"
#include "runtime/hypervisor/connections.h"
#include "runtime/hypervisor/event_thread.h"
#include "runtime/hypervisor/libvirt_settings.h"
#include "runtime/hypervisor/on_worker.h"

namespace attune::hypervisor {

struct Core {
  Core(ports::Loop& loop_, const Clock& clock_, Log& log_, const LibvirtSettings& settings);

  // Ends the threads; whatever is asked of it afterwards fails. Waits for what runs, but not for a connection
  // attempt that hangs.
  void shut_down();

  ports::Loop& loop;
  const Clock& clock;
  Log& log;
  bool closed = false;
  std::shared_ptr<LoopGate> gate;
  std::unique_ptr<EventThread> events;
  WorkerPool openers;
  WorkerPool calls;
  WorkerPool migrations;
  Connections connections;
};
using CorePtr = std::shared_ptr<Core>;

// Does the work on a worker with the URI's connection.
template <class T>
Task<Result<T>> on_host(CorePtr core, std::string uri, std::function<Result<T>(Connection&)> work) {
  const Result<ConnectionPtr> connection = co_await core->connections.get(uri);
  if (!connection) co_return fail(connection.error());
  std::function<Result<T>()> bound = [host = *connection, work = std::move(work)] { return work(*host); };
  co_return co_await on_worker<T>(core->calls, core->gate, std::move(bound));
}

// Goes on after `delay`, also when the hypervisor has gone meanwhile.
Awaitable<bool> pause_for(ports::Loop& loop, Duration delay);

}  // namespace attune::hypervisor
