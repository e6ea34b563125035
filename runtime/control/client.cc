// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/client.h"

#include <array>
#include <cerrno>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "runtime/control/exchange.h"

namespace attune::control {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

namespace {

using Local = asio::local::stream_protocol;
using boost::system::error_code;

Error gone(const error_code& error) {
  return Error{
      ErrorCode::kUnreachable,
      fmt::format("attuned ended the conversation before it answered ({}): see its log", error.message())};
}

}  // namespace

class Client::Connection {
 public:
  asio::io_context context;
  Local::socket socket{context};
  beast::flat_buffer buffer;

  error_code send(std::string_view method, std::string_view target, std::string_view body) {
    http::request<http::string_body> request;
    request.method_string({method.data(), method.size()});
    request.target({target.data(), target.size()});
    request.version(11);
    request.set(http::field::host, "attuned");
    request.body() = body;
    request.prepare_payload();
    error_code error;
    http::write(socket, request, error);
    // Who was refused at once may have been answered before it asked.
    return error == boost::system::errc::broken_pipe ? error_code() : error;
  }

  // Until there is something to read; false where the reader of that pipe has gone.
  bool wait(int reader) {
    std::array<pollfd, 2> ends{pollfd{socket.native_handle(), POLLIN, 0}, pollfd{reader, 0, 0}};
    while (::poll(ends.data(), ends.size(), -1) < 0 && errno == EINTR) continue;
    return ends[0].revents != 0 || ends[1].revents == 0;
  }
};

Result<Client> Client::connect(const std::string& path) {
  if (path.size() >= sizeof(sockaddr_un::sun_path))
    return fail(ErrorCode::kInvalid, fmt::format("the path {} is too long for a socket", path));
  auto connection = std::make_unique<Connection>();
  error_code error;
  connection->socket.connect(Local::endpoint(path), error);
  if (error == boost::system::errc::permission_denied)
    return fail(ErrorCode::kDenied,
                fmt::format("{} is not for you: run attune as the user that runs attuned", path));
  if (error)
    return fail(
        ErrorCode::kUnreachable,
        fmt::format("no attuned listens at {}: start one with `attuned DIR`, or name the project with -p",
                    path));
  return Client(std::move(connection));
}

Client::Client(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;

Result<std::string> Client::ask(std::string_view method, std::string_view target, std::string_view body) {
  error_code error = connection_->send(method, target, body);
  if (error) return fail(gone(error));
  http::response_parser<http::string_body> parser;
  parser.body_limit(boost::none);
  http::read(connection_->socket, connection_->buffer, parser, error);
  if (error) return fail(gone(error));
  if (parser.get().result_int() >= 400) return fail(error_of(parser.get().body()));
  return std::move(parser.get().body());
}

Result<bool> Client::read_lines(std::string_view target, const std::function<bool(std::string_view)>& on_line,
                                int reader) {
  error_code error = connection_->send("GET", target, {});
  if (error) return fail(gone(error));
  http::response_parser<http::buffer_body> parser;
  parser.body_limit(boost::none);
  http::read_header(connection_->socket, connection_->buffer, parser, error);
  if (error) return fail(gone(error));
  connection_->socket.non_blocking(true, error);
  std::array<char, 16 * 1024> piece{};
  std::string text;
  while (!parser.is_done()) {
    parser.get().body().data = piece.data();
    parser.get().body().size = piece.size();
    http::read_some(connection_->socket, connection_->buffer, parser, error);
    if (error == boost::system::errc::operation_would_block) {
      if (!connection_->wait(reader)) return false;
      continue;
    }
    if (error && error != http::error::need_buffer) return fail(gone(error));
    text.append(piece.data(), piece.size() - parser.get().body().size);
    if (parser.get().result_int() >= 400) continue;
    size_t begin = 0;
    for (size_t end = 0; (end = text.find('\n', begin)) != text.npos; begin = end + 1)
      if (!on_line(std::string_view(text).substr(begin, end - begin))) return false;
    text.erase(0, begin);
  }
  connection_->socket.non_blocking(false, error);
  if (parser.get().result_int() >= 400) return fail(error_of(text));
  return true;
}

}  // namespace attune::control
