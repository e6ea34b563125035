// SPDX-License-Identifier: Apache-2.0
// Client::Connection: what the client needs of what carries its bytes; and the two that do. Between the
// client's sources only. Blocks. One thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "runtime/control/client.h"

namespace attune::control {

class Client::Connection {
 public:
  using SystemError = boost::system::error_code;
  using Request = boost::beast::http::request<boost::beast::http::string_body>;
  using TextParser = boost::beast::http::response_parser<boost::beast::http::string_body>;
  using PieceParser = boost::beast::http::response_parser<boost::beast::http::buffer_body>;

  static constexpr uint64_t kMaxAnswer = 256ULL
                                         << 20U;  // bytes: of a manager of 10,000 components some 10 MiB

  virtual ~Connection() = default;
  virtual SystemError write(const Request& request) = 0;
  virtual SystemError read(TextParser& parser) = 0;
  virtual SystemError read_header(PieceParser& parser) = 0;
  virtual SystemError read_some(PieceParser& parser) = 0;  // would_block where it does not block
  virtual void set_blocking(bool blocks) = 0;
  virtual int fd() = 0;

  std::string host = "attuned";  // for the header
  std::string token;             // shown with each request; may be empty
};

template <class Stream>
class StreamOf : public Client::Connection {
 public:
  SystemError write(const Request& request) override {
    SystemError error;
    boost::beast::http::write(stream(), request, error);
    return error;
  }
  SystemError read(TextParser& parser) override {
    SystemError error;
    boost::beast::http::read_header(stream(), buffer_, parser, error);
    // Room for all that is announced would be made before the parser's own limit counts.
    if (!error && parser.content_length().value_or(0) > kMaxAnswer)
      error = make_error_code(boost::beast::http::error::body_limit);
    if (!error && !parser.is_done()) boost::beast::http::read(stream(), buffer_, parser, error);
    return error;
  }
  SystemError read_header(PieceParser& parser) override {
    SystemError error;
    boost::beast::http::read_header(stream(), buffer_, parser, error);
    return error;
  }
  SystemError read_some(PieceParser& parser) override {
    SystemError error;
    boost::beast::http::read_some(stream(), buffer_, parser, error);
    return error;
  }

 protected:
  virtual Stream& stream() = 0;

 private:
  boost::beast::flat_buffer buffer_;
};

}  // namespace attune::control
