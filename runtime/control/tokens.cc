// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/tokens.h"

#include <algorithm>
#include <charconv>
#include <sstream>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

namespace attune::control {

namespace {

constexpr size_t kMaxName = 64;
constexpr std::string_view kPrefix = "attune_";

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}

std::optional<TokenHash> read_hash(std::string_view text) {
  TokenHash hash{};
  if (text.size() != 2 * hash.size()) return std::nullopt;
  for (size_t i = 0; i < hash.size(); ++i) {
    const char* digits = text.data() + 2 * i;
    if (std::from_chars(digits, digits + 2, hash[i], 16).ptr != digits + 2) return std::nullopt;
  }
  return hash;
}

tl::unexpected<Error> wrong(size_t line, std::string_view why) {
  return fail(
      ErrorCode::kInvalid,
      fmt::format("line {}: {}; write ROLE NAME SHA256-OF-TOKEN, as `attune token` prints it", line, why));
}

Result<Tokens::Holder> read_line(const std::string& line, size_t number) {
  std::istringstream words(line);
  std::string role, hash, more;
  Tokens::Holder holder;
  words >> role >> holder.name >> hash;
  const auto known = role_named(role);
  if (!known) return wrong(number, "the role is none of look, operate and administer");
  if (!is_token_name(holder.name))
    return wrong(number, "the name is not up to 64 letters, digits, '.', '_' and '-'");
  const auto read = read_hash(hash);
  if (!read || words >> more) return wrong(number, "behind the name stand not exactly 64 hexadecimal digits");
  holder.role = *known;
  holder.hash = *read;
  return holder;
}

// base64url without padding (RFC 4648, 5).
std::string text_of(const TokenHash& bits) {
  std::array<unsigned char, 4 * ((std::tuple_size_v<TokenHash> + 2) / 3) + 1> encoded{};
  const int size = ::EVP_EncodeBlock(encoded.data(), bits.data(), static_cast<int>(bits.size()));
  std::string text(encoded.begin(), encoded.begin() + size);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  text.erase(std::min(text.find('='), text.size()));
  return text;
}

}  // namespace

TokenHash hash_of(std::string_view token) {
  TokenHash hash{};
  ::SHA256(reinterpret_cast<const unsigned char*>(token.data()), token.size(), hash.data());
  return hash;
}

bool is_token_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxName && std::all_of(name.begin(), name.end(), is_name_character);
}

std::optional<Role> role_named(std::string_view name) {
  for (const Role role : {Role::kLook, Role::kOperate, Role::kAdminister})
    if (name == name_of(role)) return role;
  return std::nullopt;
}

Result<Tokens> Tokens::parse(std::string_view text) {
  Tokens tokens;
  std::istringstream lines{std::string(text)};
  size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const size_t begin = line.find_first_not_of(" \t\r");
    if (begin == line.npos || line[begin] == '#') continue;
    auto holder = read_line(line, number);
    if (!holder) return fail(std::move(holder.error()));
    tokens.holders_.push_back(std::move(*holder));
  }
  return tokens;
}

const Tokens::Holder* Tokens::find(std::string_view token) const {
  const TokenHash shown = hash_of(token);
  const Holder* found = nullptr;
  for (const Holder& holder : holders_)
    if (::CRYPTO_memcmp(holder.hash.data(), shown.data(), shown.size()) == 0) found = &holder;
  return found;
}

Result<NewToken> make_token(Role role, std::string_view name) {
  TokenHash bits{};
  if (::RAND_bytes(bits.data(), static_cast<int>(bits.size())) != 1)
    return fail(ErrorCode::kFailed, "the system gives no random bits: no token was made");
  NewToken made;
  made.token = std::string(kPrefix) + text_of(bits);
  made.line = fmt::format("{} {} {:02x}", name_of(role), name, fmt::join(hash_of(made.token), ""));
  return made;
}

}  // namespace attune::control
