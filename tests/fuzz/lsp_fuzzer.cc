// SPDX-License-Identifier: Apache-2.0
// What a client of the language server writes: frames, and what they hold. The bytes are first read as a
// stream, and then each line of them as a message to a server that has a project open.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "runtime/main/lsp/frame_reader.h"
#include "runtime/main/lsp/server.h"
#include "tests/support/catalog.h"

namespace {

using attune::lsp::FrameReader;
using attune::lsp::Server;

constexpr std::string_view kInitialize =
    R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}})";
constexpr std::string_view kOpenDeployment =
    R"({"method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///nowhere/deployment.mmd",)"
    R"("text":"classDiagram\n  class lab {\n    <<host-family>>\n    +protocol: String = \"local\"\n  }\n)"
    R"(  class app {\n    +host-family: String = \"lab\"\n    +port: Integer = 1\n  }\n"}}})";
constexpr std::string_view kOpenDiagram =
    R"({"method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///nowhere/diagrams/start.mmd",)"
    R"("text":"stateDiagram-v2\n  [*] --> a\n  a : app.start()\n  a --> [*]\n"}}})";

void read_stream(std::string_view bytes) {
  FrameReader reader;
  // In two pieces: a frame may be cut anywhere.
  for (const std::string_view piece : {bytes.substr(0, bytes.size() / 2), bytes.substr(bytes.size() / 2)}) {
    reader.add(piece);
    for (;;) {
      const auto message = reader.next();
      if (!message) return;
      if (!*message) break;
      if ((*message)->size() > bytes.size()) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read_stream(bytes);
  Server server({attune::test::catalog(), attune::test::file_rules(), {}}, [](const std::string& message) {
    FrameReader reader;
    reader.add(attune::lsp::frame(message));
    const auto back = reader.next();
    if (!back || !*back || **back != message) std::abort();
  });
  for (const std::string_view message : {kInitialize, kOpenDeployment, kOpenDiagram}) server.take(message);
  for (size_t begin = 0; begin < bytes.size();) {
    const size_t end = std::min(bytes.find('\n', begin), bytes.size());
    server.take(bytes.substr(begin, end - begin));
    begin = end + 1;
  }
  server.settle();
  return 0;
}
