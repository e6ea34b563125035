// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/connection.h"

#include <cstdlib>
#include <utility>

#include <fmt/format.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "runtime/hypervisor/ssh_command.h"

namespace attune::hypervisor {

namespace {

template <class Function>
void release(void* opaque) {
  delete static_cast<Function*>(opaque);
}

int deliver(virConnectPtr, virDomainPtr domain, int event, int detail, void* opaque) {
  const char* name = virDomainGetName(domain);
  (*static_cast<std::function<void(const RawEvent&)>*>(opaque))(
      RawEvent{.domain = {name ? name : "", uuid_text(domain)}, .event = event, .detail = detail});
  return 0;
}

void tell_closed(virConnectPtr, int, void* opaque) {
  (*static_cast<std::function<void()>*>(opaque))();
}

// About one attempt in twenty loses its reason where ssh ends at once.
constexpr int kMostAttempts = 5;

}  // namespace

void DomainRelease::operator()(_virDomain* domain) const {
  virDomainFree(domain);
}

std::string unattended_uri(const std::string& uri) {
  const std::string scheme = uri.substr(0, uri.find("://"));
  if (!scheme.ends_with("+ssh") || uri.find("no_tty=") != std::string::npos) return uri;
  return uri + (uri.find('?') == std::string::npos ? "?" : "&") + "no_tty=1";
}

Result<ConnectionPtr> Connection::open(const std::string& uri, Keepalive keepalive,
                                       const std::string& folder) {
  const auto full = with_ssh_command(uri, folder, keepalive);
  if (!full) return fail(full.error());
  virConnectPtr connect = nullptr;
  for (int attempts = 0; !connect && attempts < kMostAttempts; ++attempts) {
    virConnectAuth nobody_to_ask{};
    connect = virConnectOpenAuth(unattended_uri(*full).c_str(), &nobody_to_ask, 0);
    if (!connect && !last_fault().has_lost_its_reason()) break;
  }
  if (!connect) return fail(explain_connection(last_fault(), uri));
  ConnectionPtr connection(new Connection(connect, uri));
  // A driver inside this process (test:///) has nothing to keep alive and says so: no loss. libvirt's own
  // watching interrupts calls that wait, and is not needed where ssh watches.
  if (!is_watched_by_ssh(uri))
    virConnectSetKeepAlive(connect, static_cast<int>(keepalive.interval.count()), keepalive.count);
  return connection;
}

Connection::Connection(_virConnect* connect, std::string uri)
    : connect_(connect), uri_(std::move(uri)), host_(host_of_uri(uri_)) {}

Connection::~Connection() {
  if (close_told_) virConnectUnregisterCloseCallback(connect_, tell_closed);
  if (subscription_ >= 0) virConnectDomainEventDeregisterAny(connect_, subscription_);
  virConnectClose(connect_);
}

bool Connection::is_alive() const {
  return virConnectIsAlive(connect_) == 1;
}

const std::string& Connection::capabilities() {
  if (!capabilities_.empty()) return capabilities_;
  char* xml = virConnectGetCapabilities(connect_);
  if (xml != nullptr) capabilities_ = xml;
  std::free(xml);
  return capabilities_;
}

void Connection::on_close(std::function<void()> closed) {
  // Ours to keep: a driver inside this process takes a callback, never calls it and never gives it back.
  closed_ = std::move(closed);
  close_told_ = virConnectRegisterCloseCallback(connect_, tell_closed, &closed_, nullptr) == 0;
}

Result<void> Connection::subscribe(std::function<void(const RawEvent&)> on_event) {
  if (subscription_ >= 0) virConnectDomainEventDeregisterAny(connect_, std::exchange(subscription_, -1));
  auto* kept = new std::function<void(const RawEvent&)>(std::move(on_event));
  subscription_ = virConnectDomainEventRegisterAny(connect_, nullptr, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                                   VIR_DOMAIN_EVENT_CALLBACK(deliver), kept,
                                                   release<std::function<void(const RawEvent&)>>);
  if (subscription_ >= 0) return {};
  delete kept;
  return fail(explain(last_fault(), "be told of domains", host_));
}

Turn::Turn(Connection& one, Connection& other) {
  if (&one == &other) {
    first_ = std::unique_lock(one.turn_);
    return;
  }
  std::lock(one.turn_, other.turn_);
  first_ = std::unique_lock(one.turn_, std::adopt_lock);
  second_ = std::unique_lock(other.turn_, std::adopt_lock);
}

DomainHandle try_lookup(Connection& connection, const ports::DomainId& domain) {
  return DomainHandle(domain.uuid.empty()
                          ? virDomainLookupByName(connection.get(), domain.name.c_str())
                          : virDomainLookupByUUIDString(connection.get(), domain.uuid.c_str()));
}

Result<DomainHandle> lookup(Connection& connection, const ports::DomainId& domain) {
  DomainHandle handle = try_lookup(connection, domain);
  if (handle) return handle;
  const Fault fault = last_fault();
  if (fault.code != VIR_ERR_NO_DOMAIN)
    return fail(explain(fault, fmt::format("find {}", domain.name), connection.host()));
  const DomainHandle stranger = domain.uuid.empty() ? nullptr : try_lookup(connection, domain.name);
  if (stranger) return fail(ErrorCode::kNotFound, stranger_text(connection, stranger.get()));
  return fail(ErrorCode::kNotFound, fmt::format("no domain '{}' on {}", domain.name, connection.host()));
}

std::string uuid_text(_virDomain* domain) {
  char uuid[VIR_UUID_STRING_BUFLEN] = "";
  virDomainGetUUIDString(domain, uuid);
  return uuid;
}

std::string stranger_text(Connection& connection, _virDomain* stranger) {
  return fmt::format("{} has a domain '{}' that is not this project's (UUID {}): undefine or rename it there",
                     connection.host(), virDomainGetName(stranger), uuid_text(stranger));
}

}  // namespace attune::hypervisor
