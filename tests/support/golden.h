// SPDX-License-Identifier: Apache-2.0
// Golden files: what users read, pinned as files below tests/golden/ and reviewed like code.
// ATTUNE_REWRITE_GOLDEN=1 in the environment writes them anew. For tests only.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace attune::test {

// The repository's root, and the folder of the golden files in it.
std::filesystem::path source_root();
std::filesystem::path golden_folder();

// Whether `text` is what the golden file `name` (below golden_folder()) holds; says the first line that
// differs.
::testing::AssertionResult matches_golden(const std::string& name, std::string_view text);

// The files with the extension (".mmd") in a folder below golden_folder(), as names below it, sorted.
std::vector<std::string> golden_cases(const std::string& folder, std::string_view extension);

// The whole file; a failure of the test where it cannot be read.
std::string load_file(const std::filesystem::path& path);

// For INSTANTIATE_TEST_SUITE_P: the file's stem, with what is no letter or digit as '_'.
std::string case_name(const ::testing::TestParamInfo<std::string>& info);

}  // namespace attune::test
