// SPDX-License-Identifier: Apache-2.0
#include "runtime/hypervisor/shared_files.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <tinyxml2.h>
#include <unistd.h>

#include "runtime/hypervisor/domain_needs.h"

namespace attune::hypervisor {

namespace {

// A passing storage pool over one directory of the host, gone with this object.
class Directory {
 public:
  Directory(Connection& host, const std::string& path) {
    static std::atomic<unsigned> count = 0;  // pools of one host need different names, and no more
    tinyxml2::XMLDocument document;
    auto* pool = document.NewElement("pool");
    document.InsertEndChild(pool);
    pool->SetAttribute("type", "dir");
    pool->InsertNewChildElement("name")->SetText(fmt::format("attune-{}-{}", getpid(), ++count).c_str());
    pool->InsertNewChildElement("target")->InsertNewChildElement("path")->SetText(path.c_str());
    tinyxml2::XMLPrinter printer;
    document.Print(&printer);
    pool_ = virStoragePoolCreateXML(host.get(), printer.CStr(), 0);
  }
  ~Directory() {
    if (!pool_) return;
    virStoragePoolDestroy(pool_);
    virStoragePoolFree(pool_);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  virStoragePoolPtr get() const { return pool_; }

 private:
  virStoragePoolPtr pool_ = nullptr;
};

// What identifies a file: its size and change time cannot both agree by chance, nor be copied.
Result<std::string> stamp_of(virStorageVolPtr volume) {
  char* xml = virStorageVolGetXMLDesc(volume, 0);
  tinyxml2::XMLDocument document;
  if (xml) document.Parse(xml);
  std::free(xml);
  const auto* root = document.RootElement();
  const auto* target = root ? root->FirstChildElement("target") : nullptr;
  const auto* times = target ? target->FirstChildElement("timestamps") : nullptr;
  if (!times) return fail(ErrorCode::kFailed, "its libvirt tells no times of files");
  std::string stamp;
  for (const char* name : {"mtime", "ctime"}) {
    const auto* element = times->FirstChildElement(name);
    stamp += fmt::format("{} ", element && element->GetText() ? element->GetText() : "");
  }
  const auto* capacity = root->FirstChildElement("capacity");
  return stamp + (capacity && capacity->GetText() ? capacity->GetText() : "");
}

Result<std::string> stamp_in(Connection& host, virStoragePoolPtr pool, const std::string& path) {
  const std::string name = std::filesystem::path(path).filename();
  virStorageVolPtr volume = virStorageVolLookupByName(pool, name.c_str());
  if (!volume) return fail(ErrorCode::kNotFound, fmt::format("{} does not reach {}", host.host(), path));
  Result<std::string> stamp = stamp_of(volume);
  virStorageVolFree(volume);
  return stamp;
}

}  // namespace

Result<std::string> file_stamp(Connection& host, const std::string& path) {
  const std::string directory = std::filesystem::path(path).parent_path();
  virStoragePoolPtr existing = virStoragePoolLookupByTargetPath(host.get(), directory.c_str());
  if (existing && virStoragePoolIsActive(existing) == 1) {
    virStoragePoolRefresh(existing, 0);
    Result<std::string> stamp = stamp_in(host, existing, path);
    virStoragePoolFree(existing);
    return stamp;
  }
  if (existing) virStoragePoolFree(existing);
  const Directory passing(host, directory);
  if (passing.get()) return stamp_in(host, passing.get(), path);
  const Fault fault = last_fault();
  if (fault.code == VIR_ERR_NO_SUPPORT || fault.is_of_connection())
    return fail(explain(fault, "look at files", host.host()));
  return fail(ErrorCode::kNotFound,
              fmt::format("{} does not reach {}: {}", host.host(), path, fault.message));
}

Result<void> check_same_file(Connection& from, Connection& to, const std::string& path) {
  constexpr int kAttempts = 5;  // the guest may write in between
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const auto before = file_stamp(from, path);
    if (!before) return fail(ErrorCode::kFailed, before.error().message);
    const auto there = file_stamp(to, path);
    if (!there) return fail(there.error());
    const auto after = file_stamp(from, path);
    if (*there == *before || (after && *there == *after)) return {};
  }
  return fail(ErrorCode::kInvalid,
              fmt::format("{} on {} is not the file that {} has: put it on storage that both "
                          "reach",
                          path, to.host(), from.host()));
}

bool disks_are_shared(Connection& from, Connection& to, virDomainPtr domain) {
  char* xml = virDomainGetXMLDesc(domain, 0);
  const Result<DomainNeeds> needs = needs_of(xml ? xml : "");
  std::free(xml);
  if (!needs || needs->files.empty()) return false;
  return std::all_of(needs->files.begin(), needs->files.end(),
                     [&](const std::string& file) { return check_same_file(from, to, file).has_value(); });
}

}  // namespace attune::hypervisor
