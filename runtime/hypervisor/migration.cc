// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/migration.h"

#include <fmt/format.h>
#include <libvirt/libvirt.h>

#include "runtime/hypervisor/shared_files.h"

namespace attune::hypervisor {

namespace {

// libvirt's list of parameters, which grows by reallocation and owns its strings.
class Parameters {
 public:
  Parameters() = default;
  ~Parameters() { virTypedParamsFree(list_, count_); }
  Parameters(const Parameters&) = delete;
  Parameters& operator=(const Parameters&) = delete;

  void add(const char* name, const std::string& text) {
    virTypedParamsAddString(&list_, &count_, &room_, name, text.c_str());
  }
  void add(const char* name, uint64_t number) {
    virTypedParamsAddULLong(&list_, &count_, &room_, name, number);
  }
  uint64_t number(const char* name) const {
    unsigned long long value = 0;
    virTypedParamsGetULLong(list_, count_, name, &value);
    return value;
  }
  virTypedParameterPtr list() const { return list_; }
  unsigned size() const { return static_cast<unsigned>(count_); }

  // Fills it from a running or the last completed job. The type of the job, or nothing.
  std::optional<int> read_job(virDomainPtr domain, unsigned flags) {
    int type = VIR_DOMAIN_JOB_NONE;
    if (virDomainGetJobStats(domain, &type, &list_, &count_, flags) < 0) return std::nullopt;
    return type;
  }

 private:
  virTypedParameterPtr list_ = nullptr;
  int count_ = 0;
  int room_ = 0;
};

ports::MigrationProgress figures_of(const Parameters& job) {
  using std::chrono::milliseconds;
  return {.total_bytes = job.number(VIR_DOMAIN_JOB_DATA_TOTAL),
          .done_bytes = job.number(VIR_DOMAIN_JOB_DATA_PROCESSED),
          .elapsed = milliseconds(job.number(VIR_DOMAIN_JOB_TIME_ELAPSED)),
          .guest_stopped = milliseconds(job.number(VIR_DOMAIN_JOB_DOWNTIME)),
          .passes = static_cast<unsigned>(job.number(VIR_DOMAIN_JOB_MEMORY_ITERATION))};
}

std::string migration_uri(const std::string& address) {
  const bool is_ipv6 = address.find(':') != std::string::npos;
  return fmt::format("tcp://{}", is_ipv6 ? '[' + address + ']' : address);
}

}  // namespace

Move move_domain(Connection& from, Connection& to, const ports::MigrationRequest& request) {
  const DomainHandle domain = try_lookup(from, request.domain);
  if (!domain) return {.fault = last_fault()};
  Parameters parameters;
  if (!request.to_address.empty()) parameters.add(VIR_MIGRATE_PARAM_URI, migration_uri(request.to_address));
  if (request.bandwidth_mib_per_s > 0)
    parameters.add(VIR_MIGRATE_PARAM_BANDWIDTH, request.bandwidth_mib_per_s);
  // Auto-converge slows a guest that dirties memory faster than the network carries it, and no other.
  unsigned flags =
      VIR_MIGRATE_LIVE | VIR_MIGRATE_PERSIST_DEST | VIR_MIGRATE_UNDEFINE_SOURCE | VIR_MIGRATE_AUTO_CONVERGE;
  // libvirt takes only cluster file systems for shared; that both hosts see the very same files is proof too.
  if (disks_are_shared(from, to, domain.get())) flags |= VIR_MIGRATE_UNSAFE;
  (void)allow_stop(from, request.domain, kShortStop);  // where it cannot be limited the usual one holds
  const DomainHandle arrived(
      virDomainMigrate3(domain.get(), to.get(), parameters.list(), parameters.size(), flags));
  if (!arrived) return {.fault = last_fault()};
  Parameters job;
  Move move{.arrived = true};
  if (job.read_job(arrived.get(), VIR_DOMAIN_JOB_STATS_COMPLETED)) move.figures = figures_of(job);
  return move;
}

Result<std::optional<ports::MigrationProgress>> progress_of(Connection& from, const ports::DomainId& domain) {
  const auto handle = lookup(from, domain);
  if (!handle) return fail(handle.error());
  Parameters job;
  const auto type = job.read_job(handle->get(), 0);
  if (!type) return fail(explain(last_fault(), "follow the migration of " + domain.name, from.host()));
  const ports::MigrationProgress now = figures_of(job);
  if (*type == VIR_DOMAIN_JOB_NONE || now.total_bytes == 0) return std::optional<ports::MigrationProgress>();
  return std::optional(now);
}

Result<void> allow_stop(Connection& from, const ports::DomainId& domain, Duration longest) {
  const auto handle = lookup(from, domain);
  if (!handle) return fail(handle.error());
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(longest).count();
  if (virDomainMigrateSetMaxDowntime(handle->get(), static_cast<unsigned long long>(ms), 0) < 0)
    return fail(explain(last_fault(), "limit the stop of " + domain.name, from.host()));
  return {};
}

bool has_job(virDomainPtr domain) {
  virDomainJobInfo job{};
  return virDomainGetJobInfo(domain, &job) == 0 && job.type != VIR_DOMAIN_JOB_NONE &&
         job.type != VIR_DOMAIN_JOB_COMPLETED;
}

Result<void> abort_migration(Connection& from, const ports::DomainId& domain) {
  const auto handle = lookup(from, domain);
  if (!handle) return fail(handle.error());
  if (virDomainAbortJob(handle->get()) < 0)
    return fail(explain(last_fault(), "cancel the migration of " + domain.name, from.host()));
  return {};
}

}  // namespace attune::hypervisor
