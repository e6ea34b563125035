// SPDX-License-Identifier: Apache-2.0
// SHA-256 of what is deployed, as sha256sum prints it. Any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace attune::deploy {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void add(std::string_view bytes);
  std::string hex();  // 64 digits; nothing may be added afterwards

 private:
  evp_md_ctx_st* context_;
};

std::string sha256_of(std::string_view bytes);

}  // namespace attune::deploy
