// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/dirty_rates.h"

#include <libvirt/libvirt.h>

#include <memory>
#include <set>
#include <string>
#include <utility>

#include "runtime/ports/pause.h"

namespace attune::hypervisor {

namespace {

constexpr int kSampledSeconds = 1;
// The answer is there a little after that; libvirt has no event of it.
constexpr Duration kFirstLook = std::chrono::milliseconds(1100), kLook = std::chrono::milliseconds(200);
constexpr int kLooks = 10;

struct Records {
  void operator()(virDomainStatsRecordPtr* records) const { virDomainStatsRecordListFree(records); }
};

// What libvirt knows of the sampling of each domain that runs.
struct Sampled {
  size_t open = 0;  // domains that are still being sampled
  std::vector<ports::DirtyRate> rates;
};

template <class Look>
Result<void> each_running(Connection& host, Look look) {
  virDomainStatsRecordPtr* listed = nullptr;
  const int count = virConnectGetAllDomainStats(host.get(), VIR_DOMAIN_STATS_DIRTYRATE, &listed,
                                                VIR_CONNECT_GET_ALL_DOMAINS_STATS_RUNNING);
  if (count < 0) return fail(explain(last_fault(), "ask for the dirty rates", host.host()));
  const std::unique_ptr<virDomainStatsRecordPtr, Records> owner(listed);
  for (int i = 0; i < count; ++i) look(*listed[i]);
  return {};
}

// By UUID.
using Begun = std::set<std::string>;

// One that cannot be sampled, since it is migrating just now or its QEMU is too old, is left out, also where
// libvirt still has a rate of it from before.
Result<Begun> begin_sampling(Connection& host) {
  Begun begun;
  const Result<void> done = each_running(host, [&](const virDomainStatsRecord& one) {
    if (virDomainStartDirtyRateCalc(one.dom, kSampledSeconds, 0) == 0) begun.insert(uuid_text(one.dom));
  });
  if (!done) return fail(done.error());
  return begun;
}

Result<Sampled> look_at_samples(Connection& host, const Begun& begun) {
  constexpr uint64_t kMegabyte = uint64_t{1} << 20;
  Sampled all;
  const Result<void> done = each_running(host, [&](const virDomainStatsRecord& one) {
    const std::string uuid = uuid_text(one.dom);
    if (!begun.contains(uuid)) return;
    int status = VIR_DOMAIN_DIRTYRATE_UNSTARTED;
    long long rate = -1;
    virTypedParamsGetInt(one.params, one.nparams, "dirtyrate.calc_status", &status);
    virTypedParamsGetLLong(one.params, one.nparams, "dirtyrate.megabytes_per_second", &rate);
    if (status == VIR_DOMAIN_DIRTYRATE_MEASURING) ++all.open;
    if (status == VIR_DOMAIN_DIRTYRATE_MEASURED && rate >= 0)
      all.rates.push_back(
          {ports::DomainId(virDomainGetName(one.dom), uuid), static_cast<uint64_t>(rate) * kMegabyte});
  });
  if (!done) return fail(done.error());
  return all;
}

}  // namespace

Task<Result<std::vector<ports::DirtyRate>>> run_dirty_rates(CorePtr core, std::string uri) {
  const std::function<Result<Begun>(Connection&)> begin = begin_sampling;
  const Result<Begun> begun = co_await on_host<Begun>(core, uri, begin);
  if (!begun) co_return fail(begun.error());
  std::vector<ports::DirtyRate> rates;
  if (begun->empty()) co_return rates;
  const std::function<Result<Sampled>(Connection&)> look = [begun = *begun](Connection& host) {
    return look_at_samples(host, begun);
  };
  for (int i = 0; i < kLooks; ++i) {
    co_await pause_for(core->loop, i == 0 ? kFirstLook : kLook, core->gate->shutting());
    Result<Sampled> sampled = co_await on_host<Sampled>(core, uri, look);
    if (!sampled) co_return fail(std::move(sampled).error());
    rates = std::move(sampled->rates);
    if (sampled->open == 0) break;
  }
  co_return rates;
}

}  // namespace attune::hypervisor
