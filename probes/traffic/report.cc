// SPDX-License-Identifier: Apache-2.0
#include "probes/traffic/report.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace attune::probes {

namespace {

// Writes the lines of one VM, and begins another where the next peer does not fit.
class VmLines {
 public:
  VmLines(std::string head, std::vector<std::string>& lines)
      : head_(std::move(head)), line_(head_), lines_(lines) {}

  void say(std::string_view text) { line_ += text; }
  void list(std::string_view key, const std::vector<Peer>& peers) {
    bool is_open = false;
    for (const Peer& peer : peers) {
      const std::string entry =
          fmt::format("{} {} {}", text_of(peer.address), peer.count.messages, peer.count.bytes);
      if (line_.size() + key.size() + entry.size() + kAround > kLineMost) {
        if (std::exchange(is_open, false)) line_ += '"';
        end_line();
      }
      line_ += is_open ? ";" : fmt::format(" {}=\"", key);
      line_ += entry;
      is_open = true;
    }
    if (is_open) line_ += '"';
  }
  void end_line() { lines_.push_back(std::exchange(line_, head_) + "\n"); }

 private:
  static constexpr std::size_t kAround = 5;  // blank, '=', two quotes and the line's end

  std::string head_;
  std::string line_;
  std::vector<std::string>& lines_;
};

std::string rest_of(const Rest& rest) {
  return fmt::format(" rest=\"{} {} {}\"", rest.peers, rest.count.messages, rest.count.bytes);
}

void add_lines(const std::string& head, const VmReport& vm, std::vector<std::string>& lines) {
  VmLines of_vm(fmt::format("{} vm={}{}", head, text_of(vm.mac), vm.is_part ? " part=true" : ""), lines);
  if (!vm.count.own.empty()) {
    std::vector<std::string> own;
    std::transform(vm.count.own.begin(), vm.count.own.end(), std::back_inserter(own),
                   [](const traffic_address& address) { return text_of(address); });
    of_vm.say(fmt::format(" own=\"{}\"", fmt::join(own, " ")));
  }
  if (vm.count.rest.count.messages > 0) of_vm.say(rest_of(vm.count.rest));
  if (vm.count.from.empty()) of_vm.say(" from=\"\"");
  of_vm.list("from", vm.count.from);
  of_vm.list("to", vm.count.to);
  of_vm.end_line();
}

}  // namespace

std::size_t ReportLines::size() const {
  std::size_t bytes = closing.size();
  for (const std::string& line : lines) bytes += line.size();
  return bytes;
}

std::vector<std::string> ReportLines::with_closing(std::uint64_t lost) const {
  std::vector<std::string> all = lines;
  all.push_back(closing + (lost > 0 ? fmt::format(" lost={}\n", lost) : "\n"));
  return all;
}

ReportLines lines_of(std::string_view sensor, const Report& report) {
  ReportLines written;
  const std::string which =
      fmt::format("{} period={} seconds={}", sensor, report.period.start, report.period.seconds);
  for (const VmReport& vm : report.vms) add_lines("traffic " + which, vm, written.lines);
  written.closing = fmt::format("traffic_period {} vms={} lines={} via={}{}", which, report.vms.size(),
                                written.lines.size(), report.via, report.period.is_part ? " part=true" : "");
  return written;
}

}  // namespace attune::probes
