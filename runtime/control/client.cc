// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/client.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <poll.h>
#include <sys/un.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include "runtime/control/client_connection.h"
#include "runtime/control/exchange.h"

namespace attune::control {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

using Local = asio::local::stream_protocol;
using boost::system::error_code;

Error gone(const error_code& error) {
  return Error{
      ErrorCode::kUnreachable,
      fmt::format("attuned ended the conversation before it answered ({}): see its log", error.message())};
}

class UnixConnection final : public StreamOf<Local::socket> {
 public:
  error_code connect(const std::string& path) {
    error_code error;
    socket_.connect(Local::endpoint(path), error);
    return error;
  }
  void set_blocking(bool blocks) override {
    error_code ignored;
    socket_.non_blocking(!blocks, ignored);
  }
  int fd() override { return socket_.native_handle(); }

 private:
  Local::socket& stream() override { return socket_; }
  asio::io_context context_;
  Local::socket socket_{context_};
};

error_code send(Client::Connection& connection, std::string_view method, std::string_view target,
                std::string_view body) {
  Client::Connection::Request request;
  request.method_string({method.data(), method.size()});
  request.target({target.data(), target.size()});
  request.version(11);
  request.set(http::field::host, connection.host);
  if (!connection.token.empty()) request.set(http::field::authorization, "Bearer " + connection.token);
  request.body() = body;
  request.prepare_payload();
  const error_code error = connection.write(request);
  // Who was refused at once may have been answered before it asked.
  return error == boost::system::errc::broken_pipe ? error_code() : error;
}

// Until there is something to read; false where the reader of that pipe has gone.
bool wait(Client::Connection& connection, int reader) {
  std::array<pollfd, 2> ends{pollfd{connection.fd(), POLLIN, 0}, pollfd{reader, 0, 0}};
  while (::poll(ends.data(), ends.size(), -1) < 0 && errno == EINTR) continue;
  return ends[0].revents != 0 || ends[1].revents == 0;
}

}  // namespace

Result<Client> Client::connect(const std::string& path) {
  if (path.size() >= sizeof(sockaddr_un::sun_path))
    return fail(ErrorCode::kInvalid, fmt::format("the path {} is too long for a socket", path));
  auto connection = std::make_unique<UnixConnection>();
  const error_code error = connection->connect(path);
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

Client Client::over(std::unique_ptr<Connection> connection) {
  return Client(std::move(connection));
}

Client::Client(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

namespace {

constexpr size_t kMaxLine = 64UL << 20U;  // bytes

Error too_long() {
  return Error{ErrorCode::kInvalid, "the answer does not end: is it an attuned that listens there?"};
}

}  // namespace

Result<std::string> Client::ask(std::string_view method, std::string_view target, std::string_view body) {
  error_code error = send(*connection_, method, target, body);
  if (error) return fail(gone(error));
  Connection::TextParser parser;
  parser.body_limit(Connection::kMaxAnswer);
  error = connection_->read(parser);
  if (error == http::error::body_limit) return fail(too_long());
  if (error) return fail(gone(error));
  if (parser.get().result_int() >= 400) return fail(error_of(parser.get().body()));
  return std::move(parser.get().body());
}

Result<bool> Client::read_lines(std::string_view target, const std::function<bool(std::string_view)>& on_line,
                                int reader) {
  error_code error = send(*connection_, "GET", target, {});
  if (error) return fail(gone(error));
  Connection::PieceParser parser;
  // None would be less than any length that an answer says it has (Boost 1.74).
  parser.body_limit(std::numeric_limits<uint64_t>::max());
  error = connection_->read_header(parser);
  if (error) return fail(gone(error));
  connection_->set_blocking(false);
  std::array<char, 16 * 1024> piece{};
  std::string text;
  while (!parser.is_done()) {
    parser.get().body().data = piece.data();
    parser.get().body().size = piece.size();
    error = connection_->read_some(parser);
    if (error == boost::system::errc::operation_would_block) {
      if (!wait(*connection_, reader)) return false;
      continue;
    }
    if (error && error != http::error::need_buffer) return fail(gone(error));
    text.append(piece.data(), piece.size() - parser.get().body().size);
    if (text.size() > kMaxLine) return fail(too_long());
    if (parser.get().result_int() >= 400) continue;
    size_t begin = 0;
    for (size_t end = 0; (end = text.find('\n', begin)) != text.npos; begin = end + 1)
      if (!on_line(std::string_view(text).substr(begin, end - begin))) return false;
    text.erase(0, begin);
  }
  connection_->set_blocking(true);
  if (parser.get().result_int() >= 400) return fail(error_of(text));
  return true;
}

}  // namespace attune::control
