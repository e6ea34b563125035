// SPDX-License-Identifier: Apache-2.0
// How names and numbers are written in what leaves Attune: XML and SVG, CSV, gnuplot. Below the exports and
// pictures. Names are taken for whatever bytes: nothing in them may end the place in which they stand.
// Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/traffic/matrix.h"

namespace attune::traffic {

// Valid UTF-8 in one line, which XML may hold: what is not stands as U+FFFD.
std::string clean(std::string_view text);
// Cleaned, as text or between quotes of XML.
std::string xml_escaped(std::string_view text);
// A field of RFC 4180, with quotes where it needs them; cleaned.
std::string csv_field(std::string_view text);
// A string of gnuplot in single quotes; cleaned.
std::string gnuplot_quoted(std::string_view text);

// The shortest text that reads as the same number; no exponent where the number is whole.
std::string plain_number(double number);
// "1.2 M": three digits with k, M, G, T.
std::string short_number(double number);
// "2026-05-04T12:00:30Z", as xs:dateTime.
std::string time_text(int64_t seconds);

// How much is known of what reached a machine.
enum class Knowledge { kComplete, kMissing, kEstimated };
std::string_view name_of(Knowledge knowledge);  // "complete", "missing", "estimated"
Knowledge knowledge_of(const Matrix& matrix, std::string_view name);

// The `count` parties that exchange most bytes, or all where they are fewer, as places in the matrix in its
// order.
std::vector<uint32_t> busiest(const Matrix& matrix, size_t count);

}  // namespace attune::traffic
