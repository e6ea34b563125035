// SPDX-License-Identifier: Apache-2.0
#include <cerrno>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <boost/asio/local/stream_protocol.hpp>

#include "runtime/control/door.h"
#include "runtime/control/peer.h"
#include "runtime/control/stream_connection.h"

namespace attune::control {

namespace {

namespace asio = boost::asio;
using Local = asio::local::stream_protocol;
using boost::system::error_code;

// Who is there is what the kernel says of the peer.
class UnixConnection final : public StreamConnection<boost::beast::basic_stream<Local>> {
 public:
  UnixConnection(Local::socket socket, const Access& access, Duration idle)
      : StreamConnection(boost::beast::basic_stream<Local>(std::move(socket))), idle_(idle) {
    const Peer peer = peer_of(lowest().socket().native_handle());
    caller_ = {peer.name, access.role_of(peer), false};
  }

  Awaitable<bool> greet() override { co_return true; }
  bool is_plain() const override { return true; }
  std::optional<Error> objection() const override {
    if (caller_.role != Role::kNone) return std::nullopt;
    return Error{ErrorCode::kDenied,
                 caller_.name + " is in no group that may ask this manager: see control.look in attune.info"};
  }
  Result<Caller> caller(const RequestHeader&) override { return caller_; }
  Role role() const override { return caller_.role; }
  const std::string& user() const override { return caller_.name; }
  bool is_still_known() override { return true; }
  Duration patience() const override { return idle_; }
  // An answer is still owed to who has only ended what it says itself.
  bool is_closed_by_client() const override {
    return is_closed_by_peer(const_cast<UnixConnection*>(this)->lowest().socket().native_handle());
  }
  Awaitable<void> hang_up() override {
    error_code ignored;
    lowest().socket().shutdown(Local::socket::shutdown_both, ignored);
    co_return;
  }

 private:
  Caller caller_;
  const Duration idle_;
};

class UnixDoor final : public Door {
 public:
  UnixDoor(asio::io_context& context, std::string path, Access access, Duration idle)
      : path_(std::move(path)), access_(std::move(access)), idle_(idle), context_(context) {}

  Result<void> listen();
  // On what a door before has left open.
  Result<void> go_on(UniqueFd& listening);
  Connection::Awaitable<std::unique_ptr<Connection>> accept(error_code& error) override {
    Local::socket socket(context_);
    co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return nullptr;
    co_return std::make_unique<UnixConnection>(std::move(socket), access_, idle_);
  }
  void close() override {
    if (acceptor_.is_open()) ::unlink(path_.c_str());
    acceptor_.close();
  }
  UniqueFd leave_open() override {
    error_code failure;
    const int listening = acceptor_.release(failure);
    if (!failure) return UniqueFd(listening);
    close();
    return {};
  }
  std::string place() const override { return path_; }

 private:
  Result<void> let_in();
  Error failed(const error_code& error) const {
    return {error == boost::system::errc::permission_denied ? ErrorCode::kDenied : ErrorCode::kFailed,
            fmt::format("cannot listen at {}: {}", path_, error.message())};
  }

  const std::string path_;
  const Access access_;
  const Duration idle_;
  asio::io_context& context_;
  Local::acceptor acceptor_{context_};
};

Result<void> UnixDoor::listen() {
  error_code error;
  Local::socket probe(context_);
  if (path_.size() >= sizeof(sockaddr_un::sun_path))
    return fail(ErrorCode::kInvalid,
                fmt::format("the path {} is too long for a socket: name a shorter --run-dir", path_));
  const Local::endpoint endpoint(path_);
  probe.connect(endpoint, error);
  if (!error)
    return fail(ErrorCode::kExists, fmt::format("another attuned answers at {}: stop it first", path_));
  ::unlink(path_.c_str());  // left by one that was killed
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (error) return fail(failed(error));
  if (auto let = let_in(); !let) return let;
  acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) return fail(failed(error));
  return {};
}

Result<void> UnixDoor::go_on(UniqueFd& listening) {
  if (auto let = let_in(); !let) return let;
  error_code error;
  acceptor_.assign(Local(), listening.get(), error);
  if (error) return fail(failed(error));
  (void)listening.release();
  return {};
}

Result<void> UnixDoor::let_in() {
  if (::chmod(path_.c_str(), access_.is_for_others() ? 0666 : 0660) == 0) return {};
  return fail(failed(error_code(errno, boost::system::system_category())));
}

}  // namespace

Result<std::unique_ptr<Door>> open_unix_door(asio::io_context& context, const std::string& path,
                                             const Access& access, Duration idle, UniqueFd& listening) {
  auto door = std::make_unique<UnixDoor>(context, path, access, idle);
  if (auto opened = listening ? door->go_on(listening) : door->listen(); !opened)
    return fail(std::move(opened.error()));
  return std::unique_ptr<Door>(std::move(door));
}

}  // namespace attune::control
