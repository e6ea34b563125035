// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/server.h"

#include <optional>
#include <set>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http.hpp>

#include "runtime/control/door.h"
#include "runtime/control/refusal_log.h"
#include "runtime/control/sessions.h"
#include "runtime/control/target.h"

namespace attune::control {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

namespace {

using boost::system::error_code;

constexpr int kUnauthorized = 401, kForbidden = 403;
constexpr size_t kMaxHeader = 16 * 1024;
constexpr auto kLookTime = std::chrono::seconds(1);  // how often a waiting feed's client is looked after

beast::string_view type_of(const Response& response) {
  if (!response.type.empty()) return {response.type.data(), response.type.size()};
  return response.feed ? "application/x-ndjson" : "application/json";
}

// What answers a HEAD: as to a GET, without what would follow.
ResponseHead head_of(const Response& response, unsigned version, bool keep_alive) {
  ResponseHead head(static_cast<http::status>(response.status), version);
  head.set(http::field::content_type, type_of(response));
  head.keep_alive(keep_alive);
  if (response.feed)
    head.chunked(true);
  else
    head.content_length(response.body.size());
  return head;
}

WholeResponse to_http(const Response& response, unsigned version, bool keep_alive) {
  WholeResponse made(static_cast<http::status>(response.status), version);
  made.set(http::field::content_type, type_of(response));
  made.keep_alive(keep_alive);
  if (response.status == kUnauthorized) made.set(http::field::www_authenticate, "Bearer realm=\"attune\"");
  made.body() = response.body;
  made.prepare_payload();
  return made;
}

Response refusal(int status, std::string message) {
  Response response = error_response({ErrorCode::kInvalid, std::move(message)});
  response.status = status;
  return response;
}

Response busy() {
  return refusal(503, "too many at once: come back later");
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
  Core(ports::Loop& loop, Answerer& answerer, Log& log, ServerOptions options)
      : loop_(loop),
        answerer_(answerer),
        log_(log),
        options_(std::move(options)),
        refusals_(log),
        in_(options_.max_sessions, options_.max_per_user) {}

  asio::io_context& context() { return context_; }
  void start(std::unique_ptr<Door> door) {
    door_ = std::move(door);
    place_ = door_->place();
    asio::co_spawn(context_, accept(), asio::detached);
    thread_ = std::thread([this] { context_.run(); });
  }
  void stop(bool stays_open) {  // by the owner
    asio::post(context_, [this, stays_open] { end(stays_open); });
    if (thread_.joinable()) thread_.join();
    for (Connection* one : connections_) one->close();  // an answer still owed may keep this object
  }
  UniqueFd take_listening() { return std::move(listening_); }  // by the owner, after that
  void wake() {                                                // any thread
    asio::post(context_, [this] {
      for (asio::steady_timer* timer : waiting_) timer->cancel();
    });
  }
  const std::string& place() const { return place_; }  // any thread

 private:
  void end(bool stays_open);
  void paid();
  asio::awaitable<void> accept();
  bool has_room_for(const Connection& connection) {
    return in_.admit(&connection, connection.role(), connection.user());
  }
  asio::awaitable<bool> refuse(Connection& connection, const Response& response, bool is_head);
  void tell_refusal(const std::string& line) { refusals_.add(line, std::chrono::steady_clock::now()); }
  asio::awaitable<void> serve(std::unique_ptr<Connection> connection);
  asio::awaitable<void> hear(Connection& connection);
  asio::awaitable<bool> serve_one(Connection& connection, beast::flat_buffer& buffer);
  asio::awaitable<bool> answer(Connection& connection, Request request, RequestParser::value_type read);
  asio::awaitable<Response> ask(Request request);
  asio::awaitable<void> stream_feed(Connection& connection, const Response& response, unsigned version);
  asio::awaitable<bool> wait_for_more(Connection& connection);

  ports::Loop& loop_;
  Answerer& answerer_;
  Log& log_;
  const ServerOptions options_;
  RefusalLog refusals_;
  std::string place_;
  std::set<Connection*> connections_;
  Sessions in_;      // those of them that were not told to come back
  size_t owed_ = 0;  // answers that have come and are not written yet, feeds among them
  bool ending_ = false;
  UniqueFd listening_;                     // that was left open
  std::set<asio::steady_timer*> waiting_;  // feeds that wait for more
  std::thread thread_;
  asio::io_context context_{1};  // last but the door: what still waits in it refers to the rest
  std::unique_ptr<Door> door_;
};

// What is owed is still written, for a moment; feeds give what they have.
void Server::Core::end(bool stays_open) {
  ending_ = true;
  if (stays_open)
    listening_ = door_->leave_open();
  else
    door_->close();
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
    std::unique_ptr<Connection> connection = co_await door_->accept(error);
    if (ending_) co_return;
    if (connection) {
      asio::co_spawn(context_, serve(std::move(connection)), asio::detached);
      continue;
    }
    log_.warning(fmt::format("{}: cannot accept: {}", place_, error.message()));
    asio::steady_timer pause(context_, kLookTime);
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
}

// The last answer of the session.
asio::awaitable<bool> Server::Core::refuse(Connection& connection, const Response& response, bool is_head) {
  if (is_head) {
    ResponseHead head = head_of(response, 11, false);
    co_await connection.write_head(head);
  } else {
    const WholeResponse whole = to_http(response, 11, false);
    co_await connection.write(whole);
  }
  co_return false;
}

asio::awaitable<void> Server::Core::serve(std::unique_ptr<Connection> connection) {
  struct Entered {
    Entered(Core& core, Connection* own) : at(core), one(own) { at.connections_.insert(one); }
    ~Entered() {
      at.connections_.erase(one);
      at.in_.leave(one);
    }
    Core& at;
    Connection* one;
  };
  const Entered entered(*this, connection.get());
  const bool is_one_too_many = !has_room_for(*connection);
  if (is_one_too_many && connection->is_plain()) {
    co_await refuse(*connection, busy(), false);
  } else if (!is_one_too_many && co_await connection->greet()) {
    co_await hear(*connection);
  }
  co_await connection->hang_up();
}

asio::awaitable<void> Server::Core::hear(Connection& connection) {
  if (const auto objection = connection.objection()) {
    tell_refusal(fmt::format("turned away: {}", objection->message));
    const Response stranger = error_response(*objection);
    co_await refuse(connection, stranger, false);
    co_return;
  }
  beast::flat_buffer buffer(kMaxHeader + options_.max_body);
  while (co_await serve_one(connection, buffer)) {
  }
}

// Whether the session goes on.
asio::awaitable<bool> Server::Core::serve_one(Connection& connection, beast::flat_buffer& buffer) {
  RequestParser parser;
  parser.header_limit(kMaxHeader);
  parser.body_limit(options_.max_body);
  error_code error = co_await connection.read_header(buffer, parser, connection.patience());
  const bool is_head = parser.get().method() == http::verb::head;
  Request request;
  if (!error) {
    const auto caller = connection.caller(parser.get());  // before anything of the body is kept
    if (!caller) {
      Response stranger = error_response(caller.error());
      stranger.status = kUnauthorized;
      co_return co_await refuse(connection, stranger, is_head);
    }
    if (!has_room_for(connection)) {
      const Response come_back = busy();
      co_return co_await refuse(connection, come_back, is_head);
    }
    request.peer = caller->name;
    request.role = caller->role;
    request.has_token = caller->has_token;
    error = co_await connection.read_body(buffer, parser, options_.idle);
  }
  if (error) {
    const auto answer = answer_to_unreadable(error);
    if (!answer) co_return false;
    co_return co_await refuse(connection, *answer, is_head);
  }
  RequestParser::value_type read = parser.release();
  co_return co_await answer(connection, std::move(request), std::move(read));
}

// What has been read. Whether the session goes on.
asio::awaitable<bool> Server::Core::answer(Connection& connection, Request request,
                                           RequestParser::value_type read) {
  const auto last_event_id = read["Last-Event-ID"];
  const bool is_head = read.method() == http::verb::head;
  request.method = is_head ? "GET" : std::string(read.method_string());
  request.body = std::move(read.body());
  request.last_event_id = std::string(last_event_id.data(), last_event_id.size());
  if (auto target = read_target({read.target().data(), read.target().size()}, request); !target) {
    const Response malformed = error_response(target.error());
    co_return co_await refuse(connection, malformed, is_head);
  }
  const std::string what = request.peer + " may not " + request.method + " " + request.path;
  const Response response = co_await ask(std::move(request));
  if (response.status == kForbidden) tell_refusal(what);
  bool goes_on = false;
  if (is_head) {
    ResponseHead head = head_of(response, read.version(), read.keep_alive());
    goes_on = !co_await connection.write_head(head);
  } else if (response.feed) {
    co_await stream_feed(connection, response, read.version());
  } else {
    const WholeResponse whole = to_http(response, read.version(), read.keep_alive());
    goes_on = !co_await connection.write(whole);
  }
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

asio::awaitable<void> Server::Core::stream_feed(Connection& connection, const Response& response,
                                                unsigned version) {
  Feed& feed = *response.feed;
  ResponseHead head(http::status::ok, version);
  head.set(http::field::content_type, type_of(response));
  head.keep_alive(false);
  head.chunked(true);
  if (co_await connection.write_head(head)) co_return;
  while (const auto piece = feed.next()) {
    if (piece->empty() && ending_) break;
    bool goes_on = true;
    if (!piece->empty())
      goes_on = !co_await connection.write_chunk(*piece);
    else if (feed.has_more())
      co_await asio::post(context_, asio::use_awaitable);  // others come in between
    else
      goes_on = co_await wait_for_more(connection);
    if (!goes_on || !connection.is_still_known()) co_return;
  }
  const std::string last;
  co_await connection.write_chunk(last);
}

asio::awaitable<bool> Server::Core::wait_for_more(Connection& connection) {
  asio::steady_timer timer(context_, kLookTime);
  waiting_.insert(&timer);
  error_code ignored;
  co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  waiting_.erase(&timer);
  co_return !connection.is_closed_by_client();
}

Result<std::unique_ptr<Server>> Server::open(const std::string& path, ports::Loop& loop, Answerer& answerer,
                                             Log& log, ServerOptions options) {
  UniqueFd none;
  return open(path, loop, answerer, log, std::move(options), none);
}

Result<std::unique_ptr<Server>> Server::open(const std::string& path, ports::Loop& loop, Answerer& answerer,
                                             Log& log, ServerOptions options, UniqueFd& listening) {
  auto core = std::make_shared<Core>(loop, answerer, log, options);
  auto door = open_unix_door(core->context(), path, options.access, options.idle, listening);
  if (!door) return fail(std::move(door.error()));
  core->start(std::move(*door));
  return std::unique_ptr<Server>(new Server(std::move(core)));
}

Result<std::unique_ptr<Server>> Server::open_remote(const RemoteDoor& remote, ports::Loop& loop,
                                                    Answerer& answerer, Log& log, ServerOptions options) {
  auto core = std::make_shared<Core>(loop, answerer, log, options);
  auto door = open_tls_door(core->context(), remote, options.idle, log);
  if (!door) return fail(std::move(door.error()));
  core->start(std::move(*door));
  return std::unique_ptr<Server>(new Server(std::move(core)));
}

Server::Server(std::shared_ptr<Core> core) : core_(std::move(core)) {}

Server::~Server() {
  core_->stop(false);
}

UniqueFd Server::leave_open() {
  core_->stop(true);
  return core_->take_listening();
}

void Server::wake() {
  core_->wake();
}

const std::string& Server::place() const {
  return core_->place();
}

}  // namespace attune::control
