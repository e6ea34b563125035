// SPDX-License-Identifier: Apache-2.0
// What the two pictures of traffic have in common: colours, names that fit, and the panel that they are drawn
// on, which makes them readable on a page of any colour. Below picture_matrix.h and picture_graph.h. Pure;
// any thread.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace attune::traffic {

// By M. Okabe and K. Ito (2008), to be told apart by the colour-blind too; black is for text.
inline constexpr std::array<const char*, 7> kGroupColours = {"#0072B2", "#E69F00", "#009E73", "#CC79A7",
                                                             "#56B4E9", "#D55E00", "#F0E442"};
inline constexpr const char* kMissingColour = "#D55E00";
inline constexpr const char* kEstimatedColour = "#CC79A7";

// The most parties that one picture shows; of more the busiest, and it says so.
inline constexpr size_t kMostInPicture = 200;

// Not more than 24 characters, the last of which says that some are left out. Not escaped.
std::string short_name(std::string_view name);
// Roughly how wide it is at 12 pixels.
double width_of(std::string_view text);

// `shape` is SVG's attributes of place, anchor and size; `text` is escaped here.
std::string svg_text(std::string_view shape, std::string_view text);

// The whole picture around its parts; the title is also what a screen reader says.
std::string svg_picture(double width, double height, std::string_view title, std::string_view parts);

}  // namespace attune::traffic
