// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <utility>

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/ssl.hpp>

#include "runtime/control/bearer.h"
#include "runtime/control/door.h"
#include "runtime/control/refusal_log.h"
#include "runtime/control/stream_connection.h"
#include "runtime/control/tls_context.h"
#include "runtime/control/token_file.h"

namespace attune::control {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using boost::system::error_code;

using TlsStream = beast::ssl_stream<beast::tcp_stream>;

// What all connections of the door share; outlives it with the last of them.
struct Guards {
  Guards(RemoteDoor said, Duration idle_time, TokenFile file, Log& the_log)
      : remote(std::move(said)), idle(idle_time), tokens(std::move(file)), log(the_log), refusals(the_log) {}
  void refuse(const std::string& line) { refusals.add(line, std::chrono::steady_clock::now()); }

  const RemoteDoor remote;
  const Duration idle;
  TokenFile tokens;
  Log& log;
  RefusalLog refusals;
  std::map<std::string, size_t> present;  // connections by address
};

// Who is there is what the token says that each request shows.
class TlsConnection final : public StreamConnection<TlsStream> {
 public:
  TlsConnection(tcp::socket socket, std::shared_ptr<asio::ssl::context> context,
                std::shared_ptr<Guards> guards, std::string from)
      : StreamConnection(std::in_place, std::move(socket), *context),
        context_(std::move(context)),
        guards_(std::move(guards)),
        from_(std::move(from)) {
    ++guards_->present[from_];
  }
  ~TlsConnection() override {
    const auto own = guards_->present.find(from_);
    if (--own->second == 0) guards_->present.erase(own);
  }

  Awaitable<bool> greet() override {
    if (guards_->present[from_] > guards_->remote.max_per_address) {
      guards_->refuse(fmt::format("{} has too many connections, and was turned away", from_));
      co_return false;
    }
    SystemError error;
    expire_after(guards_->remote.greeting);
    co_await stream_.async_handshake(asio::ssl::stream_base::server, told(error));
    if (error) guards_->log.debug(fmt::format("{} did not come to TLS: {}", from_, error.message()));
    is_greeted_ = !error;
    co_return is_greeted_;
  }
  bool is_plain() const override { return false; }
  std::optional<Error> objection() const override { return std::nullopt; }

  Result<Caller> caller(const RequestHeader& header) override {
    const auto said = header[beast::http::field::authorization];
    const auto token = bearer_of({said.data(), said.size()});
    if (!token) return stranger("without a token");
    const auto holder = guards_->tokens.find(*token);
    if (!holder && guards_->tokens.is_wrong())
      return fail(ErrorCode::kDenied,
                  "nobody comes in by a token now: what is wrong with the manager's control.tokens stands in "
                  "its log");
    if (!holder) return stranger("with a token that is nobody's");
    is_known_ = true;
    role_ = holder->role;
    user_ = holder->name;
    token_ = *token;
    return Caller{fmt::format("attune ({}@{})", holder->name, from_), holder->role, true};
  }
  Role role() const override { return role_; }
  const std::string& user() const override { return user_; }
  bool is_still_known() override { return guards_->tokens.find(token_).has_value(); }
  Duration patience() const override { return is_known_ ? guards_->idle : guards_->remote.greeting; }

  bool is_closed_by_client() const override {
    pollfd end{const_cast<TlsConnection*>(this)->lowest().socket().native_handle(), POLLRDHUP, 0};
    return ::poll(&end, 1, 0) > 0;
  }
  Awaitable<void> hang_up() override {
    if (is_greeted_) {
      SystemError ignored;
      expire_after(kLastWord);
      co_await stream_.async_shutdown(told(ignored));
    }
    lowest().close();
  }

 private:
  static constexpr Duration kLastWord = std::chrono::seconds(2);

  tl::unexpected<Error> stranger(std::string_view how) {
    guards_->refuse(fmt::format("{} asked {}, and was turned away", from_, how));
    return fail(ErrorCode::kDenied, fmt::format("you ask {}: one is made by `attune token`, and its "
                                                "line belongs into the manager's control.tokens",
                                                how));
  }

  const std::shared_ptr<asio::ssl::context> context_;  // of the stream
  const std::shared_ptr<Guards> guards_;
  const std::string from_;
  bool is_greeted_ = false, is_known_ = false;
  Role role_ = Role::kNone;
  std::string user_, token_;  // of the last request
};

std::string address_of(const tcp::socket& socket) {
  error_code error;
  const auto address = socket.remote_endpoint(error).address();
  if (error) return "nowhere";
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
  return address.to_string();
}

class TlsDoor final : public Door {
 public:
  TlsDoor(asio::io_context& context, TlsContext tls, std::shared_ptr<Guards> guards)
      : context_(context), tls_(std::move(tls)), guards_(std::move(guards)) {}

  Result<void> listen() {
    const Endpoint& where = guards_->remote.listen;
    error_code error;
    const tcp::endpoint endpoint(asio::ip::make_address(where.address), where.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (!error) return {};
    const bool is_taken = error == boost::system::errc::address_in_use;
    return fail(is_taken ? ErrorCode::kExists : ErrorCode::kFailed,
                fmt::format("cannot listen at {} (control.listen): {}", to_text(where), error.message()));
  }

  Connection::Awaitable<std::unique_ptr<Connection>> accept(error_code& error) override {
    tcp::socket socket(context_);
    co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return nullptr;
    error_code ignored;
    socket.set_option(asio::socket_base::keep_alive(true), ignored);
    socket.set_option(tcp::no_delay(true), ignored);
    std::string from = address_of(socket);
    co_return std::make_unique<TlsConnection>(std::move(socket), tls_.current(guards_->log), guards_,
                                              std::move(from));
  }
  void close() override { acceptor_.close(); }
  std::string place() const override { return to_text({guards_->remote.listen.address, port()}); }
  uint16_t port() const override {
    error_code error;
    const auto bound = acceptor_.local_endpoint(error);
    return error ? guards_->remote.listen.port : bound.port();
  }

 private:
  asio::io_context& context_;
  TlsContext tls_;
  const std::shared_ptr<Guards> guards_;
  tcp::acceptor acceptor_{context_};
};

}  // namespace

Result<std::unique_ptr<Door>> open_tls_door(asio::io_context& context, const RemoteDoor& remote,
                                            Duration idle, Log& log) {
  auto tls = TlsContext::open(remote.certificate, remote.key);
  if (!tls) return fail(std::move(tls.error()));
  auto tokens = TokenFile::open(remote.tokens, log);
  if (!tokens) return fail(std::move(tokens.error()).within("control.tokens"));
  auto guards = std::make_shared<Guards>(remote, idle, std::move(*tokens), log);
  auto door = std::make_unique<TlsDoor>(context, std::move(*tls), std::move(guards));
  if (auto listening = door->listen(); !listening) return fail(std::move(listening.error()));
  return std::unique_ptr<Door>(std::move(door));
}

}  // namespace attune::control
