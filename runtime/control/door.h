// SPDX-License-Identifier: Apache-2.0
// Door, Connection: a place where clients come in, and one of them who has: what the server needs of them,
// whatever carries the bytes. Between the server's sources only. Server thread.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "runtime/base/clock.h"
#include "runtime/base/log.h"
#include "runtime/base/result.h"
#include "runtime/base/unique_fd.h"
#include "runtime/control/access.h"
#include "runtime/control/caller.h"
#include "runtime/control/server.h"

namespace attune::control {

using RequestParser = boost::beast::http::request_parser<boost::beast::http::string_body>;
using RequestHeader = boost::beast::http::fields;
using WholeResponse = boost::beast::http::response<boost::beast::http::string_body>;
using ResponseHead = boost::beast::http::response<boost::beast::http::empty_body>;

class Connection {
 public:
  template <class T>
  using Awaitable = boost::asio::awaitable<T>;
  using SystemError = boost::system::error_code;

  virtual ~Connection() = default;

  // What is to be agreed upon before anything is read. False: they did not agree, and it is over.
  virtual Awaitable<bool> greet() = 0;
  // Whether an answer can be written before greet().
  virtual bool is_plain() const = 0;
  // Why it is turned away before it asks; nothing: it is heard.
  virtual std::optional<Error> objection() const = 0;
  // Who asks, by the header of the request where that says it. kDenied: nobody who may.
  virtual Result<Caller> caller(const RequestHeader& header) = 0;
  // What who asks may do, as far as it is known yet.
  virtual Role role() const = 0;
  // Whose it is, wherever they come from; empty: not known yet.
  virtual const std::string& user() const = 0;
  // Whether who asked last would still be heard: a token can be taken away while an answer goes on.
  virtual bool is_still_known() = 0;
  // How long the header may take to come: more once it is known who asks.
  virtual Duration patience() const = 0;

  // Each is given up, and the connection closed, after `limit`, or when a client does not take what is
  // written.
  virtual Awaitable<SystemError> read_header(boost::beast::flat_buffer& buffer, RequestParser& parser,
                                             Duration limit) = 0;
  virtual Awaitable<SystemError> read_body(boost::beast::flat_buffer& buffer, RequestParser& parser,
                                           Duration limit) = 0;
  virtual Awaitable<SystemError> write(const WholeResponse& response) = 0;
  virtual Awaitable<SystemError> write_head(ResponseHead& head) = 0;
  virtual Awaitable<SystemError> write_chunk(const std::string& piece) = 0;  // an empty one is the last
  virtual bool is_closed_by_client() const = 0;
  virtual Awaitable<void> hang_up() = 0;
  virtual void close() = 0;
};

class Door {
 public:
  virtual ~Door() = default;
  // Nothing: it was an error, in `error`.
  virtual Connection::Awaitable<std::unique_ptr<Connection>> accept(boost::system::error_code& error) = 0;
  // Nobody comes in any more. What it has left in the file system goes.
  virtual void close() = 0;
  // As close(), but what listens goes on, for the next door: who comes waits for that. Nothing where this
  // kind of door cannot.
  virtual UniqueFd leave_open() {
    close();
    return {};
  }
  virtual std::string place() const = 0;  // for people
  virtual uint16_t port() const { return 0; }
};

// `listening` is what a door before has left open at the path; or nothing, and stays that where this fails.
Result<std::unique_ptr<Door>> open_unix_door(boost::asio::io_context& context, const std::string& path,
                                             const Access& access, Duration idle, UniqueFd& listening);
// The log must outlive it.
Result<std::unique_ptr<Door>> open_tls_door(boost::asio::io_context& context, const RemoteDoor& remote,
                                            Duration idle, Log& log);

}  // namespace attune::control
