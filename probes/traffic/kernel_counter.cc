// SPDX-License-Identifier: Apache-2.0
#include "probes/traffic/kernel_counter.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdarg>
#include <cstring>
#include <set>
#include <thread>
#include <utility>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fmt/format.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "traffic.skel.h"

namespace attune::probes {

namespace {

constexpr std::uint32_t kPriority = 0xA77;
constexpr std::uint32_t kBatch = 4096;
constexpr std::uint32_t kInterfaces = 4096;  // as the programs' own tables have it
// How long a program may be at work, where the kernel cannot be asked to wait for it.
constexpr auto kGrace = std::chrono::milliseconds(50);

int be_silent(libbpf_print_level, const char*, va_list) {
  return 0;
}

std::string reason(int error) {
  return std::strerror(error < 0 ? -error : error);
}

// Comes back when no program runs any more that was running when it was called.
void wait_for_programs() {
  if (::syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) != 0) std::this_thread::sleep_for(kGrace);
}

// Empties a hash table, bucket by bucket, so that nothing is left out.
template <class Key, class Value, class Take>
void drain(int map, const Take& take) {
  std::vector<Key> keys(kBatch);
  std::vector<Value> values(kBatch);
  std::array<std::uint32_t, 2> place{};
  for (bool is_first = true;; is_first = false) {
    std::uint32_t count = static_cast<std::uint32_t>(keys.size());
    const int result = ::bpf_map_lookup_and_delete_batch(map, is_first ? nullptr : place.data(), place.data(),
                                                         keys.data(), values.data(), &count, nullptr);
    if (result == -ENOSPC) {  // a bucket that is longer than all of these
      keys.resize(keys.size() * 2);
      values.resize(values.size() * 2);
      continue;
    }
    if (result != 0 && result != -ENOENT) return;
    for (std::uint32_t i = 0; i < count; ++i) take(keys[i], values[i]);
    if (result == -ENOENT) return;
  }
}

class KernelCounter final : public Counter {
 public:
  KernelCounter(traffic_bpf* programs, std::uint32_t identity, Bounds bounds)
      : programs_(programs), identity_(identity), bounds_(bounds) {}
  KernelCounter(const KernelCounter&) = delete;
  KernelCounter& operator=(const KernelCounter&) = delete;
  ~KernelCounter() override {
    while (!attached_.empty()) detach(*attached_.begin());
    traffic_bpf::destroy(programs_);
  }

  std::string_view via() const override { return "ebpf"; }
  Result<void> attach(unsigned interface) override;
  void detach(unsigned interface) override;
  void set_border(Moment border, int side) override {
    const auto at = static_cast<std::uint64_t>(std::max<std::int64_t>(border.monotonic, 0));
    __atomic_store_n(&programs_->bss->control, TRAFFIC_BORDER(at) | static_cast<std::uint64_t>(side),
                     __ATOMIC_RELEASE);
  }
  Counted take(int side) override;

 private:
  struct Tables {
    int counts, owns, sides;
  };

  Tables tables(int side) const;
  Result<void> put_filter(unsigned interface, bpf_tc_attach_point where, const bpf_program* program) const;
  bpf_tc_opts filter() const;
  void take_sides(const Tables& tables, Counted& counted);
  void keep_places(const Tables& tables, unsigned interface, VmCount& vm) const;

  traffic_bpf* programs_;
  std::uint32_t identity_;
  Bounds bounds_;
  std::set<unsigned> attached_;
  std::set<unsigned> known_;  // with an entry of their own on both sides; those that left, as well
};

KernelCounter::Tables KernelCounter::tables(int side) const {
  const auto& maps = programs_->maps;
  return {::bpf_map__fd(side == 0 ? maps.counts0 : maps.counts1),
          ::bpf_map__fd(side == 0 ? maps.owns0 : maps.owns1),
          ::bpf_map__fd(side == 0 ? maps.sides0 : maps.sides1)};
}

bpf_tc_opts KernelCounter::filter() const {
  bpf_tc_opts options{};
  options.sz = sizeof(options);
  options.handle = identity_;
  options.priority = kPriority;
  return options;
}

Result<void> KernelCounter::put_filter(unsigned interface, bpf_tc_attach_point where,
                                       const bpf_program* program) const {
  bpf_tc_hook hook{};  // NOLINT(bugprone-invalid-enum-default-initialization): set below
  hook.sz = sizeof(hook);
  hook.ifindex = static_cast<int>(interface);
  hook.attach_point = where;
  const int made = ::bpf_tc_hook_create(&hook);
  if (made != 0 && made != -EEXIST) return fail(ErrorCode::kFailed, "no clsact queue: " + reason(made));
  bpf_tc_opts options = filter();
  options.prog_fd = ::bpf_program__fd(program);
  options.flags = BPF_TC_F_REPLACE;
  const int put = ::bpf_tc_attach(&hook, &options);
  if (put != 0) return fail(ErrorCode::kFailed, "no filter can be put there: " + reason(put));
  return {};
}

Result<void> KernelCounter::attach(unsigned interface) {
  const traffic_side fresh{};
  for (const int side : {0, 1}) {
    const int error = ::bpf_map_update_elem(tables(side).sides, &interface, &fresh, BPF_NOEXIST);
    if (error != 0 && error != -EEXIST)
      return fail(ErrorCode::kNoSpace, fmt::format("more than {} interfaces at once", kInterfaces));
  }
  known_.insert(interface);
  attached_.insert(interface);
  for (const auto& [where, program] : {std::pair(BPF_TC_EGRESS, programs_->progs.reaches_vm),
                                       std::pair(BPF_TC_INGRESS, programs_->progs.leaves_vm)}) {
    if (auto put = put_filter(interface, where, program); !put) {
      detach(interface);
      return put;
    }
  }
  return {};
}

// The queue stays: who else has filters there keeps them.
void KernelCounter::detach(unsigned interface) {
  if (attached_.erase(interface) == 0) return;
  for (const bpf_tc_attach_point where : {BPF_TC_EGRESS, BPF_TC_INGRESS}) {
    bpf_tc_hook hook{};  // NOLINT(bugprone-invalid-enum-default-initialization): set below
    hook.sz = sizeof(hook);
    hook.ifindex = static_cast<int>(interface);
    hook.attach_point = where;
    const bpf_tc_opts options = filter();
    (void)::bpf_tc_detach(&hook, &options);  // it is gone where the interface is
  }
}

Counted KernelCounter::take(int side) {
  wait_for_programs();
  const Tables from = tables(side);
  Counted counted;
  for (const unsigned interface : attached_) counted[interface];
  drain<traffic_key, traffic_count>(from.counts, [&](const traffic_key& key, const traffic_count& count) {
    if (count.messages == 0) return;  // a place that was kept for a sender that did not come
    VmCount& vm = counted[key.interface];
    Peer peer{key.address, count};
    peer.address.direction = TRAFFIC_FROM;
    (key.address.direction == TRAFFIC_TO ? vm.to : vm.from).push_back(peer);
  });
  drain<traffic_key, traffic_own>(from.owns, [&](const traffic_key& key, const traffic_own& own) {
    VmCount& vm = counted[key.interface];
    vm.own.push_back(key.address);
    Mac& mac = vm.senders.emplace_back();
    std::copy_n(own.mac, mac.size(), mac.begin());
  });
  take_sides(from, counted);
  return counted;
}

void KernelCounter::take_sides(const Tables& from, Counted& counted) {
  for (auto known = known_.begin(); known != known_.end();) {
    const unsigned interface = *known;
    traffic_side side{};
    const traffic_side fresh{};
    if (::bpf_map_lookup_elem(from.sides, &interface, &side) == 0 && side.rest.messages > 0) {
      counted[interface].rest = {1, side.rest};
    }
    if (attached_.contains(interface)) {
      (void)::bpf_map_update_elem(from.sides, &interface, &fresh, BPF_EXIST);
      if (side.rest.messages > 0) keep_places(from, interface, counted[interface]);
    } else {
      (void)::bpf_map_delete_elem(from.sides, &interface);
      traffic_side other{};
      if (::bpf_map_lookup_elem(tables(0).sides, &interface, &other) != 0 &&
          ::bpf_map_lookup_elem(tables(1).sides, &interface, &other) != 0) {
        known = known_.erase(known);
        continue;
      }
    }
    ++known;
  }
}

// Where the table was too small, the heaviest have their places before the next ones come.
void KernelCounter::keep_places(const Tables& to, unsigned interface, VmCount& vm) const {
  std::sort(vm.from.begin(), vm.from.end(), is_heavier);
  traffic_side side{};
  const traffic_count nothing{};
  for (std::size_t i = 0; i < std::min(vm.from.size(), bounds_.peers); ++i) {
    const traffic_key key{interface, vm.from[i].address};
    if (::bpf_map_update_elem(to.counts, &key, &nothing, BPF_NOEXIST) == 0) ++side.peers;
  }
  (void)::bpf_map_update_elem(to.sides, &interface, &side, BPF_EXIST);
}

}  // namespace

Result<std::unique_ptr<Counter>> open_kernel_counter(std::uint32_t identity, const Bounds& bounds,
                                                     const std::vector<traffic_address>& servers) {
  (void)::libbpf_set_print(be_silent);
  traffic_bpf* programs = traffic_bpf::open();
  if (programs == nullptr)
    return fail(ErrorCode::kFailed, "the eBPF programs cannot be read: " + reason(errno));
  programs->rodata->peers_of_vm = bounds.peers * Bounds::kSpare;
  programs->rodata->has_servers = servers.empty() ? 0 : 1;
  for (bpf_map* map : {programs->maps.counts0, programs->maps.counts1})
    (void)::bpf_map__set_max_entries(map, static_cast<std::uint32_t>(bounds.table));
  if (const int error = traffic_bpf::load(programs); error != 0) {
    traffic_bpf::destroy(programs);
    return fail(error == -EPERM || error == -EACCES ? ErrorCode::kDenied : ErrorCode::kFailed,
                "the kernel does not take the eBPF programs: " + reason(error));
  }
  const std::uint8_t yes = 1;
  for (const traffic_address& server : servers)
    (void)::bpf_map_update_elem(::bpf_map__fd(programs->maps.servers), &server, &yes, BPF_ANY);
  return std::make_unique<KernelCounter>(programs, identity, bounds);
}

}  // namespace attune::probes
