// SPDX-License-Identifier: Apache-2.0
#include "wrappers/family_keys.h"

#include <filesystem>
#include <set>
#include <string_view>
#include <system_error>

#include "wrappers/agent.h"
#include "wrappers/agent_name.h"
#include "wrappers/plugin.h"
#include "wrappers/program_name.h"
#include "wrappers/unit.h"
#include "wrappers/unit_command.h"

namespace attune::wrappers {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPlugins = "usr/lib/nagios/plugins";  // Debian's
constexpr std::string_view kUnits[] = {"usr/lib/systemd/system", "lib/systemd/system", "etc/systemd/system"};

template <class Use>
void each_in(const fs::path& folder, Use&& use) {
  std::error_code problem;
  for (auto at = fs::directory_iterator(folder, problem); !problem && at != fs::end(at);
       at.increment(problem))
    use(*at);
}

bool is_program(const fs::directory_entry& file) {
  std::error_code problem;
  const auto status = file.status(problem);
  return !problem && fs::is_regular_file(status) &&
         (status.permissions() & fs::perms::owner_exec) != fs::perms::none;
}

}  // namespace

std::vector<std::string> family_keys(const std::string& root) {
  std::set<std::string> keys;
  const fs::path top = root;
  each_in(top / fs::path(kOcfRoot).relative_path() / "resource.d", [&](const fs::directory_entry& provider) {
    each_in(provider.path(), [&](const fs::directory_entry& agent) {
      const std::string key = std::string(Agent::kFamily) + provider.path().filename().string() + ":" +
                              agent.path().filename().string();
      if (is_program(agent) && parse_agent_name(key)) keys.insert(key);
    });
  });
  each_in(top / kPlugins, [&](const fs::directory_entry& plugin) {
    const std::string name = plugin.path().filename().string();
    if (is_program(plugin) && is_program_name(name)) keys.insert(std::string(Plugin::kFamily) + name);
  });
  for (const std::string_view folder : kUnits) {
    each_in(top / folder, [&](const fs::directory_entry& unit) {
      std::error_code problem;
      const std::string key = std::string(Unit::kFamily) + unit.path().filename().string();
      if (!unit.is_directory(problem) && unit_name(key, "x")) keys.insert(key);
    });
  }
  return {keys.begin(), keys.end()};
}

}  // namespace attune::wrappers
