// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/target.h"

#include <algorithm>

#include <fmt/format.h>

#include "runtime/base/percent_encoding.h"

namespace attune::control {

namespace {

tl::unexpected<Error> malformed(std::string_view text) {
  return fail(ErrorCode::kInvalid, fmt::format("'{}' is not a path and query with % and two digits", text));
}

}  // namespace

Result<void> read_target(std::string_view target, Request& request) {
  const size_t mark = target.find('?');
  const auto path = percent_decoded(target.substr(0, mark));
  if (!path || path->empty() || path->front() != '/') return malformed(target);
  request.path = *path;
  std::string_view query = mark == target.npos ? std::string_view() : target.substr(mark + 1);
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    const size_t sign = pair.find('=');
    const auto name = percent_decoded(pair.substr(0, sign));
    const auto value = percent_decoded(sign == pair.npos ? std::string_view() : pair.substr(sign + 1));
    if (!name || !value) return malformed(target);
    request.query[*name] = *value;
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
  }
  return {};
}

std::string encoded(std::string_view word) {
  return percent_encoded(word);
}

}  // namespace attune::control
