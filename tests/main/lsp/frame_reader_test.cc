// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/lsp/frame_reader.h"

#include <gtest/gtest.h>

namespace attune::lsp {
namespace {

std::string next_of(FrameReader& reader) {
  const auto message = reader.next();
  if (!message) return "error: " + message.error().message;
  return *message ? **message : "nothing";
}

TEST(FrameReader, GivesAMessageOnceItIsThereAtWhateverByteItIsCut) {
  const std::string stream = frame("{\"a\":1}") + frame("") + frame("\xC3\xA4");
  for (size_t cut = 0; cut <= stream.size(); ++cut) {
    FrameReader reader;
    reader.add(stream.substr(0, cut));
    std::vector<std::string> got;
    for (std::string one = next_of(reader); one != "nothing"; one = next_of(reader)) got.push_back(one);
    reader.add(stream.substr(cut));
    for (std::string one = next_of(reader); one != "nothing"; one = next_of(reader)) got.push_back(one);
    EXPECT_EQ(got, (std::vector<std::string>{"{\"a\":1}", "", "\xC3\xA4"})) << "cut at " << cut;
  }
}

TEST(FrameReader, TakesOtherHeadersAndAnyCase) {
  FrameReader reader;
  reader.add("content-type: application/vscode-jsonrpc; charset=utf-8\r\nCONTENT-LENGTH:  2 \r\n\r\n{}");
  EXPECT_EQ(next_of(reader), "{}");
}

TEST(FrameReader, RefusesWhatIsNoFrame) {
  for (const char* text :
       {"Content-Length: x\r\n\r\n", "Content-Length: -1\r\n\r\n", "Content-Length:\r\n\r\n",
        "Content-Length: 99999999999999999999999\r\n\r\n", "nonsense\r\n\r\n", "Content-Type: text\r\n\r\n",
        "Content-Length: 40000000\r\n\r\n", "\r\n\r\n"}) {
    FrameReader reader;
    reader.add(text);
    EXPECT_EQ(next_of(reader).substr(0, 6), "error:") << text;
  }
}

TEST(FrameReader, RefusesAHeaderWithoutEnd) {
  FrameReader reader;
  reader.add(std::string(kMaxHeaderBytes + 1, 'x'));
  EXPECT_EQ(next_of(reader), "error: a header that does not end");
}

}  // namespace
}  // namespace attune::lsp
