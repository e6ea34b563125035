// SPDX-License-Identifier: Apache-2.0
#include "runtime/deploy/pax_records.h"

#include <charconv>
#include <cstddef>

namespace attune::deploy {

namespace {

// The record that `body` begins with, from its length to its line's end; empty: there is none.
std::string_view first_record(std::string_view body) {
  size_t length = 0;
  const auto [end, error] = std::from_chars(body.data(), body.data() + body.size(), length);
  const size_t digits = static_cast<size_t>(end - body.data());
  const bool is_one = error == std::errc() && body[0] != '0' && digits < body.size() && *end == ' ' &&
                      length > digits + 1 && length <= body.size() && body[length - 1] == '\n';
  return is_one ? body.substr(0, length) : std::string_view();
}

}  // namespace

std::optional<PaxRecords> pax_records(std::string_view body) {
  PaxRecords all;
  while (!body.empty()) {
    const std::string_view record = first_record(body);
    const size_t begin = record.find(' ') + 1;
    const size_t equals = record.find('=', begin);
    if (record.empty() || equals == record.npos || equals == begin) return std::nullopt;
    all.emplace_back(record.substr(begin, equals - begin),
                     record.substr(equals + 1, record.size() - equals - 2));
    body.remove_prefix(record.size());
  }
  return all;
}

}  // namespace attune::deploy
