// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/event_stream.h"

#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace attune::control {

namespace {

std::string event_of(const std::string& line) {
  const auto record = nlohmann::json::parse(line, nullptr, false);
  if (!record.is_object()) return {};
  if (!record.contains("sequence")) return fmt::format("event: error\ndata: {}\n\n", line);
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", record["sequence"].dump(),
                     record.value("kind", "record"), line);
}

}  // namespace

std::optional<std::string> EventStream::next() {
  const auto lines = records_->next();
  if (!lines) return std::nullopt;
  std::istringstream in(*lines);
  std::string events, line;
  while (std::getline(in, line)) events += event_of(line);
  return events;
}

}  // namespace attune::control
