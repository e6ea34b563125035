// SPDX-License-Identifier: Apache-2.0
#include "runtime/base/replace_file.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace attune {
namespace {

namespace fs = std::filesystem;

class ReplaceFileTest : public ::testing::Test {
 protected:
  ReplaceFileTest() {
    std::string folder = ::testing::TempDir() + "replace.XXXXXX";
    folder_ = ::mkdtemp(folder.data());
    file_ = folder_ / "file";
    std::ofstream(file_) << "old";
  }
  ~ReplaceFileTest() override { fs::remove_all(folder_); }

  static std::string content(const fs::path& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  size_t files() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_, file_;
};

TEST_F(ReplaceFileTest, HasTheNewContentAndTheOldMode) {
  fs::permissions(file_, fs::perms(0640));
  ASSERT_TRUE(replace_file(file_, "new"));
  EXPECT_EQ(content(file_), "new");
  EXPECT_EQ(fs::status(file_).permissions(), fs::perms(0640));
  EXPECT_EQ(files(), 1u);
}

TEST_F(ReplaceFileTest, OfALinkItReplacesWhatItLeadsTo) {
  fs::create_symlink(file_, folder_ / "link");
  ASSERT_TRUE(replace_file(folder_ / "link", "new"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(content(file_), "new");
}

TEST_F(ReplaceFileTest, WhoReadsItMeanwhileHasTheOldOne) {
  std::ifstream reader(file_);
  ASSERT_TRUE(replace_file(file_, "new"));
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(reader), {}), "old");
}

TEST_F(ReplaceFileTest, MakesNoNewFile) {
  const auto done = replace_file(folder_ / "other", "new");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(files(), 1u);
}

}  // namespace
}  // namespace attune
