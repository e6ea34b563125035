// SPDX-License-Identifier: Apache-2.0
// Any bytes as the file of tokens, a URL, an address to listen at and the header Authorization: never a
// crash; a file that is taken opens to nobody but whose hash stands in it; what is read is written the same.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "runtime/base/endpoint.h"
#include "runtime/control/bearer.h"
#include "runtime/control/client.h"
#include "runtime/control/tokens.h"

namespace control = attune::control;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto tokens = control::Tokens::parse(text);
  if (!tokens && tokens.error().message.empty()) std::abort();
  // Of all there is, the fuzzer cannot have found what hashes to what it wrote.
  if (tokens && (tokens->find("attune_guess") != nullptr || tokens->find(text) != nullptr)) std::abort();
  const auto token = control::bearer_of(text);
  if (token && (token->empty() || token->find_first_of(" \r\n") != token->npos)) std::abort();
  const auto url = control::parse_url(text);
  if (url && (url->host.empty() || url->port.empty())) std::abort();
  const auto endpoint = attune::parse_endpoint(text);
  if (endpoint && *attune::parse_endpoint(attune::to_text(*endpoint)) != *endpoint) std::abort();
  return 0;
}
