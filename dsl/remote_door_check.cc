// SPDX-License-Identifier: Apache-2.0
#include "dsl/remote_door_check.h"

#include <fmt/format.h>

#include "runtime/base/endpoint.h"
#include "runtime/base/private_file.h"

namespace attune::dsl {

namespace {

constexpr std::string_view kFiles[] = {"control.certificate", "control.key", "control.tokens"};
constexpr std::string_view kListen = "control.listen";

}  // namespace

void check_remote_door(const std::map<std::string, SettingText>& settings, Diagnostics& found) {
  const auto listen = settings.find(std::string(kListen));
  const bool is_open = listen != settings.end() && !listen->second.text.empty();
  if (is_open) {
    if (const auto endpoint = parse_endpoint(listen->second.text); !endpoint)
      found.error("bad-setting", listen->second.place, endpoint.error().message,
                  "write the address of one of this machine's interfaces, not a name");
  }
  for (const std::string_view name : kFiles) {
    const auto said = settings.find(std::string(name));
    const bool is_there = said != settings.end() && !said->second.text.empty();
    if (is_there && !is_private_place(said->second.text))
      found.error("bad-setting", said->second.place,
                  fmt::format("'{}' is no place of a file outside the project", said->second.text),
                  "write /path, ~/path or credential:NAME: keys and tokens do not belong into a project");
    if (is_open && !is_there)
      found.error("bad-setting", listen->second.place, fmt::format("{} needs {} as well", kListen, name),
                  "nobody is heard over TCP without TLS and a token");
  }
}

}  // namespace attune::dsl
