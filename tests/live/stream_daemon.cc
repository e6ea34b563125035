// SPDX-License-Identifier: Apache-2.0
#include "tests/live/stream_daemon.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace attune::test {

namespace {

namespace fs = std::filesystem;

const fs::path kExample = fs::path(ATTUNE_SOURCE_ROOT) / "examples/stream";

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void replace_all(std::string& text, std::string_view old, std::string_view by) {
  for (size_t at = text.find(old); at != text.npos; at = text.find(old, at + by.size()))
    text.replace(at, old.size(), by);
}

}  // namespace

StreamDaemonTest::StreamDaemonTest() : deployment_(read(kExample / "deployment.mmd")) {
  lab().remove_guests();
  const std::string net = lab().address("lab1").substr(0, lab().address("lab1").rfind('.') + 1);
  replace_all(deployment_, "/run/attune-lab/lab/", lab().home() + "/");
  replace_all(deployment_, "10.213.0.", net);
  fs::create_directories(dir_ / "project");
  fs::copy(kExample / "diagrams", dir_ / "project/diagrams", fs::copy_options::recursive);
  fs::copy(lab().path("lab.nodes"), dir_ / "project/lab.nodes");
}

StreamDaemonTest::~StreamDaemonTest() {
  if (daemon_.pid() > 0) daemon_.crash();
  lab().mend();
}

void StreamDaemonTest::change(std::string_view text, std::string_view by) {
  ASSERT_NE(deployment_.find(text), std::string::npos) << text;
  replace_all(deployment_, text, by);
}

void StreamDaemonTest::add(std::string_view lines) {
  deployment_ += lines;
}

void StreamDaemonTest::add_switch(std::string_view properties, std::string_view wrapper,
                                  std::string_view script) {
  constexpr std::string_view kNodes = "    +nodefile: String = \"lab.nodes\"\n";
  change("threshold: Percent = 80%", "threshold: Percent = 900%");
  change(kNodes, fmt::format("{}{}", kNodes, properties));
  add(fmt::format(
      "  class here {{\n    <<host-family>>\n    +protocol: String = \"local\"\n"
      "    +dirlocal: String = \"{}\"\n  }}\n"
      "  class switch {{\n    +wrapper: String = \"switch.xml\"\n    +host-family: String = \"here\"\n"
      "    +legacyFile: String = \"switch\"\n    +initial: Integer = 1\n  }}\n",
      dir_ / "here"));
  write("wrappers/switch.xml", wrapper);
  write("switch", fmt::format("#!/bin/sh\n{}", script));
}

void StreamDaemonTest::start() {
  write("deployment.mmd", deployment_);
  daemon_.start();
  const auto end = daemon_.await<workflow::RunEnded>();
  ASSERT_EQ(end.end, workflow::RunEnd::kDone) << end.why;
  ASSERT_TRUE(eventually([this] { return guest_.answers(); }));
}

void StreamDaemonTest::migrate(const std::string& host) const {
  const nlohmann::json call = {
      {"component", "vm"}, {"stub", "migrate"}, {"arguments", {host}}, {"wait", false}};
  (void)daemon_.ask("POST", "/v1/calls", call.dump());
}

void StreamDaemonTest::slow_migrations(int mib_per_s) const {
  for (const std::string& host : lab().hosts())
    if (has(host)) lab().shell(host, fmt::format("virsh migrate-setspeed vm {}", mib_per_s));
}

bool StreamDaemonTest::has(const std::string& host) {
  return ("\n" + lab().shell(host, "virsh list --name")).find("\nvm\n") != std::string::npos;
}

std::string StreamDaemonTest::who_has() {
  std::vector<std::string> names;
  for (const std::string& host : lab().hosts())
    if (has(host)) names.push_back(host);
  return names.empty() ? "nobody" : fmt::format("{}", fmt::join(names, " and "));
}

bool StreamDaemonTest::eventually(const std::function<bool()>& holds) {
  const auto deadline = std::chrono::steady_clock::now() + AttunedProcess::patience();
  while (!holds())
    if (std::chrono::steady_clock::now() > deadline) return false;
  return true;
}

std::string StreamDaemonTest::shown(const std::string& component) const {
  const auto json = nlohmann::json::parse(daemon_.ask("GET", "/v1/components/" + component));
  return fmt::format("{} on {}", json.at("state").get<std::string>(), json.at("host").get<std::string>());
}

bool StreamDaemonTest::is_probed_on(const std::string& host) {
  return !lab().shell(host, "pgrep -f 'run/probe/[p]robe ' || true").empty();
}

}  // namespace attune::test
