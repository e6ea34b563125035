// SPDX-License-Identifier: Apache-2.0
#include "wrappers/container_spec.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "wrappers/container.h"

namespace attune::wrappers {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

// A number, or a range of them.
bool is_port(std::string_view text) {
  const size_t dash = text.find('-');
  const std::string_view first = text.substr(0, dash);
  const bool is_number =
      !first.empty() && first.size() <= 5 && std::all_of(first.begin(), first.end(), is_digit);
  return is_number && (dash == text.npos || is_port(text.substr(dash + 1)));
}

bool is_published(std::string_view text) {
  for (const std::string_view protocol : {"/tcp", "/udp", "/sctp"})
    if (text.ends_with(protocol)) {
      text.remove_suffix(protocol.size());
      break;
    }
  const size_t colon = text.rfind(':');
  if (colon == text.npos || !is_port(text.substr(colon + 1))) return false;
  const std::string_view host = text.substr(0, colon);
  const size_t before = host.rfind(':');
  return is_port(before == host.npos ? host : host.substr(before + 1));
}

bool is_volume(std::string_view text) {
  const size_t colon = text.find(":/");
  return colon != text.npos && colon > 0 && text.front() != ':';
}

bool is_assignment(std::string_view text) {
  const size_t equals = text.find('=');
  return equals != text.npos && equals > 0 && !is_digit(text.front()) &&
         std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(equals),
                     [](char c) { return is_letter(c) || is_digit(c); });
}

// Those by which Attune finds the container again, or would lose its output or its end.
constexpr std::array<std::string_view, 11> kOwn = {"--name",        "--log-driver", "--log-opt", "--rm",
                                                   "--replace",     "--detach",     "--restart", "--tty",
                                                   "--interactive", "--attach",     "--pidfile"};

bool is_option(std::string_view text) {
  const std::string_view name = text.substr(0, text.find('='));
  return name.size() > 2 && name.starts_with("--") && std::find(kOwn.begin(), kOwn.end(), name) == kOwn.end();
}

struct Rule {
  std::string_view attribute;
  bool (*holds)(std::string_view);
  std::string_view expected;
  std::vector<std::string> ContainerSpec::*part;
};
const std::array<Rule, 5> kRules = {
    {{"command", [](std::string_view) { return true; }, "", &ContainerSpec::command},
     {"ports", is_published, "a port of the host and one of the container, 8080:80", &ContainerSpec::ports},
     {"volumes", is_volume, "what is mounted and where, /srv/data:/data", &ContainerSpec::volumes},
     {"environment", is_assignment, "a name and its value, MODE=fast", &ContainerSpec::environment},
     {"options", is_option,
      "an option of `podman create` in one word, --memory=512m, and none by which Attune finds the container "
      "again, such as --name",
      &ContainerSpec::options}}};

bool is_image(std::string_view text) {
  return !text.empty() && text.front() != '-';
}

std::string misfit(const Rule& rule, const std::string& each) {
  return fmt::format("{}: '{}' is not {}", rule.attribute, each, rule.expected);
}

// Empty where it has none, or no value.
Result<std::string> text_of(const workflow::Outlook& outlook, const system::Component& component,
                            std::string_view name) {
  if (!outlook.system.attribute(component, name)) return std::string();
  const auto value = workflow::attribute_of(outlook, component, name);
  if (!value) return fail(Error(value.error()).within(fmt::format("{}.{}", component.name, name)));
  return model::to_text(*value);
}

// Texts in a List are taken as they are, without navigation.
Result<void> read_list(const workflow::Outlook& outlook, const system::Component& component, const Rule& rule,
                       ContainerSpec& into) {
  const auto value = outlook.system.attribute(component, rule.attribute);
  const auto* list = value ? value->get_if<model::List>() : nullptr;
  if (list == nullptr) return {};
  for (const model::Value& each : *list) {
    std::string text = model::to_text(each);
    if (!rule.holds(text))
      return fail(ErrorCode::kInvalid, fmt::format("{}.{}", component.name, misfit(rule, text)));
    (into.*rule.part).push_back(std::move(text));
  }
  return {};
}

bool starts_one(const model::Stub& stub) {
  return stub.key == Container::kKey && stub.operation == "start";
}

void check_class(const model::Class& of, const model::Stub& start, Diagnostics& found) {
  const model::Attribute* image = of.find_attribute("image");
  if (image == nullptr || (image->value && model::to_text(*image->value).empty()))
    found.error("wrong-params", image == nullptr ? start.place : image->place,
                fmt::format("class '{}' names no image for its container", of.name),
                "give the class an attribute, as in +image: String = \"docker.io/library/nginx:1.25\"");
  for (const Rule& rule : kRules) {
    const model::Attribute* attribute = of.find_attribute(rule.attribute);
    const auto* list =
        attribute != nullptr && attribute->value ? attribute->value->get_if<model::List>() : nullptr;
    if (list == nullptr) continue;
    for (const model::Value& each : *list)
      if (const std::string text = model::to_text(each); !rule.holds(text))
        found.error("wrong-params", attribute->place, misfit(rule, text), {});
  }
}

}  // namespace

Result<ContainerSpec> container_spec(const workflow::Outlook& outlook, const system::Component& component,
                                     const std::vector<std::string>& arguments) {
  ContainerSpec spec;
  auto image = text_of(outlook, component, "image");
  if (!image) return fail(std::move(image).error());
  auto network = text_of(outlook, component, "network");
  if (!network) return fail(std::move(network).error());
  spec.image = *std::move(image);
  spec.network = *std::move(network);
  if (!is_image(spec.image))
    return fail(ErrorCode::kInvalid,
                fmt::format("{}.image: '{}' names no image: write one as podman knows it, "
                            "docker.io/library/nginx:1.25",
                            component.name, spec.image));
  for (const Rule& rule : kRules)
    if (auto read = read_list(outlook, component, rule, spec); !read) return fail(std::move(read).error());
  auto at = arguments.begin();
  for (; at != arguments.end() && is_assignment(*at); ++at) spec.environment.push_back(*at);
  if (at != arguments.end()) spec.command.assign(at, arguments.end());
  return spec;
}

void check_containers(const model::Project& project, Diagnostics& found) {
  for (const model::Class& one : project.classes) {
    const model::Wrapper* wrapper = one.is_abstract ? nullptr : project.wrapper_of(one);
    if (wrapper == nullptr) continue;
    const auto start = std::find_if(wrapper->stubs.begin(), wrapper->stubs.end(), starts_one);
    if (start != wrapper->stubs.end()) check_class(one, *start, found);
  }
}

}  // namespace attune::wrappers
