// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/live_components.h"

#include <algorithm>
#include <future>
#include <thread>
#include <utility>

#include <nlohmann/json.hpp>

#include "runtime/control/client.h"
#include "runtime/main/cli/daemon_link.h"
#include "runtime/main/cli/view_text.h"
#include "runtime/main/places.h"

namespace attune::cli {

namespace {

using Json = nlohmann::ordered_json;
using Components = std::vector<lsp::LiveComponent>;

constexpr size_t kMostComponents = 9;  // one more than are shown

Json ask(control::Client& client, std::initializer_list<std::string_view> words) {
  const auto answer = client.ask("GET", path_of(words));
  return answer ? Json::parse(*answer, nullptr, false) : Json();
}

lsp::LiveComponent read(const Json& component) {
  lsp::LiveComponent made{text_of(part(component, "name")),
                          text_of(part(component, "state")),
                          text_of(part(component, "host")),
                          {}};
  const Json& attributes = part(component, "attributes");
  if (attributes.is_object())
    for (const auto& [name, value] : attributes.items())
      made.attributes.emplace_back(name, value.is_null() ? std::string("no value yet") : text_of(value));
  return made;
}

Components ask_manager(const std::string& run_base, const std::string& project, const std::string& folder,
                       const std::vector<std::string>& classes) {
  const auto running = main::find_running(project, run_base);
  if (!running) return {};
  auto client = control::Client::connect(running->control);
  if (!client || part(ask(*client, {"status"}), "directory") != folder) return {};
  Components made;
  const Json all = ask(*client, {"components"});
  for (const Json& one : part(all, "components")) {
    const std::string of = text_of(part(one, "class"));
    if (std::find(classes.begin(), classes.end(), of) == classes.end()) continue;
    made.push_back(read(ask(*client, {"components", text_of(part(one, "name"))})));
    if (made.size() == kMostComponents) break;
  }
  return made;
}

}  // namespace

Components LiveComponents::ask(const std::string& project, const std::string& folder,
                               const std::vector<std::string>& classes) {
  if (is_waiting_->exchange(true)) return {};
  auto answer = std::make_shared<std::promise<Components>>();
  auto components = answer->get_future();
  // Left alone: a manager that does not answer must not keep an editor from ending.
  std::thread([answer, project, folder, classes, run_base = run_base_, is_waiting = is_waiting_] {
    Components made = ask_manager(run_base, project, folder, classes);
    is_waiting->store(false);  // before who waits can ask again
    answer->set_value(std::move(made));
  }).detach();
  if (components.wait_for(patience_) != std::future_status::ready) return {};
  return components.get();
}

}  // namespace attune::cli
