// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/address_book.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "runtime/base/address.h"
#include "runtime/traffic/sensor_line.h"

namespace attune::traffic {

namespace {

bool is_loopback(std::string_view address) {
  return address == "::1" || (is_ipv4(address) && address.starts_with("127."));
}

int64_t last_of(const std::vector<Tenure>& tenures) {
  int64_t last = INT64_MIN;
  for (const Tenure& tenure : tenures) last = std::max(last, tenure.until);
  return last;
}

}  // namespace

bool is_ownable(std::string_view address) {
  if (is_mac(address)) return true;
  return is_reachable_address(address) || (is_own_address(address) && !is_loopback(address));
}

// A silence in between does not end a tenure, only another interface does. What comes late may stretch it to
// an earlier beginning.
std::optional<Tenure> AddressBook::note(std::string_view address, std::string_view mac,
                                        const Period& period) {
  if (!is_ownable(address)) return std::nullopt;
  auto& tenures = book_[std::string(address)];
  const auto is_between = [&](const Tenure& one, int64_t begin, int64_t end) {
    return std::any_of(tenures.begin(), tenures.end(), [&](const Tenure& other) {
      return other.mac != one.mac && other.since < end && other.until > begin;
    });
  };
  for (Tenure& tenure : tenures) {
    if (tenure.mac != mac) continue;
    if (tenure.since <= period.start && period.end() <= tenure.until) return std::nullopt;
    // Its beginning names it in the store, so what is before that is a tenure of its own.
    if (period.start < tenure.since || is_between(tenure, tenure.until, period.start)) continue;
    tenure.until = std::max(tenure.until, period.end());
    return tenure;
  }
  Tenure made{std::string(address), std::string(mac), period.start, period.end()};
  restore(made);
  return made;
}

void AddressBook::restore(Tenure tenure) {
  auto& tenures = book_[tenure.address];
  const auto place =
      std::upper_bound(tenures.begin(), tenures.end(), tenure, [](const Tenure& a, const Tenure& b) {
        return std::tie(a.since, a.until) < std::tie(b.since, b.until);
      });
  tenures.insert(place, std::move(tenure));
  if (tenures.size() > kMaxTenures) tenures.erase(tenures.begin());
  if (book_.size() > kMaxAddresses) forget_oldest();
}

// A tenth at once, so that it is seldom.
void AddressBook::forget_oldest() {
  std::vector<std::pair<int64_t, std::string>> addresses;
  for (const auto& [address, tenures] : book_) addresses.emplace_back(last_of(tenures), address);
  const auto end = addresses.begin() + static_cast<ptrdiff_t>(addresses.size() / 10 + 1);
  std::nth_element(addresses.begin(), end - 1, addresses.end());
  for (auto one = addresses.begin(); one != end; ++one) book_.erase(one->second);
}

std::optional<std::string> AddressBook::find_mac(std::string_view address, const Period& period) const {
  const auto place = book_.find(std::string(address));
  if (place == book_.end()) return std::nullopt;
  const Tenure* latest = nullptr;
  bool is_contested = false;
  const auto last_seen = [&](const Tenure& one) { return std::min(one.until, period.end()); };
  for (const Tenure& tenure : place->second) {
    if (tenure.since >= period.end()) continue;
    if (latest != nullptr && last_seen(tenure) < last_seen(*latest)) continue;
    // Of two that had it at the same time nobody is the one.
    is_contested = latest != nullptr && last_seen(tenure) == last_seen(*latest) &&
                   (is_contested || tenure.mac != latest->mac);
    latest = &tenure;
  }
  if (latest == nullptr || is_contested) return std::nullopt;
  return latest->mac;
}

}  // namespace attune::traffic
