// SPDX-License-Identifier: Apache-2.0
// Tokens: who may ask over TCP, by the hash of a token that they show. The text has a line each,
// `ROLE NAME SHA256-OF-TOKEN`, and comments that begin with '#'. Immutable; any thread.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/control/role.h"

namespace attune::control {

using TokenHash = std::array<unsigned char, 32>;
TokenHash hash_of(std::string_view token);

class Tokens {
 public:
  struct Holder {
    Role role = Role::kNone;
    std::string name;
    TokenHash hash{};
  };

  // kInvalid names the line and what is wrong with it, and quotes nothing that could be a token.
  static Result<Tokens> parse(std::string_view text);

  // Whose token it is; null: nobody's. Takes the same time whatever it is compared with.
  const Holder* find(std::string_view token) const;
  size_t size() const { return holders_.size(); }

 private:
  std::vector<Holder> holders_;
};

// Up to 64 letters, digits, '.', '_' and '-'.
bool is_token_name(std::string_view name);
std::optional<Role> role_named(std::string_view name);  // "look", "operate", "administer"

struct NewToken {
  std::string token;  // "attune_" and 43 characters, of 256 random bits
  std::string line;   // for the file
};
// The name is one. kFailed: the system gives no random bits.
Result<NewToken> make_token(Role role, std::string_view name);

}  // namespace attune::control
