// SPDX-License-Identifier: Apache-2.0
// Core: what all operations of the hypervisor share: the threads and the kept connections. Operations hold it
// by shared_ptr; those that still wait when it is shut down are woken and come to their end. Loop thread
// only.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/task.h"
#include "runtime/hypervisor/claims.h"
#include "runtime/hypervisor/connections.h"
#include "runtime/hypervisor/event_thread.h"
#include "runtime/hypervisor/libvirt_settings.h"
#include "runtime/hypervisor/on_worker.h"

namespace attune::hypervisor {

// A folder for small files: the given one, or one of our own below /tmp that is gone with this object.
class Folder {
 public:
  explicit Folder(const std::string& given);
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool is_own_ = false;
};

struct Core {
  Core(ports::Loop& loop_, const Clock& clock_, Log& log_, const LibvirtSettings& settings);

  // Answers all who wait with kCancelled, and whatever is asked of it afterwards; then ends the threads.
  // Waits for what runs, but not for a connection attempt that hangs. A second time it does nothing.
  void shut_down();

  ports::Loop& loop;
  const Clock& clock;
  Log& log;
  std::shared_ptr<LoopGate> gate;
  std::unique_ptr<EventThread> events;
  WorkerPool openers;
  WorkerPool calls;
  WorkerPool migrations;
  Folder folder;
  Connections connections;
  Claims claims{};
};
using CorePtr = std::shared_ptr<Core>;

// Does the work on a worker with the URI's connection; once more on a new one when the connection broke in
// the middle, so the work must be such that doing it twice does no harm. kLost: it may have been done.
template <class T>
Task<Result<T>> on_host(CorePtr core, std::string uri, std::function<Result<T>(Connection&)> work) {
  for (int attempt = 0;; ++attempt) {
    const Result<ConnectionPtr> host = co_await core->connections.get(uri);
    if (!host && attempt == 0) co_return fail(host.error());
    if (!host) co_return fail(Error{ErrorCode::kLost, host.error().message});
    std::function<Result<T>()> bound = [host = *host, work] {
      const Turn turn(*host);
      return work(*host);
    };
    Result<T> result = co_await on_worker<T>(core->calls, core->gate, std::move(bound));
    if (result || result.error().code != ErrorCode::kLost || attempt > 0) co_return result;
  }
}

}  // namespace attune::hypervisor
