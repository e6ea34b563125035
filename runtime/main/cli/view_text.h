// SPDX-License-Identifier: Apache-2.0
// What the API's answers hold, as words and cells of a table for people; all of it printable. One thread at a
// time.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "runtime/main/cli/table.h"

namespace attune::cli {

// The member of an object; null where it has none.
const nlohmann::ordered_json& part(const nlohmann::ordered_json& of, const char* name);

std::string text_of(const nlohmann::ordered_json& value);       // a text or a number; "" for anything else
std::string text_or_dash(const nlohmann::ordered_json& value);  // "-" where nothing is known
std::string size_text(const nlohmann::ordered_json& bytes);     // "512MiB", "1.9GiB"
std::string joined_text(const nlohmann::ordered_json& texts);   // "a, b"
std::string bindings_text(const nlohmann::ordered_json& bindings);  // "store -> database, cache -> c1 c2"
std::string local_time(const nlohmann::ordered_json& at);           // "2026-05-04 12:00:31"
// Each mode that there is: "app2 is paused, by attune (root)"; the project's first.
std::vector<std::string> mode_texts(const nlohmann::ordered_json& modes);
// "up", "up, maintenance", "up, maintenance (not empty: vm1, app2)".
Cell host_cell(const nlohmann::ordered_json& host);
Cell state_cell(const nlohmann::ordered_json& state);  // of a component or a host, coloured

}  // namespace attune::cli
