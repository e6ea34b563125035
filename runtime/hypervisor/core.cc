// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/core.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

namespace attune::hypervisor {

namespace {
constexpr size_t kQueue = 4096;
}

Folder::Folder(const std::string& given) : path_(given) {
  if (!path_.empty()) return;
  path_ = (std::filesystem::temp_directory_path() / "attune-XXXXXX").string();
  is_own_ = ::mkdtemp(path_.data()) != nullptr;
}

Folder::~Folder() {
  std::error_code ignored;
  if (is_own_) std::filesystem::remove_all(path_, ignored);
}

Core::Core(ports::Loop& loop_, const Clock& clock_, Log& log_, const LibvirtSettings& settings)
    : loop(loop_),
      clock(clock_),
      log(log_),
      gate(std::make_shared<LoopGate>(loop_)),
      events(std::make_unique<EventThread>()),
      openers(settings.connections_at_once, kQueue),
      calls(settings.calls_at_once, kQueue),
      migrations(settings.migrations_at_once, kQueue),
      folder(settings.folder),
      connections(loop_, gate, openers, calls, settings.keepalive, folder.path(), settings.open_timeout) {
  if (!events->obstacle().empty())
    log.error(fmt::format("no virtual machine can be reached: libvirt cannot be initialised: {}",
                          events->obstacle()));
}

void Core::shut_down() {
  constexpr Duration kPatience = std::chrono::seconds(5);
  if (gate->is_shut()) return;
  connections.close();  // first, so that who is woken makes no new one
  gate->shut();
  migrations.end(kPatience);
  calls.end(kPatience);
  openers.end(std::chrono::milliseconds(100));
  events.reset();
}

}  // namespace attune::hypervisor
