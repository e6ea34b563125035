// SPDX-License-Identifier: Apache-2.0
// Any bytes as what a server answers that is not ours, to a question or as a stream (the first byte), and
// then shown as `attune` shows it: never a crash, always an end, and nothing that speaks to a terminal.
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <nlohmann/json.hpp>

#include "runtime/base/unique_fd.h"
#include "runtime/control/client_connection.h"
#include "runtime/main/cli/console.h"
#include "runtime/main/cli/view_text.h"
#include "runtime/main/cli/why_text.h"

namespace {

namespace cli = attune::cli;
namespace control = attune::control;
using Json = nlohmann::ordered_json;
using Local = boost::asio::local::stream_protocol;

// One end of a pair of sockets, whose other end has said all that it will.
class Answered final : public control::StreamOf<Local::socket> {
 public:
  explicit Answered(int fd) { socket_.assign(Local(), fd); }
  void set_blocking(bool blocks) override { socket_.non_blocking(!blocks); }
  int fd() override { return socket_.native_handle(); }

 private:
  Local::socket& stream() override { return socket_; }
  boost::asio::io_context context_;
  Local::socket socket_{context_};
};

control::Client client_of(std::string_view answer) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) std::abort();
  const attune::UniqueFd other(ends[1]);
  (void)!::send(other.get(), answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  return control::Client::over(std::make_unique<Answered>(ends[0]));
}

void expect_harmless(std::string_view text) {
  for (const char c : text)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f) std::abort();
}

void show(const std::string& answer) {
  expect_harmless(cli::escaped_json(answer));
  static const attune::UniqueFd file(::memfd_create("out", 0));
  (void)!::ftruncate(file.get(), 0);
  (void)::lseek(file.get(), 0, SEEK_SET);
  cli::Output out(file.get(), false);
  const Json json = Json::parse(answer, nullptr, false);
  cli::write_run_why(json, out);
  cli::write_event_why(json, out);
  for (const std::string& text : cli::mode_texts(json)) out.write(text + "\n");
  out.flush();
  std::string shown(static_cast<size_t>(::lseek(file.get(), 0, SEEK_CUR)), '\0');
  (void)!::pread(file.get(), shown.data(), shown.size(), 0);
  expect_harmless(shown);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view answer(reinterpret_cast<const char*>(data) + 1, size - 1);
  show(std::string(answer));
  control::Client client = client_of(answer);
  if (data[0] % 2 == 0) {
    const auto body = client.ask("GET", "/v1/status");
    if (body) show(*body);
  } else {
    (void)client.read_lines("/v1/log", [](std::string_view line) {
      expect_harmless(cli::escaped_json(line));
      return true;
    });
  }
  return 0;
}
