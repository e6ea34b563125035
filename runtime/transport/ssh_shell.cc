// SPDX-License-Identifier: Apache-2.0
#include "runtime/transport/ssh_shell.h"

#include <map>
#include <tuple>
#include <utility>

#include "runtime/transport/host_link.h"
#include "runtime/transport/host_words.h"
#include "runtime/transport/prologue.h"

namespace attune::transport {

// The links of all hosts. The SSH thread.
class SshShell::Links {
 public:
  Links(IoThread& io, const SshOptions& options) : parts_(io, options) {}

  HostLink& to(const ports::HostTarget& target) {
    const Key key(target.name, target.user, target.address, target.port);
    const auto found = links_.find(key);
    if (found != links_.end()) return *found->second;
    return *links_.emplace(key, std::make_unique<HostLink>(parts_, target)).first->second;
  }

  void unwatch(const std::string& host_name) {
    for (const auto& [key, link] : links_) {
      if (std::get<0>(key) == host_name) link->unwatch();
    }
  }

 private:
  using Key = std::tuple<std::string, std::string, std::string, uint16_t>;
  LinkParts parts_;
  std::map<Key, std::unique_ptr<HostLink>> links_;
};

SshShell::SshShell(ports::Loop& loop, const SshOptions& options)
    : loop_(loop), links_(std::make_shared<Links>(io_, options)) {}

SshShell::~SshShell() {
  io_.post([links = std::move(links_)]() mutable { links.reset(); });
}

Task<Result<ports::CommandEnd>> SshShell::run(ports::HostTarget host, ports::Command command,
                                              std::stop_token stop) {
  if (Result<void> checked = check(command); !checked) {
    co_return fail(std::move(checked).error().within(host_words(host)));
  }
  using End = Result<ports::CommandEnd>;
  std::shared_ptr<ExecRequest> request;
  const std::function<void()> cancel = [&] {
    io_.post([links = links_.get(), request] {
      request->is_cancelled = true;
      links->to(request->target()).cancel(request);
    });
  };
  std::optional<std::stop_callback<std::function<void()>>> on_stop;
  co_return co_await Awaitable<End>([&](std::function<void(End)> done) {
    request = std::make_shared<ExecRequest>(
        std::move(host), std::move(command),
        [this](std::function<void()> work) { loop_.post(std::move(work)); }, std::move(done));
    io_.post([links = links_.get(), request] { links->to(request->target()).submit(request); });
    on_stop.emplace(stop, cancel);
  });
}

void SshShell::prepare(const ports::HostTarget& host) {
  io_.post([links = links_.get(), host] { links->to(host).prepare(host); });
}

void SshShell::watch(ports::HostTarget host, Duration silence,
                     std::function<void(ports::HostHealth)> changed) {
  const auto watcher = std::make_shared<Changed>(std::move(changed));
  watchers_[host.name] = watcher;
  auto tell = [this, watcher = std::weak_ptr(watcher)](ports::HostHealth health) {
    loop_.post([watcher, health] {
      if (const auto living = watcher.lock()) (*living)(health);
    });
  };
  io_.post([links = links_.get(), host = std::move(host), silence, tell = std::move(tell)] {
    links->unwatch(host.name);  // it may have had another address
    links->to(host).watch(silence, tell);
  });
}

void SshShell::unwatch(const std::string& host_name) {
  watchers_.erase(host_name);
  io_.post([links = links_.get(), host_name] { links->unwatch(host_name); });
}

}  // namespace attune::transport
