// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/server.h"

#include <cerrno>
#include <cstring>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "runtime/control/peer.h"
#include "runtime/control/target.h"

namespace attune::control {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

namespace {

using Local = asio::local::stream_protocol;
using Stream = beast::basic_stream<Local>;
using boost::system::error_code;

constexpr int kForbidden = 403;
constexpr size_t kMaxHeader = 16 * 1024;
constexpr auto kWriteTime = std::chrono::seconds(30);  // for a client to take a piece
constexpr auto kLookTime = std::chrono::seconds(1);    // how often a waiting feed's client is looked after

beast::string_view type_of(const Response& response) {
  if (!response.type.empty()) return {response.type.data(), response.type.size()};
  return response.feed ? "application/x-ndjson" : "application/json";
}

http::response<http::string_body> to_http(const Response& response, unsigned version, bool keep_alive) {
  http::response<http::string_body> made(static_cast<http::status>(response.status), version);
  made.set(http::field::content_type, type_of(response));
  made.keep_alive(keep_alive);
  made.body() = response.body;
  made.prepare_payload();
  return made;
}

Response refusal(int status, std::string message) {
  Response response = error_response({ErrorCode::kInvalid, std::move(message)});
  response.status = status;
  return response;
}

Response turned_away(const Peer& peer) {
  return error_response(
      {ErrorCode::kDenied,
       peer.name + " is in no group that may ask this manager: see control.look in attune.info"});
}

// What to say of a request that could not be read; nothing where the client has just gone.
std::optional<Response> answer_to_unreadable(const error_code& error) {
  if (error == http::error::body_limit) return refusal(413, "the body is too long");
  if (error == http::error::header_limit) return refusal(431, "the header is too long");
  if (error == http::error::end_of_stream || error == http::error::partial_message) return std::nullopt;
  if (error.category() == http::make_error_code(http::error::bad_method).category())
    return refusal(400, "this is not HTTP: " + error.message());
  return std::nullopt;
}

// An answer that a session waits for; the loop's side holds it weakly.
struct Answered {
  explicit Answered(asio::io_context& context) : timer(context, asio::steady_timer::time_point::max()) {}
  std::optional<Response> response;
  asio::steady_timer timer;
};

}  // namespace

// All but what its comment says is the server thread's.
class Server::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(std::string path, ports::Loop& loop, Answerer& answerer, Log& log, ServerOptions options)
      : path_(std::move(path)), loop_(loop), answerer_(answerer), log_(log), options_(std::move(options)) {}

  Result<void> listen();  // before start()
  void start() {
    asio::co_spawn(context_, accept(), asio::detached);
    thread_ = std::thread([this] { context_.run(); });
  }
  void stop() {  // by the owner
    asio::post(context_, [this] { end(); });
    if (thread_.joinable()) thread_.join();
    for (Stream* session : sessions_) session->close();  // an answer still owed may keep this object
    ::unlink(path_.c_str());
  }
  void wake() {  // any thread
    asio::post(context_, [this] {
      for (asio::steady_timer* timer : waiting_) timer->cancel();
    });
  }

 private:
  void end();
  void paid();
  asio::awaitable<void> accept();
  asio::awaitable<void> serve(Local::socket socket);
  asio::awaitable<bool> serve_one(Stream& stream, beast::flat_buffer& buffer, const Peer& peer);
  asio::awaitable<Response> ask(Request request);
  asio::awaitable<bool> write(Stream& stream, const http::response<http::string_body>& response);
  asio::awaitable<void> stream_feed(Stream& stream, const Response& response, unsigned version);
  asio::awaitable<bool> write_piece(Stream& stream, const std::string& piece);
  asio::awaitable<bool> wait_for_more(Stream& stream);

  const std::string path_;
  ports::Loop& loop_;
  Answerer& answerer_;
  Log& log_;
  const ServerOptions options_;
  std::set<Stream*> sessions_;
  size_t owed_ = 0;  // answers that have come and are not written yet, feeds among them
  bool ending_ = false;
  std::set<asio::steady_timer*> waiting_;  // feeds that wait for more
  std::thread thread_;
  asio::io_context context_{1};  // last: what still waits in it refers to the rest
  Local::acceptor acceptor_{context_};
};

Result<void> Server::Core::listen() {
  const auto failed = [this](const error_code& error) {
    return fail(error == boost::system::errc::permission_denied ? ErrorCode::kDenied : ErrorCode::kFailed,
                fmt::format("cannot listen at {}: {}", path_, error.message()));
  };
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
  if (error) return failed(error);
  if (::chmod(path_.c_str(), options_.access.is_for_others() ? 0666 : 0660) != 0)
    return failed(error_code(errno, boost::system::system_category()));
  acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error) return failed(error);
  return {};
}

// What is owed is still written, for a moment; feeds give what they have.
void Server::Core::end() {
  ending_ = true;
  acceptor_.close();
  for (asio::steady_timer* timer : waiting_) timer->cancel();
  if (owed_ == 0) return context_.stop();
  const auto limit = std::make_shared<asio::steady_timer>(context_, kLookTime);
  limit->async_wait([this, limit](const error_code&) { context_.stop(); });
}

void Server::Core::paid() {
  if (--owed_ == 0 && ending_) context_.stop();
}

asio::awaitable<void> Server::Core::accept() {
  for (;;) {
    error_code error;
    Local::socket socket(context_);
    co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (ending_) co_return;
    if (!error) {
      asio::co_spawn(context_, serve(std::move(socket)), asio::detached);
      continue;
    }
    log_.warning("control socket: cannot accept: " + error.message());
    asio::steady_timer pause(context_, kLookTime);
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
}

asio::awaitable<void> Server::Core::serve(Local::socket socket) {
  const Peer peer = peer_of(socket.native_handle());
  Stream stream(std::move(socket));
  struct Entered {
    Entered(std::set<Stream*>& all, Stream* stream) : sessions(all), entry(all.insert(stream).first) {}
    ~Entered() { sessions.erase(entry); }
    std::set<Stream*>& sessions;
    std::set<Stream*>::iterator entry;
  };
  const Entered entered(sessions_, &stream);
  if (sessions_.size() > options_.max_sessions) {
    const Response busy = refusal(503, "too many at once: come back later");
    co_await write(stream, to_http(busy, 11, false));
  } else if (options_.access.role_of(peer) == Role::kNone) {
    log_.warning(fmt::format("{} has no business here, and was turned away", peer.name));
    const Response stranger = turned_away(peer);
    co_await write(stream, to_http(stranger, 11, false));
  } else {
    beast::flat_buffer buffer(kMaxHeader + options_.max_body);
    while (co_await serve_one(stream, buffer, peer)) {
    }
  }
  error_code ignored;
  stream.socket().shutdown(Local::socket::shutdown_both, ignored);
}

// Whether the session goes on.
asio::awaitable<bool> Server::Core::serve_one(Stream& stream, beast::flat_buffer& buffer, const Peer& peer) {
  http::request_parser<http::string_body> parser;
  parser.header_limit(kMaxHeader);
  parser.body_limit(options_.max_body);
  error_code error;
  stream.expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(options_.idle));
  co_await http::async_read(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
  if (error) {
    if (const auto answer = answer_to_unreadable(error)) co_await write(stream, to_http(*answer, 11, false));
    co_return false;
  }
  http::request<http::string_body> read = parser.release();
  const auto last_event_id = read["Last-Event-ID"];
  Request request{std::string(read.method_string()),
                  {},
                  {},
                  std::move(read.body()),
                  peer.name,
                  options_.access.role_of(peer),
                  std::string(last_event_id.data(), last_event_id.size())};
  if (auto target = read_target({read.target().data(), read.target().size()}, request); !target)
    co_return co_await write(stream, to_http(error_response(target.error()), read.version(), true));
  const std::string what = request.method + " " + request.path;
  const Response response = co_await ask(std::move(request));
  if (response.status == kForbidden) log_.warning(fmt::format("{} may not {}", peer.name, what));
  bool goes_on = false;
  if (response.feed)
    co_await stream_feed(stream, response, read.version());
  else
    goes_on = co_await write(stream, to_http(response, read.version(), read.keep_alive()));
  paid();
  co_return goes_on&& read.keep_alive();
}

asio::awaitable<Response> Server::Core::ask(Request request) {
  const auto answered = std::make_shared<Answered>(context_);
  Respond respond = [core = shared_from_this(), weak = std::weak_ptr(answered)](Response response) {
    asio::post(core->context_, [self = core.get(), weak, response = std::move(response)]() mutable {
      const auto waiting = weak.lock();
      if (!waiting) return;
      waiting->response = std::move(response);
      ++self->owed_;
      waiting->timer.cancel();
    });
  };
  loop_.post([&answerer = answerer_, request = std::move(request), respond = std::move(respond)]() mutable {
    answerer.answer(std::move(request), std::move(respond));
  });
  while (!answered->response) {
    error_code ignored;
    co_await answered->timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  co_return std::move(*answered->response);
}

asio::awaitable<bool> Server::Core::write(Stream& stream, const http::response<http::string_body>& response) {
  error_code error;
  stream.expires_after(kWriteTime);
  co_await http::async_write(stream, response, asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

asio::awaitable<void> Server::Core::stream_feed(Stream& stream, const Response& response, unsigned version) {
  Feed& feed = *response.feed;
  http::response<http::empty_body> head(http::status::ok, version);
  head.set(http::field::content_type, type_of(response));
  head.keep_alive(false);
  head.chunked(true);
  http::response_serializer<http::empty_body> serializer(head);
  error_code error;
  stream.expires_after(kWriteTime);
  co_await http::async_write_header(stream, serializer, asio::redirect_error(asio::use_awaitable, error));
  if (error) co_return;
  while (const auto piece = feed.next()) {
    if (piece->empty() && ending_) break;
    const bool goes_on =
        piece->empty() ? co_await wait_for_more(stream) : co_await write_piece(stream, *piece);
    if (!goes_on) co_return;
  }
  stream.expires_after(kWriteTime);
  co_await asio::async_write(stream, http::make_chunk_last(),
                             asio::redirect_error(asio::use_awaitable, error));
}

asio::awaitable<bool> Server::Core::write_piece(Stream& stream, const std::string& piece) {
  error_code error;
  stream.expires_after(kWriteTime);
  co_await asio::async_write(stream, http::make_chunk(asio::buffer(piece)),
                             asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

asio::awaitable<bool> Server::Core::wait_for_more(Stream& stream) {
  asio::steady_timer timer(context_, kLookTime);
  waiting_.insert(&timer);
  error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  waiting_.erase(&timer);
  co_return !is_closed_by_peer(stream.socket().native_handle());
}

Result<std::unique_ptr<Server>> Server::open(const std::string& path, ports::Loop& loop, Answerer& answerer,
                                             Log& log, ServerOptions options) {
  auto core = std::make_shared<Core>(path, loop, answerer, log, std::move(options));
  if (auto listening = core->listen(); !listening) return fail(std::move(listening.error()));
  core->start();
  return std::unique_ptr<Server>(new Server(std::move(core)));
}

Server::Server(std::shared_ptr<Core> core) : core_(std::move(core)) {}

Server::~Server() {
  core_->stop();
}

void Server::wake() {
  core_->wake();
}

}  // namespace attune::control
