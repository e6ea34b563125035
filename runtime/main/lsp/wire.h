// SPDX-License-Identifier: Apache-2.0
// Wire: what the language server's types are in the JSON of LSP, and what a client's JSON says. What is
// missing or of another type there reads as nothing. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "runtime/base/diagnostic.h"
#include "runtime/main/lsp/text_position.h"

namespace attune::lsp {

using Json = nlohmann::ordered_json;

// The member, or null.
const Json& part(const Json& of, std::string_view name);
// The text, or empty; the whole number, or nothing.
std::string text_of(const Json& json);
std::optional<uint32_t> number_of(const Json& json);

Position position_of(const Json& json);
// Nothing where it is none.
std::optional<Range> range_of(const Json& json);

Json json_of(const Range& range);
Json json_of(const Diagnostic& one, Encoding encoding);
Json location_of(const std::string& uri, const Range& range);

// As one line of UTF-8.
std::string line_of(const Json& message);

}  // namespace attune::lsp
