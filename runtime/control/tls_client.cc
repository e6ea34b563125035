// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>

#include "runtime/base/log.h"
#include "runtime/control/client_connection.h"

namespace attune::control {

namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;
using TlsStream = ssl::stream<tcp::socket>;

constexpr std::string_view kScheme = "https://";
constexpr time_t kConnectSeconds = 10;  // each address, and then the handshake

std::string shown(const RemotePlace& place) {
  return fmt::format("https://{}:{}", printable(place.host), place.port);
}

class TlsConnection final : public StreamOf<TlsStream> {
 public:
  explicit TlsConnection(const RemotePlace& place) : place_(place) {
    host = fmt::format("{}:{}", place.host, place.port);
  }

  Result<void> open(const std::string& authorities) {
    if (auto trusted = trust(authorities); !trusted) return trusted;
    if (auto connected = connect(); !connected) return connected;
    return shake_hands();
  }
  void set_blocking(bool blocks) override {
    error_code ignored;
    stream_.next_layer().non_blocking(!blocks, ignored);
  }
  int fd() override { return stream_.next_layer().native_handle(); }

 private:
  TlsStream& stream() override { return stream_; }

  Result<void> trust(const std::string& authorities) {
    error_code error;
    ::SSL_CTX_set_min_proto_version(tls_.native_handle(), TLS1_3_VERSION);
    if (authorities.empty())
      tls_.set_default_verify_paths(error);
    else
      tls_.load_verify_file(authorities, error);
    if (!error) return {};
    return fail(ErrorCode::kInvalid, fmt::format("{} is no PEM file of certificates ({})",
                                                 printable(authorities), error.message()));
  }

  Result<void> connect() {
    error_code error;
    tcp::resolver resolver(context_);
    const auto found = resolver.resolve(place_.host, place_.port, error);
    if (error)
      return fail(ErrorCode::kUnreachable,
                  fmt::format("the address of {} is not known: {}", shown(place_), error.message()));
    for (const auto& entry : found) {
      tcp::socket socket(context_, entry.endpoint().protocol());
      limit(socket, kConnectSeconds);
      socket.connect(entry.endpoint(), error);
      if (error) continue;
      stream_.next_layer() = std::move(socket);
      return {};
    }
    return fail(ErrorCode::kUnreachable,
                fmt::format("nobody listens at {}: {}", shown(place_), error.message()));
  }

  Result<void> shake_hands() {
    error_code error;
    if (::SSL_set_tlsext_host_name(stream_.native_handle(), place_.host.c_str()) != 1)
      return fail(ErrorCode::kInvalid, fmt::format("{} cannot be a host's name", printable(place_.host)));
    stream_.set_verify_mode(ssl::verify_peer, error);
    stream_.set_verify_callback(ssl::host_name_verification(place_.host), error);
    if (!error) stream_.handshake(TlsStream::client, error);
    const long verified = ::SSL_get_verify_result(stream_.native_handle());
    if (error && verified != X509_V_OK)
      return fail(ErrorCode::kDenied,
                  fmt::format("the certificate of {} is not believed ({}): name who signed it with --ca",
                              shown(place_), ::X509_verify_cert_error_string(verified)));
    if (error)
      return fail(ErrorCode::kUnreachable,
                  fmt::format("{} does not speak TLS 1.3, or showed another host's certificate: {}",
                              shown(place_), error.message()));
    limit(stream_.next_layer(), 0);
    error_code ignored;
    stream_.next_layer().set_option(asio::socket_base::keep_alive(true), ignored);
    return {};
  }

  static void limit(tcp::socket& socket, time_t seconds) {
    const timeval most{seconds, 0};
    (void)::setsockopt(socket.native_handle(), SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
    (void)::setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
  }

  const RemotePlace place_;
  asio::io_context context_;
  ssl::context tls_{ssl::context::tls_client};
  TlsStream stream_{context_, tls_};
};

bool is_port(std::string_view text) {
  uint16_t port = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), port);
  return end.ec == std::errc() && end.ptr == text.data() + text.size() && port != 0;
}

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
         c == '_';
}

}  // namespace

Result<RemotePlace> parse_url(std::string_view url) {
  const auto wrong = [url] {
    return fail(
        ErrorCode::kInvalid,
        fmt::format("'{}' is no URL of a manager, such as https://manager.example:7443", printable(url)));
  };
  if (!url.starts_with(kScheme)) return wrong();
  std::string_view rest = url.substr(kScheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  RemotePlace place;
  const bool is_v6 = rest.starts_with('[');
  const size_t end = is_v6 ? rest.find(']') : rest.find(':');
  if (is_v6 && end == rest.npos) return wrong();
  const std::string_view host = is_v6 ? rest.substr(1, end - 1) : rest.substr(0, end);
  const bool is_host = std::all_of(host.begin(), host.end(),
                                   [&](char c) { return is_host_character(c) || (is_v6 && c == ':'); });
  rest.remove_prefix(is_v6 ? end + 1 : host.size());
  if (host.empty() || !is_host) return wrong();
  place.host = host;
  if (rest.empty()) return place;
  if (rest.front() != ':' || !is_port(rest.substr(1))) return wrong();
  place.port = rest.substr(1);
  return place;
}

Result<Client> Client::connect(const RemotePlace& place, std::string token, const std::string& authorities) {
  auto connection = std::make_unique<TlsConnection>(place);
  if (auto opened = connection->open(authorities); !opened) return fail(std::move(opened.error()));
  connection->token = std::move(token);
  return Client(std::move(connection));
}

}  // namespace attune::control
