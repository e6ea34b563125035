// SPDX-License-Identifier: Apache-2.0
// Suggest: which of the words that exist was probably meant. For the hints of all that reads what people
// write. Any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace attune {

// How many letters must be added, removed, replaced or swapped with their neighbour to make one of the other;
// letters that differ only in case count as equal.
size_t edit_distance(std::string_view a, std::string_view b);

// The nearest of `known` to `word`, where it is near enough to be a slip of the pen; else empty. It points
// into `known`, which must outlive it.
std::string_view nearest(std::string_view word, const std::vector<std::string>& known);
std::string_view nearest(std::string_view word, std::vector<std::string>&& known) = delete;

// "did you mean 'vm'?", or, where none is near, "known: a, b, c" (the first ten); empty where none is known.
std::string suggestion(std::string_view word, const std::vector<std::string>& known);

}  // namespace attune
