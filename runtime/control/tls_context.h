// SPDX-License-Identifier: Apache-2.0
// TlsContext: the certificate and the key that the manager shows over TCP, with TLS 1.3 and nothing older;
// read again when the files have changed, so that a renewed certificate needs no restart. Between the doors'
// sources only. Server thread.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/ssl/context.hpp>

#include "runtime/base/log.h"
#include "runtime/base/result.h"
#include "runtime/control/file_version.h"

namespace attune::control {

class TlsContext {
 public:
  // Paths of PEM files. Errors say which of them, and what is wrong with it, and hold nothing of the key.
  static Result<TlsContext> open(std::string certificate, std::string key);

  // With what the files hold; as before where that is wrong, which the log then says once.
  std::shared_ptr<boost::asio::ssl::context> current(Log& log);

 private:
  TlsContext(std::string certificate, std::string key)
      : certificate_(std::move(certificate)), key_(std::move(key)) {}
  Result<std::shared_ptr<boost::asio::ssl::context>> read();

  std::string certificate_, key_;
  FileVersion certificate_version_, key_version_;
  std::shared_ptr<boost::asio::ssl::context> context_;
};

}  // namespace attune::control
