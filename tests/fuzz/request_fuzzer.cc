// SPDX-License-Identifier: Apache-2.0
// Any bytes as what a client of the control API says, by one of each role (the first byte): never a crash,
// each request is answered once, and who may only look changes nothing.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <nlohmann/json.hpp>

#include "runtime/control/api.h"
#include "runtime/control/bearer.h"
#include "runtime/control/target.h"
#include "tests/control/small_daemon.h"

namespace {

namespace control = attune::control;
namespace http = boost::beast::http;
using Parser = http::request_parser<http::string_body>;

// As the server reads it; false: it is not HTTP, or not yet all of it.
bool read(std::string_view bytes, Parser& parser) {
  parser.header_limit(16 * 1024);
  parser.body_limit(1024 * 1024);
  parser.eager(true);
  boost::system::error_code error;
  parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
  if (!error && parser.is_header_done() && !parser.is_done()) parser.put_eof(error);
  return !error && parser.is_done();
}

void expect_sound(const control::Response& response) {
  if (response.status < 200 || response.status > 599) std::abort();
  if (response.feed || !response.type.empty()) return;
  if (!nlohmann::json::accept(response.body)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static control::SmallDaemon daemon;
  static control::Router api = control::make_api(daemon);
  if (size == 0) return 0;
  Parser parser;
  if (!read({reinterpret_cast<const char*>(data) + 1, size - 1}, parser)) return 0;
  auto whole = parser.release();
  const auto authorization = whole[http::field::authorization];
  (void)control::bearer_of({authorization.data(), authorization.size()});
  control::Request request;
  request.method = std::string(whole.method_string());
  request.body = whole.body();
  request.peer = "attune (fuzzer)";
  request.role = static_cast<control::Role>(1 + data[0] % 3);
  request.last_event_id = std::string(whole["Last-Event-ID"]);
  if (!control::read_target({whole.target().data(), whole.target().size()}, request)) return 0;
  const bool may_only_look = request.role == control::Role::kLook;
  daemon.asked.clear();
  daemon.changes.clear();
  int answers = 0;
  api.answer(std::move(request), [&](const control::Response& response) {
    ++answers;
    expect_sound(response);
  });
  if (answers != 1 || (may_only_look && !daemon.changes.empty())) std::abort();
  return 0;
}
