// SPDX-License-Identifier: Apache-2.0
#include "tests/support/golden.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace attune::test {

namespace {

void write_file(const std::filesystem::path& path, std::string_view text) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

std::string first_difference(const std::string& expected, const std::string& actual) {
  std::istringstream a(expected), b(actual);
  std::string line_a, line_b;
  for (size_t number = 1;; ++number) {
    const bool more_a = static_cast<bool>(std::getline(a, line_a));
    const bool more_b = static_cast<bool>(std::getline(b, line_b));
    if (more_a && more_b && line_a == line_b) continue;
    return "line " + std::to_string(number) + "\n  expected: " + (more_a ? line_a : "(the end)") +
           "\n  actual:   " + (more_b ? line_b : "(the end)");
  }
}

}  // namespace

std::filesystem::path source_root() {
  return ATTUNE_SOURCE_ROOT;
}

std::filesystem::path golden_folder() {
  return source_root() / "tests" / "golden";
}

std::string load_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path << " cannot be read";
  std::ostringstream text;
  text << in.rdbuf();
  return std::move(text).str();
}

::testing::AssertionResult matches_golden(const std::string& name, std::string_view text) {
  const std::filesystem::path path = golden_folder() / name;
  const char* rewrite = std::getenv("ATTUNE_REWRITE_GOLDEN");
  if (rewrite != nullptr && std::string_view(rewrite) == "1") {
    write_file(path, text);
    return ::testing::AssertionSuccess();
  }
  if (!std::filesystem::exists(path)) {
    return ::testing::AssertionFailure()
           << path << " is not there; ATTUNE_REWRITE_GOLDEN=1 writes it. It would hold:\n"
           << text;
  }
  const std::string expected = load_file(path);
  if (expected == text) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure()
         << name << " differs in " << first_difference(expected, std::string(text))
         << "\nATTUNE_REWRITE_GOLDEN=1 writes it anew. Whole text:\n"
         << text;
}

std::vector<std::string> golden_cases(const std::string& folder, std::string_view extension) {
  std::vector<std::string> cases;
  for (const auto& entry : std::filesystem::directory_iterator(golden_folder() / folder)) {
    if (entry.path().extension() == extension)
      cases.push_back(folder + "/" + entry.path().filename().string());
  }
  std::sort(cases.begin(), cases.end());
  return cases;
}

std::string case_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = std::filesystem::path(info.param).stem().string();
  for (char& c : name) {
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

}  // namespace attune::test
