// SPDX-License-Identifier: Apache-2.0
// DomainSpec: a virtual machine in plain terms, and the domain XML that libvirt wants for it; the same for an
// author's own XML. Names alone, the project's and its own, decide UUID and MAC, so a VM is the same one
// wherever and whenever it is made, and never another project's. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/ports/hypervisor.h"

namespace attune::hypervisor {

struct Disk {
  std::string path;  // a file or a block device that every host of the VM reaches under this path
  std::string format = "qcow2";
  bool read_only = false;
};

struct Network {
  enum class Kind { kBridge, kNetwork };  // a bridge of the host, or one of libvirt's own networks
  Kind kind = Kind::kBridge;
  std::string name;
};

struct DomainSpec {
  std::string project;
  std::string name;
  uint64_t memory_bytes = 0;
  unsigned vcpus = 1;
  std::string kernel;  // paths on the host; without a kernel it boots from its first disk
  std::string initrd;
  std::string command_line;
  std::vector<Disk> disks;
  std::vector<Network> networks;
  std::string type = "kvm";  // or "qemu": emulated, for hosts without KVM
  std::string architecture = "x86_64";
  std::string machine = "q35";
  std::string console_log;  // a file on the host; empty: none, the console can still be attached to
};

// kInvalid names what is missing or makes no sense.
Result<std::string> domain_xml(const DomainSpec& spec);

// The author's XML with the name, the UUID that follows from the project's and its own, and a MAC for every
// interface that has none. kInvalid says where it is not XML or no domain.
Result<std::string> complete_domain_xml(std::string_view xml, std::string_view project,
                                        const std::string& name);

// The name in a domain's XML, and the UUID where there is one.
Result<ports::DomainId> id_in(std::string_view xml);

// The MAC addresses in a domain's XML, in lower case and the order of its interfaces; those that have none
// are left out. kInvalid as above.
Result<std::vector<std::string>> macs_in(std::string_view xml);

// Version 5, from both names.
std::string uuid_of(std::string_view project, std::string_view name);
// Locally administered, unicast, from both names and the interface's number (from 0).
std::string mac_of(std::string_view project, std::string_view name, size_t interface);

}  // namespace attune::hypervisor
