// SPDX-License-Identifier: Apache-2.0
#include "wrappers/software.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include <fmt/format.h>

#include "runtime/base/inner_path.h"
#include "runtime/deploy/host_script.h"
#include "runtime/model/settings.h"
#include "wrappers/guest_access.h"
#include "wrappers/host_access.h"
#include "wrappers/outcome.h"

namespace attune::wrappers {

namespace {

namespace fs = std::filesystem;
using workflow::CallOutcome;

constexpr std::string_view kStockScripts = "wrappers";

Result<std::string> read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file && file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
  if (!file || !text) return fail(ErrorCode::kFailed, fmt::format("cannot read {}", path.string()));
  return text.str();
}

// Script's `method` is a file of the project's, or, where that has none of the name, one of the archive's;
// without an archive the one that ships beside the wrapper.
Result<void> add_script(const fs::path& project, const fs::path& stock, const std::string& name,
                        Equipment& equipment) {
  const auto has_name = [&](const deploy::ExtraFile& file) { return file.name == name; };
  if (!stays_inside(name) || std::any_of(equipment.files.begin(), equipment.files.end(), has_name)) return {};
  fs::path found = project / name;
  if (!fs::is_regular_file(found) && equipment.archive.empty()) found = stock / kStockScripts / name;
  if (!fs::is_regular_file(found)) return {};
  auto text = read(found);
  if (!text) return fail(std::move(text.error()));
  equipment.files.push_back({name, *std::move(text), true});
  return {};
}

std::string deployed_text(const deploy::Deployed& deployed) {
  if (deployed.was_there) return "it was there already";
  return deployed.bytes_sent == 0 ? std::string() : deploy::size_words(deployed.bytes_sent) + " sent";
}

std::string progress_text(const deploy::DeployProgress& progress) {
  switch (progress.stage) {
    case deploy::DeployProgress::Stage::kLooking:
      return "looking what is there";
    case deploy::DeployProgress::Stage::kSending:
      return fmt::format("{} of {}", deploy::size_words(progress.sent), deploy::size_words(progress.total));
    case deploy::DeployProgress::Stage::kUnpacking:
      return "unpacking";
  }
  return {};
}

size_t host_limit(const model::Project& project) {
  return static_cast<size_t>(std::max<int64_t>(1, model::setting_as<int64_t>(project, "deploy.parallel")));
}

}  // namespace

bool needs_directory(const model::Project& project, const model::Class& of) {
  const model::Wrapper* wrapper = project.wrapper_of(of);
  const auto needs_one = [](const model::Stub& stub) {
    return stub.key == "Process" || stub.key == "Script";
  };
  return !of.legacy_file.empty() ||
         (wrapper != nullptr && std::any_of(wrapper->stubs.begin(), wrapper->stubs.end(), needs_one));
}

Result<Equipment> equipment_of(const World& world, const system::Component& component) {
  const system::System& system = world.system;
  const model::Class& its = system.class_of(component);
  Equipment equipment{needs_directory(system.project(), its), its.legacy_file, {}};
  const model::Wrapper* wrapper = system.project().wrapper_of(its);
  if (wrapper == nullptr) return equipment;
  for (const model::Stub& stub : wrapper->stubs) {
    if (stub.key != "Script") continue;
    if (auto added = add_script(system.project().directory, world.stock, stub.operation, equipment); !added)
      return fail(std::move(added.error()));
  }
  return equipment;
}

Software::Software(World& world, Onlooker onlooker)
    : world_(world),
      onlooker_(std::move(onlooker)),
      slots_(host_limit(world.system.project())),
      remains_(world) {}

Task<CallOutcome> Software::invoke(workflow::Call call, std::stop_token stop) {
  if (call.operation == workflow::kDeploy) co_return co_await deploy(std::move(call), std::move(stop));
  if (call.operation == workflow::kUndeploy) co_return co_await undeploy(std::move(call), std::move(stop));
  co_return failed(fmt::format("key Component has no operation '{}'", call.operation));
}

Task<CallOutcome> Software::deploy(workflow::Call call, std::stop_token stop) {
  const system::Component* component = world_.system.find(call.component);
  if (component == nullptr) co_return failed("the component is not there any more");
  auto equipment = equipment_of(world_, *component);
  if (!equipment) co_return failed(equipment.error().message);
  if (!equipment->needs_directory) co_return succeeded("nothing to deploy");
  const auto deployed = co_await put(call, *std::move(equipment), std::move(stop));
  if (!deployed) co_return outcome_of_error(deployed.error());
  co_return succeeded(deployed_text(*deployed));
}

Task<Result<deploy::Deployed>> Software::put(const workflow::Call& call, Equipment equipment,
                                             std::stop_token stop) {
  const auto patience = model::setting_as<Duration>(world_.system.project(), "guest.patience");
  const auto access = co_await access_when_up(world_, call.component, patience, stop);
  if (!access) co_return fail(access.error());
  const std::string host = access->target.name;
  if (onlooker_.begins) onlooker_.begins(host, call.component_name);
  Result<deploy::Deployed> deployed = fail(ErrorCode::kCancelled, "cancelled before its turn");
  co_await remains_.settled(host, call.component_name, stop);
  if (co_await slots_.enter(host, stop)) {
    deploy::DeployRequest request{call.component_name, access->folder, std::move(equipment.archive),
                                  std::move(equipment.files)};
    deployed = co_await world_.deployer.deploy(access->target, std::move(request), std::move(stop),
                                               progress_of(call, host));
    slots_.leave(host);
  }
  if (onlooker_.ended) onlooker_.ended(host, call.component_name, deployed);
  co_return deployed;
}

deploy::OnProgress Software::progress_of(const workflow::Call& call, const std::string& host) {
  return [this, id = call.id, component = call.component_name, host](const deploy::DeployProgress& progress) {
    if (world_.progress) world_.progress(id, progress_text(progress));
    if (onlooker_.advances) onlooker_.advances(host, component, progress);
  };
}

Task<CallOutcome> Software::undeploy(workflow::Call call, std::stop_token stop) {
  const system::Component* component = world_.system.find(call.component);
  if (component == nullptr) co_return failed("the component is not there any more");
  const auto equipment = equipment_of(world_, *component);
  if (equipment && !equipment->needs_directory) co_return succeeded();
  const auto access = access_to_host_of(world_.system, *component);
  if (!access) co_return failed(access.error().message);
  co_await remains_.settled(access->target.name, call.component_name, stop);
  const auto gone =
      co_await world_.deployer.undeploy(access->target, call.component_name, access->folder, std::move(stop));
  if (!gone) {
    remains_.look_over_later(access->target.name);  // it may leave all the same
    co_return outcome_of_error(gone.error());
  }
  co_return succeeded(gone->files_left == 0
                          ? std::string()
                          : fmt::format("files of others are left in its directory: {}", gone->files_left));
}

Task<Result<system::Lifecycle>> Software::adopt(system::ComponentId id) {
  const system::Component* component = world_.system.find(id);
  if (component == nullptr) co_return fail(ErrorCode::kNotFound, "the component is not there any more");
  co_return component->lifecycle;
}

}  // namespace attune::wrappers
