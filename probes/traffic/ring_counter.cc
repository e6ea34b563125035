// SPDX-License-Identifier: Apache-2.0
#include "probes/traffic/ring_counter.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include <poll.h>
#include <ctime>

#include "probes/traffic/packet_ring.h"
#include "probes/traffic/table.h"

namespace attune::probes {

namespace {

// After this long nothing from before the border is still on its way through the ring.
constexpr std::int64_t kGrace = 3LL * PacketRing::kBlockPatience * 1'000'000;

std::int64_t monotonic_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

class RingCounter final : public Counter {
 public:
  RingCounter(const Bounds& bounds, std::vector<traffic_address> servers)
      : bounds_(bounds), servers_(std::move(servers)) {}

  std::string_view via() const override { return "ring"; }
  Result<void> attach(unsigned interface) override;
  void detach(unsigned interface) override {
    if (const auto found = taps_.find(interface); found != taps_.end()) found->second.takes_to_go = 2;
  }
  void set_border(Moment border, int side) override {
    serve();  // what has come already belongs to the border before
    border_ = border;
    side_ = side;
  }
  Counted take(int side) override;
  std::vector<int> descriptors() const override;
  void serve() override {
    for (auto& [interface, tap] : taps_)
      tap.ring->read([this, &of = tap](const PacketRing::Packet& packet) { count(of, packet); });
  }
  std::uint64_t take_missed() override {
    for (auto& [interface, tap] : taps_) missed_ += tap.ring->take_missed();
    return std::exchange(missed_, 0);
  }

 private:
  struct Tap {
    std::unique_ptr<PacketRing> ring;
    std::array<Table, 2> sides;
    int takes_to_go = -1;  // of one that is gone: until both sides were read
  };

  void count(Tap& tap, const PacketRing::Packet& packet) const;
  bool is_server(const traffic_address& address) const;
  void wait_for_the_border();

  Bounds bounds_;
  std::vector<traffic_address> servers_;
  std::map<unsigned, Tap> taps_;
  Moment border_;
  int side_ = 0;
  std::uint64_t missed_ = 0;
};

Result<void> RingCounter::attach(unsigned interface) {
  auto ring = PacketRing::open(interface);
  if (!ring) return fail(ring.error());
  const Table table(bounds_.peers * Bounds::kSpare, bounds_.peers);
  taps_.insert_or_assign(interface, Tap{*std::move(ring), {table, table}});
  return {};
}

void RingCounter::count(Tap& tap, const PacketRing::Packet& packet) const {
  traffic_packet read{};
  if (!traffic_read_frame(packet.bytes, &packet.frame, &read)) return;
  Table& table = tap.sides[static_cast<std::size_t>(packet.wall >= border_.wall ? side_ : 1 - side_)];
  if (packet.is_to_vm) return table.count(read.from, read.count);
  Mac mac;
  std::copy_n(read.sender_mac, mac.size(), mac.begin());
  table.note_own(read.from, mac);
  if (!is_server(read.to)) return;
  read.to.direction = TRAFFIC_TO;
  table.count(read.to, read.count);
}

bool RingCounter::is_server(const traffic_address& address) const {
  return std::any_of(servers_.begin(), servers_.end(), [&](const traffic_address& server) {
    return std::memcmp(&server, &address, sizeof(address)) == 0;
  });
}

std::vector<int> RingCounter::descriptors() const {
  std::vector<int> all;
  for (const auto& [interface, tap] : taps_)
    if (tap.takes_to_go < 0) all.push_back(tap.ring->descriptor());
  return all;
}

// The rings are read on meanwhile, so that they do not run over.
void RingCounter::wait_for_the_border() {
  const std::int64_t until = border_.monotonic + kGrace;
  for (std::int64_t now = monotonic_now(); now < until; now = monotonic_now()) {
    std::vector<pollfd> waits;
    for (const int descriptor : descriptors()) waits.push_back({descriptor, POLLIN, 0});
    (void)::poll(waits.data(), waits.size(), static_cast<int>((until - now) / 1'000'000 + 1));
    serve();
  }
  serve();
}

Counted RingCounter::take(int side) {
  wait_for_the_border();
  Counted counted;
  for (auto tap = taps_.begin(); tap != taps_.end();) {
    counted[tap->first] = tap->second.sides[static_cast<std::size_t>(side)].take();
    int& to_go = tap->second.takes_to_go;
    const bool is_over = to_go == 1;
    if (to_go > 0) --to_go;
    if (is_over) missed_ += tap->second.ring->take_missed();
    tap = is_over ? taps_.erase(tap) : std::next(tap);
  }
  return counted;
}

}  // namespace

Result<std::unique_ptr<Counter>> open_ring_counter(const Bounds& bounds,
                                                   std::vector<traffic_address> servers) {
  auto trial = PacketRing::open(0);
  if (!trial) return fail(trial.error());
  return std::make_unique<RingCounter>(bounds, std::move(servers));
}

}  // namespace attune::probes
