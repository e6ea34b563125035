// SPDX-License-Identifier: Apache-2.0
// Paths that must stay inside a folder: of files of a project, and of a component's directory. By what they
// say alone; links are their users' to follow or not. Pure; any thread.
#pragma once

#include <string_view>

namespace attune {

// Whether `path` is relative, stays below where it starts, names something there, and can stand in a list of
// files, one a line: no leading slash, no ".." that leads out, no control character.
bool stays_inside(std::string_view path);

// Whether it holds a byte below 0x20, such as a line's end, or DEL.
bool has_control_character(std::string_view text);

}  // namespace attune
