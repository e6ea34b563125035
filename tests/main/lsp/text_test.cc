// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include <gtest/gtest.h>

#include "runtime/main/lsp/document.h"
#include "runtime/main/lsp/file_uri.h"
#include "runtime/main/lsp/text_position.h"

namespace attune::lsp {
namespace {

constexpr Encoding kAll[] = {Encoding::kUtf8, Encoding::kUtf16, Encoding::kUtf32};
const std::string kLine = "a\xC3\xA4\xF0\x9F\x98\x80z";  // a ä 😀 z

TEST(TextPosition, CountsInTheUnitsOfTheEncoding) {
  EXPECT_EQ(character_at(kLine, kLine.size(), Encoding::kUtf8), 8u);
  EXPECT_EQ(character_at(kLine, kLine.size(), Encoding::kUtf16), 5u);
  EXPECT_EQ(character_at(kLine, kLine.size(), Encoding::kUtf32), 4u);
}

TEST(TextPosition, ByteAndCharacterAreEachOthersInverse) {
  for (const Encoding encoding : kAll)
    for (const size_t byte : {0u, 1u, 3u, 7u, 8u})
      EXPECT_EQ(byte_at(kLine, character_at(kLine, byte, encoding), encoding), byte) << name_of(encoding);
}

TEST(TextPosition, AHalfOfAPairIsItsBeginning) {
  EXPECT_EQ(byte_at(kLine, 3, Encoding::kUtf16), 3u);
  EXPECT_EQ(byte_at(kLine, 5, Encoding::kUtf8), 3u);
}

TEST(TextPosition, BehindTheLineIsItsEnd) {
  for (const Encoding encoding : kAll) EXPECT_EQ(byte_at(kLine, 99, encoding), kLine.size());
}

TEST(TextPosition, APlaceIsARangeOfTheFilesLine) {
  const auto file = std::make_shared<const SourceFile>(SourceFile{"x", "first\n" + kLine + "\n"});
  const Place smile{file, 2, 3, 1};
  EXPECT_EQ(range_of(smile, Encoding::kUtf16), (Range{{1, 2}, {1, 4}}));
  EXPECT_EQ(range_of(smile, Encoding::kUtf8), (Range{{1, 3}, {1, 7}}));
  EXPECT_EQ(range_of(Place{}, Encoding::kUtf8), Range());
}

TEST(TextPosition, NamesOfEncodingsAreTheProtocols) {
  for (const Encoding encoding : kAll) EXPECT_EQ(find_encoding(name_of(encoding)), encoding);
  EXPECT_EQ(find_encoding("latin-1"), std::nullopt);
}

TEST(Document, ReplacesWhatStandsInTheRange) {
  Document document("one\ntwo \xF0\x9F\x98\x80!\nthree");
  document.replace({{1, 4}, {1, 6}}, "x", Encoding::kUtf16);
  EXPECT_EQ(document.text(), "one\ntwo x!\nthree");
  document.replace({{0, 3}, {1, 0}}, " ", Encoding::kUtf16);
  EXPECT_EQ(document.text(), "one two x!\nthree");
}

TEST(Document, TakesARangeBehindItsEndForItsEnd) {
  Document document("a");
  document.replace({{7, 3}, {9, 9}}, "b", Encoding::kUtf8);
  document.replace({{0, 9}, {0, 0}}, "c", Encoding::kUtf8);
  EXPECT_EQ(document.text(), "abc");
}

TEST(Document, KeepsCarriageReturnsOutOfItsLines) {
  Document document("a\r\nb\r\n");
  EXPECT_EQ(document.line(0), "a");
  document.replace({{0, 9}, {0, 9}}, "x", Encoding::kUtf8);
  EXPECT_EQ(document.text(), "ax\r\nb\r\n");
  EXPECT_EQ(document.whole(Encoding::kUtf8), (Range{{0, 0}, {2, 0}}));
}

TEST(FileUri, EscapesWhatIsNotPlain) {
  EXPECT_EQ(uri_of_path("/a b/\xC3\xA4"), "file:///a%20b/%C3%A4");
  EXPECT_EQ(path_of_uri("file:///a%20b/%C3%A4"), "/a b/\xC3\xA4");
  EXPECT_EQ(path_of_uri("file://localhost/a"), "/a");
}

TEST(FileUri, RefusesWhatIsNoFile) {
  for (const char* uri : {"", "untitled:1", "file://host/a", "file:///a%2", "file:///a%zz", "file:///a%00"})
    EXPECT_EQ(path_of_uri(uri), std::nullopt) << uri;
}

}  // namespace
}  // namespace attune::lsp
