// SPDX-License-Identifier: Apache-2.0
// Archives that one tar reads so and another otherwise are refused; those that tars write are taken. What the
// programs do with them is tried: GNU tar and busybox's.
#include "runtime/deploy/tar_walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runtime/deploy/content.h"
#include "tests/deploy/tar_text.h"
#include "tests/support/sshd.h"
#include "tests/support/temp_dir.h"

namespace attune::deploy {
namespace {

namespace fs = std::filesystem;
using test_tar::entry;
using test_tar::kEnd;
using test_tar::kZeros;
using test_tar::pax;
using test_tar::record;
using testing::HasSubstr;
using Argv = std::vector<std::string>;

const std::string kFile = entry({.name = "ok", .content = "abc"});
const std::string kWayOut = entry({.name = "link", .type = '2', .link = "/etc"});

class TarWalkTest : public testing::Test {
 protected:
  // Why it is refused; empty: it is not.
  std::string refusal(const std::string& tar) {
    const auto content = inspect(dir_.write("a.tar", tar));
    return content ? "" : content.error().message;
  }
  // What lies there after a tar has unpacked it, links with where they lead.
  std::vector<std::string> unpacked(const Argv& tar, const std::string& archive) {
    fs::remove_all(dir_ / "out");
    fs::create_directory(dir_ / "out");
    Argv argv = tar;
    for (const std::string& word : {std::string("-xof"), archive, std::string("-C"), dir_ / "out"})
      argv.push_back(word);
    test::run_program(argv);
    std::vector<std::string> found;
    for (const auto& one : fs::recursive_directory_iterator(dir_ / "out")) {
      const std::string name = one.path().lexically_relative(dir_ / "out");
      found.push_back(one.is_symlink() ? name + " -> " + fs::read_symlink(one.path()).string() : name);
    }
    std::sort(found.begin(), found.end());
    return found;
  }
  std::vector<std::string> by_gnu(const std::string& tar) {
    return unpacked({"/bin/tar"}, dir_.write("a.tar", tar));
  }
  std::vector<std::string> by_busybox(const std::string& tar) {
    return unpacked({"/usr/bin/busybox", "tar"}, dir_.write("a.tar", tar));
  }

  test::TempDir dir_;
};

TEST_F(TarWalkTest, AGlobalHeaderThatGnuTarObeysIsRefused) {
  const std::string tar =
      pax('g', record("linkpath", "/etc")) + entry({.name = "link", .type = '2', .link = "ok"}) + kEnd;
  EXPECT_THAT(by_gnu(tar), testing::ElementsAre("link -> /etc"));
  EXPECT_THAT(by_busybox(tar), testing::ElementsAre("link -> ok"));
  EXPECT_THAT(refusal(tar),
              HasSubstr("a.tar: at its byte 0 stands a global pax header with 'linkpath': pack it anew"));
}

TEST_F(TarWalkTest, ACommitInAGlobalHeaderIsTaken) {
  const std::string tar = pax('g', record("comment", std::string(40, 'a'))) + kFile + kEnd;
  EXPECT_EQ(refusal(tar), "");
  EXPECT_EQ(by_gnu(tar), by_busybox(tar));
}

TEST_F(TarWalkTest, WhatBusyboxFindsBehindABlockOfZerosIsRefused) {
  const std::string tar = kFile + kZeros + kWayOut + kEnd;
  EXPECT_THAT(by_gnu(tar), testing::ElementsAre("ok"));
  EXPECT_THAT(by_busybox(tar), testing::ElementsAre("link -> /etc", "ok"));
  EXPECT_THAT(refusal(tar), HasSubstr("at its byte 1536 something stands behind its end"));
  EXPECT_THAT(refusal(kFile + kEnd + kWayOut), HasSubstr("behind its end"));
}

TEST_F(TarWalkTest, ASizeThatOnlyPaxHasIsRefused) {
  const std::string tar = pax('x', record("size", "1536")) + entry({.name = "a"}) + kWayOut + kEnd + kEnd;
  EXPECT_THAT(by_gnu(tar), testing::ElementsAre("a"));
  EXPECT_THAT(by_busybox(tar), testing::ElementsAre("a", "link -> /etc"));
  EXPECT_THAT(refusal(tar), HasSubstr("stands an entry whose size is another in its pax header"));
}

TEST_F(TarWalkTest, ANameThatOnlyATarWithoutPaxSeesMustStayInsideToo) {
  const std::string renamed = pax('x', record("path", "ok") + record("linkpath", "inside"));
  EXPECT_THAT(
      refusal(renamed + kWayOut + kEnd),
      HasSubstr("a.tar: read without its pax header, its entry 'link' is a link that leaves the archive, to "
                "'/etc': pack it anew, by tar --format=gnu"));
  EXPECT_THAT(refusal(pax('x', record("path", "ok")) + entry({.name = "../a"}) + kEnd),
              HasSubstr("climbs out"));
  const std::string through =
      entry({.name = "d/l", .type = '2', .link = ".."}) + pax('x', record("path", "other"));
  EXPECT_THAT(refusal(through + entry({.name = "d/l/m", .type = '2', .link = "../.."}) + kEnd),
              HasSubstr("lies below a link"));
  EXPECT_THAT(refusal(through + entry({.name = "m", .type = '1', .link = "d/l"}) + kEnd),
              HasSubstr("is a hard link"));
}

TEST_F(TarWalkTest, HeadersThatAreObeyedByTheirOrderAreRefused) {
  const std::string name = entry({.name = "././@LongLink", .type = 'L', .content = std::string("ok\0", 3)});
  const std::string path = pax('x', record("path", "other"));
  EXPECT_EQ(refusal(name + kFile + kEnd), "");
  for (const std::string& both : {name + path, path + name, name + name, path + path})
    EXPECT_THAT(refusal(both + kFile + kEnd), HasSubstr("of which one tar obeys this and another that"));
  EXPECT_THAT(refusal(pax('x', record("path", "a") + record("path", "b")) + kFile + kEnd),
              HasSubstr("whose 'path' is read in two ways"));
  EXPECT_THAT(refusal(pax('x', "12 path=too long\n") + kFile + kEnd), HasSubstr("with broken records"));
}

TEST_F(TarWalkTest, WhatNotEveryTarKnowsIsRefused) {
  EXPECT_THAT(refusal(kFile + entry({.name = "v", .type = 'V'}) + kEnd), HasSubstr("kind 'V'"));
  EXPECT_THAT(refusal(kFile + entry({.name = "d/", .type = '5', .content = "x"}) + kEnd),
              HasSubstr("content that is no file"));
  EXPECT_THAT(refusal(entry({.name = "a", .magic = std::string("ustar  \0", 8), .prefix = "p"}) + kEnd),
              HasSubstr("a name that not every tar reads alike"));
  EXPECT_THAT(refusal(kFile + entry({.name = "a", .size = "0x000000200"}) + kEnd),
              HasSubstr("a size that not every tar understands"));
}

TEST_F(TarWalkTest, TheBytesOfAnArchiveMayComeInAnyPieces) {
  const std::string tar = pax('x', record("path", "long")) + kFile + kFile + kEnd;
  for (const size_t piece : {size_t{1}, size_t{511}, size_t{513}, tar.size()}) {
    TarWalk walk;
    for (size_t at = 0; at < tar.size(); at += piece) walk.add(std::string_view(tar).substr(at, piece));
    EXPECT_EQ(walk.next_entry(), 0U);
    EXPECT_EQ(walk.next_entry(), 2048U);
    EXPECT_EQ(walk.next_entry(), std::nullopt);
    EXPECT_TRUE(walk.at_end());
  }
}

TEST_F(TarWalkTest, SomethingBehindThePackedPartIsRefused) {
  dir_.write("one.tar", kFile);
  test::run_program({"/bin/gzip", dir_ / "one.tar"});
  EXPECT_TRUE(inspect(dir_ / "one.tar.gz"));
  const std::string packed = dir_.read("one.tar.gz");
  // gzip goes on with what compress(1) wrote, which libarchive does not take for a part of it.
  EXPECT_THAT(
      inspect(dir_.write("two.tar.gz", packed + "\x1f\x9d\x90")).error().message,
      HasSubstr(fmt::format("something stands behind its packed part, from byte {} on", packed.size())));
  EXPECT_TRUE(inspect(dir_.write("twice.tar.gz", packed + packed)));
}

TEST_F(TarWalkTest, AnArchiveThatIsPackedTwiceIsRefused) {
  dir_.write("one.tar", kFile + kEnd);
  test::run_program({"/bin/gzip", dir_ / "one.tar"});
  fs::rename(dir_ / "one.tar.gz", dir_ / "one");
  test::run_program({"/bin/gzip", dir_ / "one"});
  EXPECT_THAT(inspect(dir_ / "one.gz").error().message, HasSubstr("it is packed twice"));
}

// Every format that a tar writes by itself, with names that need their headers of it.
TEST_F(TarWalkTest, WhatTarsWriteIsTakenAndUnpackedAlike) {
  const std::string deep = "in/" + std::string(80, 'd') + "/" + std::string(80, 'e') + "/";
  dir_.write(deep + std::string(90, 'f'), "x");
  dir_.write(deep + std::string(90, 'f') + "g", "y");
  dir_.write("in/bytes", std::string(5000, 'x'));
  fs::create_hard_link(dir_ / "in/bytes", dir_ / "in/same");
  fs::create_symlink("bytes", dir_ / "in/link");
  fs::create_hard_link(dir_ / (deep + std::string(90, 'f')), dir_ / (deep + std::string(90, 'h')));
  fs::create_symlink("../x", dir_ / (deep + std::string(90, 'm')));
  fs::create_symlink(std::string(80, 'e') + "/" + std::string(90, 'f'),
                     dir_ / (deep.substr(0, 84) + std::string(90, 'l')));
  const std::vector<Argv> all = {{"/bin/tar", "--format=gnu"},
                                 {"/bin/tar", "--format=posix"},
                                 {"/bin/tar", "--format=posix", "--sparse"},
                                 {"/usr/bin/busybox", "tar"}};
  for (Argv argv : all) {
    const std::string how = testing::PrintToString(argv);
    for (const std::string& word :
         {std::string("-cf"), dir_ / "a.tar", std::string("-C"), dir_ / "in", std::string(".")})
      argv.push_back(word);
    test::run_program(argv);
    EXPECT_TRUE(inspect(dir_ / "a.tar")) << how << inspect(dir_ / "a.tar").error().message;
    EXPECT_EQ(unpacked({"/bin/tar"}, dir_ / "a.tar"), unpacked({"/usr/bin/busybox", "tar"}, dir_ / "a.tar"))
        << how;
  }
}

}  // namespace
}  // namespace attune::deploy
