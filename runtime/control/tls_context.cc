// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/tls_context.h"

#include <utility>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/ssl.h>
#include <boost/asio/buffer.hpp>

#include "runtime/base/private_file.h"

namespace attune::control {

namespace asio = boost::asio;
namespace ssl = asio::ssl;

namespace {

tl::unexpected<Error> unusable(std::string_view setting, const std::string& path,
                               const boost::system::error_code& error) {
  return fail(ErrorCode::kInvalid, fmt::format("{}: {} cannot be used ({}): it must be a PEM file of {}",
                                               setting, printable(path), error.message(),
                                               setting == "control.key" ? "the certificate's key, without a "
                                                                          "passphrase"
                                                                        : "a certificate and its chain"));
}

}  // namespace

Result<std::shared_ptr<ssl::context>> TlsContext::read() {
  certificate_version_ = version_of(certificate_);
  key_version_ = version_of(key_);
  const auto certificate = read_private_file(certificate_, Guard::kUnchanged);
  if (!certificate) return fail(Error(certificate.error()).within("control.certificate"));
  auto key = read_private_file(key_, Guard::kSecret);
  if (!key) return fail(Error(key.error()).within("control.key"));
  auto made = std::make_shared<ssl::context>(ssl::context::tls_server);
  boost::system::error_code error;
  ::SSL_CTX_set_min_proto_version(made->native_handle(), TLS1_3_VERSION);
  ::SSL_CTX_set_num_tickets(made->native_handle(), 0);  // each client comes anew
  // A key with a passphrase is refused, not asked for on a terminal.
  made->set_password_callback([](size_t, ssl::context::password_purpose) { return std::string(); }, error);
  if (!error) made->use_certificate_chain(asio::buffer(*certificate), error);
  if (error) return unusable("control.certificate", certificate_, error);
  made->use_private_key(asio::buffer(*key), ssl::context::pem, error);
  ::OPENSSL_cleanse(key->data(), key->size());
  if (error) return unusable("control.key", key_, error);
  return made;
}

Result<TlsContext> TlsContext::open(std::string certificate, std::string key) {
  TlsContext tls(std::move(certificate), std::move(key));
  auto made = tls.read();
  if (!made) return fail(std::move(made.error()));
  tls.context_ = std::move(*made);
  return tls;
}

std::shared_ptr<ssl::context> TlsContext::current(Log& log) {
  if (version_of(certificate_) == certificate_version_ && version_of(key_) == key_version_) return context_;
  auto made = read();
  if (made) {
    context_ = std::move(*made);
    log.info(fmt::format("{} has changed, and is shown from now on", certificate_));
  } else {
    log.error(made.error().message + "; what was read before is shown until it is mended");
  }
  return context_;
}

}  // namespace attune::control
