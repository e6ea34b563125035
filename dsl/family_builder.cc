// SPDX-License-Identifier: Apache-2.0
#include "dsl/family_builder.h"

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "dsl/node_file.h"
#include "runtime/base/user.h"

namespace attune::dsl {

namespace {

constexpr std::string_view kDefaultDirectory = "/var/lib/attune";

class FamilyBuilder {
 public:
  FamilyBuilder(const ClassDraft& draft, const ProjectFolder& folder, Diagnostics& found)
      : draft_(draft), folder_(folder), found_(found) {}

  model::HostFamily run() {
    made_.name = draft_.name;
    made_.place = draft_.syntax->name.place;
    made_.user = text("user");
    if (const bool* accept = draft_.setting_as<bool>("accept-new-host-keys"))
      made_.accept_new_host_keys = *accept;
    set_protocol();
    set_port();
    set_directory();
    made_.identity_file = own_file("identity-file");
    made_.known_hosts = own_file("known-hosts");
    set_hypervisor();
    set_fence();
    set_hosts();
    for (const TypedMember& member : draft_.attributes) add_property(member);
    return std::move(made_);
  }

 private:
  std::string text(std::string_view setting) const {
    const std::string* value = draft_.setting_as<std::string>(setting);
    return value == nullptr ? std::string() : *value;
  }
  void refuse(std::string_view setting, std::string message, std::string hint) {
    found_.error("bad-setting", draft_.find_setting(setting)->value_place, std::move(message),
                 std::move(hint));
  }

  void set_protocol() {
    const std::string* protocol = draft_.setting_as<std::string>("protocol");
    if (protocol == nullptr || *protocol == "ssh") return;
    if (*protocol == "local") {
      made_.protocol = Protocol::kLocal;
    } else {
      refuse("protocol", fmt::format("unknown protocol '{}'", *protocol),
             "known: ssh, local (this machine, without SSH)");
    }
  }

  void set_port() {
    const int64_t* port = draft_.setting_as<int64_t>("port");
    if (port == nullptr) return;
    if (*port < 1 || *port > 65535)
      return refuse("port", fmt::format("{} is no port", *port), "a port is 1 to 65535");
    made_.port = static_cast<uint16_t>(*port);
  }

  void set_directory() {
    made_.dirlocal =
        draft_.find_setting("dirlocal") == nullptr ? std::string(kDefaultDirectory) : text("dirlocal");
    const std::filesystem::path path = made_.dirlocal;
    bool is_plain = path.is_absolute() && path.has_relative_path();
    for (const auto& part : path) is_plain = is_plain && part != ".." && part != ".";
    if (!is_plain)
      refuse("dirlocal", fmt::format("'{}' is no directory on the hosts", made_.dirlocal),
             "write an absolute path without '..', such as /var/lib/attune");
  }

  // A file of the user's own: absolute, below ~/, or in the project's folder.
  std::string own_file(std::string_view setting) {
    const std::string name = text(setting);
    if (name.empty()) return {};
    if (name.front() == '/') return name;
    if (name.starts_with("~/")) {
      if (const auto home = home_folder()) return *home + name.substr(1);
      refuse(setting, "your home directory is not known", "set HOME, or write an absolute path");
      return {};
    }
    const auto path =
        folder_.find(name, draft_.find_setting(setting)->value_place, fmt::format("the {}", setting), found_);
    return path ? *path : std::string();
  }

  // $address, $user and $name stand for the host's, since Mermaid takes braces for its own.
  void set_hypervisor() {
    std::string uri = text("hypervisor");
    if (uri.find_first_of("{}") != std::string::npos)
      return refuse("hypervisor", "braces cannot stand in a URI", "write $address, $user or $name");
    for (const std::string_view name : {"address", "user", "name"}) {
      const std::string written = "$" + std::string(name);
      for (size_t at = uri.find(written); at != uri.npos; at = uri.find(written)) {
        uri.replace(at, written.size(), fmt::format("{{{}}}", name));
      }
    }
    if (uri.find('$') != uri.npos)
      return refuse("hypervisor", "unknown name in the URI", "known: $address, $user, $name");
    if (!uri.empty() && uri.find(":///") == uri.npos && uri.find("://") == uri.npos)
      return refuse("hypervisor", fmt::format("'{}' is no URI of libvirt's", uri),
                    "write such as qemu+ssh://$user@$address/system");
    made_.hypervisor = std::move(uri);
  }

  // Whether there is such a class is looked at once all are known (fence_check.h).
  void set_fence() {
    made_.fence = text("fence");
    if (made_.fence.empty()) return;
    made_.fence_place = draft_.find_setting("fence")->value_place;
    if (made_.protocol == Protocol::kLocal)
      refuse("fence", "this machine itself cannot be fenced by what runs on it",
             "leave it out where protocol is local");
  }

  void set_hosts() {
    const TypedMember* file = draft_.find_setting("nodefile");
    if (file != nullptr) return read_hosts(*file);
    if (made_.protocol == Protocol::kLocal) {
      made_.hosts.push_back({"localhost", "localhost", {}, 0, {}, {}, {}, made_.place});
    } else {
      found_.error("no-nodefile", made_.place, fmt::format("the host family '{}' names no hosts", made_.name),
                   "write +nodefile: String = \"file\", with a host a line in that file of the project");
    }
  }

  void read_hosts(const TypedMember& file) {
    const std::string name = text("nodefile");
    const auto path = folder_.find(name, file.value_place, "the node file", found_);
    if (!path) return;
    auto content = folder_.load(*path, file.value_place, found_);
    if (!content) return;
    Diagnostics own;
    made_.hosts = read_node_file(make_source(folder_.shown(name), std::move(*content), own), own);
    found_.add(own);
  }

  // The family's own attributes are properties of each of its hosts that does not say otherwise.
  void add_property(const TypedMember& member) {
    if (!member.attribute.value) {
      found_.error("no-value", member.attribute.place,
                   fmt::format("'{}' has no value", member.attribute.name),
                   "give it one: it holds for all hosts whose node file does not say otherwise");
      return;
    }
    if (member.attribute.type == model::Type::kSecret) {
      found_.error(
          "secret-shown", member.attribute.place,
          fmt::format("'{}' is a property of hosts, and these are shown to everyone", member.attribute.name),
          "let a class of components have the Secret");
      return;
    }
    const model::PropertyRule* rule = model::find_rule(model::kHostRules, member.attribute.name);
    const model::Type wanted = rule != nullptr                   ? rule->type
                               : member.attribute.name == "site" ? model::Type::kString
                                                                 : member.attribute.type;
    if (!model::is_assignable(member.attribute.type, wanted)) {
      found_.error("wrong-type", member.attribute.place,
                   fmt::format("'{}' of a host is {}", member.attribute.name, model::phrase_of(wanted)),
                   fmt::format("write {}: {}", member.attribute.name, model::name_of(wanted)));
      return;
    }
    made_.attributes.push_back(member.attribute);
    const std::string text = model::to_text(*member.attribute.value);
    model::HostDeclaration trial;
    std::string problem = set_property(trial, member.attribute.name, text);
    if (problem.empty() && member.attribute.name == "address")
      problem = "each host has an address of its own";
    if (!problem.empty()) {
      found_.error("bad-property", member.value_place, std::move(problem), "");
      return;
    }
    for (model::HostDeclaration& host : made_.hosts) {
      const auto own = host.properties.find(member.attribute.name);
      if (own == host.properties.end()) {  // NOLINT(readability-container-contains): it is used below
        set_property(host, member.attribute.name, text);
      } else if (rule != nullptr) {
        continue;  // the node file's own has been looked at, by what it must be
      } else if (const auto value = model::parse_value(member.attribute.type, own->second); !value) {
        found_.error("bad-property", host.place,
                     fmt::format("'{}' of this host: {}", own->first, value.error().message),
                     fmt::format("the family declares it as {}", model::phrase_of(member.attribute.type)));
      }
    }
  }

  const ClassDraft& draft_;
  const ProjectFolder& folder_;
  Diagnostics& found_;
  model::HostFamily made_;
};

}  // namespace

model::HostFamily build_family(const ClassDraft& draft, const ProjectFolder& folder, Diagnostics& found) {
  return FamilyBuilder(draft, folder, found).run();
}

}  // namespace attune::dsl
