// SPDX-License-Identifier: Apache-2.0
// StreamConnection: HTTP over one of Beast's streams, with a limit of time on each step. Between the doors'
// sources only. Server thread.
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>

#include "runtime/control/door.h"

namespace attune::control {

template <class Stream>
class StreamConnection : public Connection {
 public:
  Awaitable<SystemError> read_header(boost::beast::flat_buffer& buffer, RequestParser& parser,
                                     Duration limit) override {
    SystemError error;
    expire_after(limit);
    co_await boost::beast::http::async_read_header(stream_, buffer, parser, told(error));
    co_return error;
  }
  Awaitable<SystemError> read_body(boost::beast::flat_buffer& buffer, RequestParser& parser,
                                   Duration limit) override {
    SystemError error;
    expire_after(limit);
    if (!parser.is_done()) co_await boost::beast::http::async_read(stream_, buffer, parser, told(error));
    co_return error;
  }
  Awaitable<SystemError> write(const WholeResponse& response) override {
    SystemError error;
    expire_after(kWriteTime);
    co_await boost::beast::http::async_write(stream_, response, told(error));
    co_return error;
  }
  Awaitable<SystemError> write_head(ResponseHead& head) override {
    boost::beast::http::response_serializer<boost::beast::http::empty_body> serializer(head);
    SystemError error;
    expire_after(kWriteTime);
    co_await boost::beast::http::async_write_header(stream_, serializer, told(error));
    co_return error;
  }
  Awaitable<SystemError> write_chunk(const std::string& piece) override {
    namespace http = boost::beast::http;
    SystemError error;
    expire_after(kWriteTime);
    if (piece.empty())
      co_await boost::asio::async_write(stream_, http::make_chunk_last(), told(error));
    else
      co_await boost::asio::async_write(stream_, http::make_chunk(boost::asio::buffer(piece)), told(error));
    co_return error;
  }
  void close() override { lowest().close(); }

 protected:
  explicit StreamConnection(Stream stream) : stream_(std::move(stream)) {}
  template <class... Arguments>
  explicit StreamConnection(std::in_place_t, Arguments&&... arguments)
      : stream_(std::forward<Arguments>(arguments)...) {}

  static auto told(SystemError& error) {
    return boost::asio::redirect_error(boost::asio::use_awaitable, error);
  }
  auto& lowest() { return boost::beast::get_lowest_layer(stream_); }
  const auto& lowest() const { return boost::beast::get_lowest_layer(stream_); }
  void expire_after(Duration limit) {
    lowest().expires_after(std::chrono::duration_cast<std::chrono::steady_clock::duration>(limit));
  }

  Stream stream_;

 private:
  static constexpr Duration kWriteTime = std::chrono::seconds(30);  // for a client to take a piece
};

}  // namespace attune::control
