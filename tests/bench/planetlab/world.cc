// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/planetlab/world.h"

#include <algorithm>
#include <cmath>

namespace attune::planetlab {

namespace {

constexpr double kBegin = 0.1, kLimit = 24 * 3600;
// Of a migrating VM: what the host that it leaves still gives it, and what the other host is asked for.
constexpr double kWhileLeaving = 0.9, kWhileArriving = 0.1;

bool contains(const std::vector<Index>& all, Index one) {
  return std::ranges::find(all, one) != all.end();
}

void remove_one(std::vector<Index>& all, Index one) {
  if (const auto at = std::ranges::find(all, one); at != all.end()) all.erase(at);
}

}  // namespace

double HostState::use() const {
  return std::min(1.0, used / type->mips());
}

World::World(size_t hosts, const std::vector<Trace>& traces)
    : hosts_(hosts), vms_(traces.size()), account_(hosts, traces.size()) {
  for (size_t i = 0; i < hosts; ++i) hosts_[i].type = &kHostTypes[i % kHostTypes.size()];
  const size_t of_a_type = (traces.size() + kVmTypes.size() - 1) / kVmTypes.size();
  for (size_t i = 0; i < traces.size(); ++i) {
    vms_[i].type = &kVmTypes[i / of_a_type];
    vms_[i].trace = &traces[i];
  }
  start_all();
}

void World::start_all() {
  std::vector<double> free, memory(hosts_.size(), kHostMemory);
  for (const HostState& host : hosts_) free.push_back(host.type->mips());
  std::vector<size_t> count(hosts_.size());
  for (Index i = 0; i < vms_.size(); ++i) {
    VmState& vm = vms_[i];
    vm.host = place_for_start(vm, free, memory, count);
    if (vm.host == kNowhere) continue;
    hosts_[vm.host].vms.push_back(i);
    free[vm.host] -= vm.type->mips;
    memory[vm.host] -= vm.type->memory;
    ++count[vm.host];
  }
}

// Power as if the host were idle: nobody has worked yet.
Index World::place_for_start(const VmState& vm, const std::vector<double>& free,
                             const std::vector<double>& memory, const std::vector<size_t>& count) const {
  Index best = kNowhere;
  double least = 0;
  for (Index i = 0; i < hosts_.size(); ++i) {
    const HostType& type = *hosts_[i].type;
    if (type.core_mips < vm.type->mips || free[i] < vm.type->mips || memory[i] < vm.type->memory ||
        count[i] >= kMostAtStart)
      continue;
    const double more = type.power(vm.type->mips / type.mips()) - type.power(0);
    if (best != kNowhere && more >= least) continue;
    best = i;
    least = more;
  }
  return best;
}

void World::play(Policy& policy) {
  for (size_t step = 1; step < kSamples; ++step) {
    go_on(kBegin + kInterval * static_cast<double>(step));
    for (const Order& order : policy.decide(*this)) start_migration(order);
  }
  go_on(kLimit);
}

void World::go_on(double time) {
  while (!arrivals_.empty() && arrivals_.top().at <= time) {
    const double at = arrivals_.top().at;
    reckon(at);
    while (!arrivals_.empty() && arrivals_.top().at == at) {
      arrive(arrivals_.top().order);
      arrivals_.pop();
    }
    for (Index host = 0; host < hosts_.size(); ++host) share(host);
    drop_finished();
  }
  // The day ends with the last event before its limit.
  if (time >= kLimit) return;
  reckon(time);
  note_histories();
}

void World::reckon(double time) {
  const double seconds = time - now_;
  account_.pass(seconds);
  want_at(time);
  for (Index i = 0; i < hosts_.size(); ++i) {
    const double before = hosts_[i].use();
    share(i);
    account_.spend(*hosts_[i].type, before, hosts_[i].use(), seconds);
  }
  now_ = time;
  drop_finished();
}

void World::want_at(double time) {
  for (VmState& vm : vms_)
    if (vm.host != kNowhere) vm.wanted = vm.trace->at(time) * vm.type->mips;
}

void World::note_histories() {
  for (VmState& vm : vms_) {
    if (vm.host == kNowhere) continue;
    vm.history.insert(vm.history.begin(), vm.trace->at(now_));
    if (vm.history.size() > kHistory) vm.history.pop_back();
  }
}

// Nobody gets more than one core has. What is left when all want too much is divided by what they want.
void World::share(Index index) {
  HostState& host = hosts_[index];
  const double core = host.type->core_mips;
  double asked = 0, wanted = 0;
  for (const Index vm : host.vms) {
    asked += std::min(core, vms_[vm].wanted) * (contains(host.arriving, vm) ? kWhileArriving : 1);
    wanted += vms_[vm].wanted;
  }
  const bool is_short = asked > host.type->mips();
  host.used = 0;
  for (const Index i : host.vms) {
    const VmState& vm = vms_[i];
    const bool is_arriving = contains(host.arriving, i), is_leaving = vm.arrivals > 0 && !is_arriving;
    double given = std::min(core, vm.wanted);
    if (is_short) given *= host.type->mips() / asked;
    if (is_leaving) given *= kWhileLeaving;
    if (is_arriving) given *= kWhileArriving;
    if (is_short) given = std::floor(given);
    if (!is_arriving) account_.note_vm(i, given, vm.wanted, is_leaving);
    host.used += is_leaving ? given / kWhileLeaving : given;
  }
  account_.note_host(index, host.used, wanted);
}

void World::drop_finished() {
  for (Index i = 0; i < vms_.size(); ++i) {
    VmState& vm = vms_[i];
    if (vm.host == kNowhere || vm.arrivals > 0 || vm.wanted > 0) continue;
    remove_one(hosts_[vm.host].vms, i);
    vm.host = kNowhere;
    account_.forget_vm(i);
  }
}

void World::start_migration(const Order& order) {
  VmState& vm = vms_[order.vm];
  HostState& to = hosts_[order.to];
  ++vm.arrivals;
  ++migrations_;
  to.arriving.push_back(order.vm);
  to.vms.push_back(order.vm);
  share(order.to);
  share(vm.host);
  arrivals_.push({now_ + vm.type->memory / kCopyRate, migrations_, order});
}

void World::arrive(const Order& order) {
  VmState& vm = vms_[order.vm];
  remove_one(hosts_[vm.host].vms, order.vm);
  HostState& to = hosts_[order.to];
  remove_one(to.arriving, order.vm);
  remove_one(to.vms, order.vm);
  to.vms.push_back(order.vm);
  vm.host = order.to;
  --vm.arrivals;
}

}  // namespace attune::planetlab
