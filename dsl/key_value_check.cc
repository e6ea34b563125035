// SPDX-License-Identifier: Apache-2.0
#include "dsl/key_value_check.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "runtime/base/address.h"

namespace attune::dsl {

namespace {

constexpr std::string_view kVm = "VM", kStart = "start", kProbe = "Probe", kCreate = "create",
                           kSensor = "traffic-probe";
constexpr int64_t kMostVcpus = 4096;

const model::Stub* find_stub(const model::Wrapper& wrapper, std::string_view key,
                             std::string_view operation) {
  const auto found = std::find_if(wrapper.stubs.begin(), wrapper.stubs.end(), [&](const model::Stub& one) {
    return one.key == key && one.operation == operation;
  });
  return found == wrapper.stubs.end() ? nullptr : &*found;
}

// What stands for a machine on the network. What the run makes of a navigation is not known yet.
bool is_machine(const std::string& text) {
  return text.find('$') != text.npos || is_ip_address(text) || is_host_name(text);
}

class KeyValueCheck {
 public:
  KeyValueCheck(const model::Project& project, const ValuePlaces& places, Diagnostics& found)
      : project_(project), places_(places), found_(found) {}

  void run() {
    for (const model::Class& one : project_.classes) {
      const model::Wrapper* wrapper = project_.wrapper_of(one);
      if (wrapper == nullptr || one.is_abstract) continue;
      if (find_stub(*wrapper, kVm, kStart) != nullptr) check_machine(one);
      if (const model::Stub* stub = find_stub(*wrapper, kProbe, kCreate)) check_sensor(one, *stub);
    }
  }

 private:
  Place place_of(const model::Class& of, const model::Attribute& attribute) const {
    const auto place = places_.find({of.name, attribute.name});
    return place == places_.end() ? attribute.place : place->second;
  }

  template <class T>
  const T* value_of(const model::Class& of, std::string_view name) const {
    const model::Attribute* attribute = of.find_attribute(name);
    return attribute == nullptr || !attribute->value ? nullptr : attribute->value->get_if<T>();
  }

  void tell(const model::Class& of, std::string_view attribute, std::string message, std::string hint) {
    found_.error("bad-value", place_of(of, *of.find_attribute(attribute)),
                 fmt::format("class '{}': {}", of.name, message), std::move(hint));
  }

  void check_machine(const model::Class& of) {
    const std::string* domain = value_of<std::string>(of, "domain");
    const bool has_own = domain != nullptr && !domain->empty();  // its XML says what it has
    if (!has_own && of.find_attribute("memory") == nullptr)
      found_.error("no-value", of.place, fmt::format("class '{}': a virtual machine needs memory", of.name),
                   "write such as +memory: Size = 512MiB");
    if (const auto* memory = value_of<model::Size>(of, "memory"); memory != nullptr && memory->bytes <= 0)
      tell(of, "memory", "a virtual machine needs more memory than none", "write such as 512MiB");
    if (const auto* vcpus = value_of<int64_t>(of, "vcpus");
        vcpus != nullptr && (*vcpus < 1 || *vcpus > kMostVcpus))
      tell(of, "vcpus", fmt::format("'{}' is no number of processors", *vcpus),
           fmt::format("write one from 1 to {}", kMostVcpus));
    if (const auto* type = value_of<std::string>(of, "virtualization");
        type != nullptr && !type->empty() && *type != "kvm" && *type != "qemu")
      tell(of, "virtualization", fmt::format("there is no virtualization '{}'", *type),
           "write kvm or qemu, or leave it out: then it is what the host offers");
    check_address(of);
  }

  // A machine is reached at its address, so that two of one address are one.
  void check_address(const model::Class& of) {
    const auto* address = value_of<std::string>(of, "address");
    if (address == nullptr || address->empty() || address->find('$') != address->npos) return;
    if (!is_machine(*address))
      return tell(of, "address", fmt::format("'{}' is neither an IP address nor a host's name", *address),
                  "write such as 10.0.0.250, or leave it out: then it is learnt");
    const auto [first, is_new] = by_address_.emplace(*address, of.name);
    if (is_new && of.initial < 2) return;
    found_.error(
        "duplicate-address", place_of(of, *of.find_attribute("address")),
        is_new ? fmt::format("class '{}': all its {} machines would have the address {}", of.name, of.initial,
                             *address)
               : fmt::format("class '{}': the address {} is that of '{}'", of.name, *address, first->second),
        "give each machine an address of its own, or leave it out: then it is learnt");
  }

  // "period=$this.period" and its like, behind the program, the pipe and the sensor's name.
  void check_sensor(const model::Class& of, const model::Stub& stub) {
    const auto* program = stub.params.empty() || stub.params[0].parts.size() != 1
                              ? nullptr
                              : std::get_if<std::string>(&stub.params[0].parts[0]);
    if (program == nullptr || *program != kSensor) return;
    for (const model::Template& param : stub.params) {
      const auto* text = param.parts.empty() ? nullptr : std::get_if<std::string>(&param.parts[0]);
      if (text == nullptr || param.parts.size() > 2) continue;
      const auto* read = param.parts.size() < 2 ? nullptr : std::get_if<model::Navigation>(&param.parts[1]);
      if (param.parts.size() == 2 && !is_own_attribute(read)) continue;
      if (text->starts_with("period=")) check_period(of, stub, text->substr(7), read);
      if (text->starts_with("servers=")) check_servers(of, read);
    }
  }

  static bool is_own_attribute(const model::Navigation* read) {
    return read != nullptr && read->root == model::Navigation::Root::kThis && read->steps.size() == 1;
  }

  void check_period(const model::Class& of, const model::Stub& stub, const std::string& text,
                    const model::Navigation* read) {
    std::optional<Duration> period;
    if (read == nullptr) {
      const auto value = model::parse_value(model::Type::kDuration, text);
      if (value) period = *value->get_if<Duration>();
    } else if (const auto* value = value_of<Duration>(of, read->steps[0])) {
      period = *value;
    } else {
      return;  // of another type, or given later
    }
    if (period && divides_the_day(*period)) return;
    const model::Attribute* attribute = read == nullptr ? nullptr : of.find_attribute(read->steps[0]);
    found_.error(
        "bad-value", attribute == nullptr ? stub.place : place_of(of, *attribute),
        fmt::format("class '{}': a period of the traffic sensor is from 1s to 1h, and divides the day",
                    of.name),
        "write such as 5s, 30s or 5min");
  }

  static bool divides_the_day(Duration period) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(period);
    constexpr std::chrono::seconds kDay = std::chrono::hours(24);
    return seconds == period && seconds >= std::chrono::seconds(1) && seconds <= std::chrono::hours(1) &&
           kDay % seconds == std::chrono::seconds(0);
  }

  void check_servers(const model::Class& of, const model::Navigation* read) {
    if (read == nullptr) return;
    const auto* servers = value_of<model::List>(of, read->steps[0]);
    if (servers == nullptr) return;
    for (const model::Value& one : *servers) {
      const std::string text = model::to_text(one);
      if (!is_machine(text))
        tell(of, read->steps[0], fmt::format("'{}' is neither an IP address nor a host's name", text),
             "write such as [\"10.0.0.200\", \"nas.example\"]");
    }
  }

  const model::Project& project_;
  const ValuePlaces& places_;
  Diagnostics& found_;
  std::map<std::string, std::string> by_address_;  // the class that was first
};

}  // namespace

void check_key_values(const model::Project& project, const ValuePlaces& places, Diagnostics& found) {
  KeyValueCheck(project, places, found).run();
}

}  // namespace attune::dsl
