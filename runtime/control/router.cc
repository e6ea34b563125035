// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/router.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace attune::control {

namespace {

constexpr std::string_view kAny = "{}";

PathWords words_of(std::string_view path) {
  PathWords words;
  while (!path.empty() && path.front() == '/') {
    path.remove_prefix(1);
    const size_t end = path.find('/');
    words.emplace_back(path.substr(0, end));
    path.remove_prefix(end == path.npos ? path.size() : end);
  }
  return words;
}

std::optional<PathWords> match(const PathWords& pattern, const PathWords& words) {
  if (pattern.size() != words.size()) return std::nullopt;
  PathWords found;
  for (size_t i = 0; i < words.size(); ++i) {
    if (pattern[i] == kAny && !words[i].empty())
      found.push_back(words[i]);
    else if (pattern[i] != words[i])
      return std::nullopt;
  }
  return found;
}

// What the request says that nobody would read.
std::optional<Error> objection_to(const Request& request, const std::vector<std::string>& query) {
  for (const auto& [name, value] : request.query) {
    if (std::find(query.begin(), query.end(), name) != query.end()) continue;
    const std::string known = query.empty() ? "" : fmt::format("; known are: {}", fmt::join(query, ", "));
    return Error{ErrorCode::kInvalid, fmt::format("'{}' in the query means nothing here{}", name, known)};
  }
  if (request.method == "GET" && !request.body.empty())
    return Error{ErrorCode::kInvalid, "a GET has no body: what it asks for stands in its path and query"};
  return std::nullopt;
}

}  // namespace

Response not_for(const Request& request, Role needed) {
  return error_response(
      {ErrorCode::kDenied,
       fmt::format("{} may {}, and this needs to {}: see control.{} in attune.info", request.peer,
                   name_of(request.role), name_of(needed), request.has_token ? "tokens" : name_of(needed))});
}

std::vector<std::string> Router::routes() const {
  std::vector<std::string> all;
  for (const Entry& entry : entries_)
    all.push_back(fmt::format("{} /{}", entry.method, fmt::join(entry.pattern, "/")));
  return all;
}

void Router::add(Role role, std::string_view method, std::string_view pattern, Route route,
                 std::vector<std::string> query) {
  entries_.push_back({std::string(method), words_of(pattern), std::move(route), role, std::move(query)});
}

void Router::answer(Request request, Respond respond) {
  const PathWords words = words_of(request.path);
  std::string others;
  for (const Entry& entry : entries_) {
    const auto found = match(entry.pattern, words);
    if (!found) continue;
    if (entry.method != request.method) {
      others += (others.empty() ? "" : ", ") + entry.method;
      continue;
    }
    if (request.role < entry.role) return respond(not_for(request, entry.role));
    if (const auto objection = objection_to(request, entry.query)) return respond(error_response(*objection));
    return entry.route(request, *found, std::move(respond));
  }
  if (others.empty())
    return respond(error_response({ErrorCode::kNotFound, fmt::format("there is no {}", request.path)}));
  Response refused = error_response({ErrorCode::kInvalid, fmt::format("{} is not for {}, but for {}",
                                                                      request.path, request.method, others)});
  refused.status = 405;
  respond(std::move(refused));
}

}  // namespace attune::control
