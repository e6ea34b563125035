// SPDX-License-Identifier: Apache-2.0
#include "runtime/deploy/content.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/deploy/extra_file.h"
#include "runtime/deploy/sha256.h"
#include "tests/support/sshd.h"
#include "tests/support/temp_dir.h"

namespace attune::deploy {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class ContentTest : public testing::Test {
 protected:
  // Packs the directory "in" by the program tar.
  std::string pack(const std::string& name, const std::vector<std::string>& options = {}) {
    std::vector<std::string> argv = {"/bin/tar", "-C", dir_ / "in", "-caf", dir_ / name};
    argv.insert(argv.end(), options.begin(), options.end());
    if (options.empty()) argv.emplace_back(".");
    test::run_program(argv);
    return dir_ / name;
  }
  Error error(const std::string& path) {
    const Result<Content> content = inspect(path);
    EXPECT_FALSE(content);
    return content ? Error{} : content.error();
  }
  void cut(const std::string& name, size_t to) { dir_.write(name, dir_.read(name).substr(0, to)); }

  test::TempDir dir_;
};

TEST_F(ContentTest, TellsKindsByWhatIsInThem) {
  dir_.write("in/app", "hello");
  EXPECT_EQ(inspect(pack("a.tar"))->kind, ContentKind::kTar);
  EXPECT_EQ(inspect(pack("a.tar.gz"))->kind, ContentKind::kTarGz);
  EXPECT_EQ(inspect(pack("a.tar.zst"))->kind, ContentKind::kTarZst);
  std::filesystem::rename(dir_ / "a.tar.gz", dir_ / "called-otherwise");
  EXPECT_EQ(inspect(dir_ / "called-otherwise")->kind, ContentKind::kTarGz);
  EXPECT_EQ(inspect(dir_ / "in/app")->kind, ContentKind::kFile);
}

TEST_F(ContentTest, KnowsSizesAndChecksum) {
  const Result<Content> file = inspect(dir_.write("f", "abc"));
  EXPECT_EQ(file->sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(file->size, 3U);
  dir_.write("in/big", std::string(1'000'000, 'x'));
  const Result<Content> archive = inspect(pack("a.tar.gz"));
  EXPECT_EQ(archive->unpacked_size, 1'000'000U);
  EXPECT_LT(archive->size, 10'000U);
  EXPECT_EQ(archive->sha256, sha256_of(dir_.read("a.tar.gz")));
}

TEST_F(ContentTest, FindsTheInterpretersOfExecutableScripts) {
  dir_.write("in/bin/start", "#!/bin/bash\n", true);
  dir_.write("in/bin/again", "#!/bin/bash\n", true);
  dir_.write("in/tool", "#!/usr/bin/env -S X=1 python3 -u\n", true);
  dir_.write("in/library", "#!/no/matter\n");
  const Result<Content> content = inspect(pack("a.tar", {"--sort=name", "."}));
  EXPECT_THAT(content->interpreters,
              testing::UnorderedElementsAre(testing::Field(&Interpreter::program, "/bin/bash"),
                                            testing::Field(&Interpreter::program, "python3")));
}

TEST_F(ContentTest, ReadsFirstLinesAsTheKernelDoes) {
  EXPECT_EQ(interpreter_of("#!/bin/sh\necho"), "/bin/sh");
  EXPECT_EQ(interpreter_of("#! /bin/sh -e"), "/bin/sh");
  EXPECT_EQ(interpreter_of("#!/usr/bin/env\n"), "/usr/bin/env");
  EXPECT_EQ(interpreter_of("#!"), "");
  EXPECT_EQ(interpreter_of("\x7f"
                           "ELF"),
            "");
}

TEST_F(ContentTest, TakesAScriptForExecutable) {
  EXPECT_TRUE(inspect(dir_.write("s", "#!/bin/sh\n"))->is_executable);
  EXPECT_FALSE(inspect(dir_.write("t", "text"))->is_executable);
  EXPECT_TRUE(inspect(dir_.write("x", "text", true))->is_executable);
}

TEST_F(ContentTest, FindsABrokenArchive) {
  dir_.write("in/big", std::string(3'000'000, 'x') + sha256_of("y"));
  for (const std::string name : {"a.tar", "a.tar.gz", "a.tar.zst"}) {
    pack(name);
    cut(name, dir_.read(name).size() / 2);
    const Error problem = error(dir_ / name);
    EXPECT_EQ(problem.code, ErrorCode::kCorrupt) << name;
    EXPECT_THAT(problem.message, StartsWith(name + ": the archive is broken ("));
    EXPECT_THAT(problem.message, HasSubstr("make it anew"));
  }
  EXPECT_EQ(error(dir_.write("b.tar.gz", "no archive at all")).code, ErrorCode::kCorrupt);
  EXPECT_EQ(error(dir_.write("c.tar", "")).code, ErrorCode::kCorrupt);
}

TEST_F(ContentTest, RefusesWhatWouldLeaveItsDirectory) {
  dir_.write("in/f", "x");
  EXPECT_EQ(error(pack("a.tar", {"-P", dir_ / "in/f"})).code, ErrorCode::kInvalid);
  EXPECT_THAT(error(pack("b.tar", {"-P", "../in/f"})).message,
              HasSubstr("b.tar: its entry '../in/f' climbs"));
  std::filesystem::create_symlink("/etc", dir_ / "in/link");
  EXPECT_THAT(error(pack("c.tar")).message, HasSubstr("is a link that leaves the archive, to '/etc'"));
}

TEST_F(ContentTest, RefusesABombBeforeItIsRead) {
  dir_.write("in/zeroes", std::string(65 << 20, '\0'));  // what is less is small everywhere
  const std::string bomb = pack("bomb.tar.gz");
  EXPECT_THAT(error(bomb).message, AllOf(HasSubstr("bomb.tar.gz: it unpacks to more than 200 times its "),
                                         HasSubstr("raise deploy.ratio_max in attune.info")));
  EXPECT_TRUE(inspect(bomb, {.ratio = 2000}));
  EXPECT_TRUE(inspect(pack("plain.tar")));
}

TEST_F(ContentTest, RefusesMoreThanMayBeUnpacked) {
  dir_.write("in/a", std::string(1000, 'x'));
  dir_.write("in/b", std::string(1000, 'y'));
  const std::string archive = pack("a.tar.gz");
  EXPECT_TRUE(inspect(archive, {.unpacked = 2000}));
  const auto larger = inspect(archive, {.unpacked = 1999});
  ASSERT_FALSE(larger);
  EXPECT_EQ(larger.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(larger.error().message,
              HasSubstr("more than 1999 bytes: if that is meant, raise deploy.unpacked_max"));
}

// A file that is all hole: a few bytes of tar say that a terabyte comes.
TEST_F(ContentTest, BelievesAnArchiveHowLargeItGets) {
  dir_.write("in/hole", "");
  std::filesystem::resize_file(dir_ / "in/hole", uintmax_t{1} << 40);
  EXPECT_THAT(error(pack("hole.tar", {"--sparse", "."})).message, HasSubstr("deploy.unpacked_max"));
}

TEST_F(ContentTest, RefusesMoreEntriesThanMayBe) {
  for (int i = 0; i < 5; ++i) dir_.write("in/" + std::to_string(i), "");
  const std::string archive = pack("a.tar");
  EXPECT_TRUE(inspect(archive, {.entries = 6}));
  EXPECT_THAT(inspect(archive, {.entries = 5}).error().message,
              HasSubstr("more than 5 entries: if that is meant, raise deploy.entries_max"));
}

TEST_F(ContentTest, RefusesPipesAndDevices) {
  dir_.write("in/f", "x");
  test::run_program({"/usr/bin/mkfifo", dir_ / "in/pipe"});
  EXPECT_THAT(error(pack("a.tar")).message, HasSubstr("'./pipe' is a device, a pipe or a socket"));
}

TEST_F(ContentTest, SaysWhichCompressionsItTakes) {
  EXPECT_THAT(error(dir_.write("a.tar.xz",
                               "\xfd"
                               "7zXZ"))
                  .message,
              HasSubstr("pack it as tar.gz or tar.zst"));
}

TEST_F(ContentTest, SaysThatAFileIsMissing) {
  EXPECT_EQ(error(dir_ / "missing").code, ErrorCode::kNotFound);
  EXPECT_EQ(error(dir_.path()).code, ErrorCode::kInvalid);
}

TEST(ExtraFiles, PackToTheSameBytes) {
  const std::vector<ExtraFile> files = {{"run.sh", "#!/bin/sh\n", true}, {"etc/app.conf", "a=1\n"}};
  EXPECT_EQ(pack(files), pack(files));
  const test::TempDir dir;
  const Result<Content> content = inspect(dir.write("x", pack(files)));
  EXPECT_EQ(content->kind, ContentKind::kTar);
  EXPECT_THAT(content->interpreters, ElementsAre(Interpreter{"run.sh", "/bin/sh"}));
}

TEST(ExtraFiles, StayInTheComponentsDirectory) {
  EXPECT_TRUE(check(std::vector<ExtraFile>{{"a/b", ""}}));
  EXPECT_FALSE(check(std::vector<ExtraFile>{{"../b", ""}}));
  EXPECT_FALSE(check(std::vector<ExtraFile>{{"/b", ""}}));
}

}  // namespace
}  // namespace attune::deploy
