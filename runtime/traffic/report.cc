// SPDX-License-Identifier: Apache-2.0
#include "runtime/traffic/report.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace attune::traffic {

namespace {

// A sum can be written as a number of a line is.
void add_to(uint64_t& sum, uint64_t number) {
  sum = std::min(sum + number, kMaxCount);
}

// Sorted, each address once; what one has several times is summed.
void sum_up(std::vector<Peer>& peers) {
  std::sort(peers.begin(), peers.end());
  size_t last = 0;
  for (size_t i = 1; i < peers.size(); ++i) {
    if (peers[i].address == peers[last].address) {
      add_to(peers[last].messages, peers[i].messages);
      add_to(peers[last].bytes, peers[i].bytes);
    } else if (++last != i) {
      peers[last] = std::move(peers[i]);
    }
  }
  if (!peers.empty()) peers.resize(last + 1);
}

void add_to(InterfaceCount& sum, InterfaceCount&& piece) {
  const auto append = [](auto& all, auto& more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  };
  append(sum.own, piece.own);
  append(sum.from, piece.from);
  append(sum.to, piece.to);
  add_to(sum.rest.peers, piece.rest.peers);
  add_to(sum.rest.messages, piece.rest.messages);
  add_to(sum.rest.bytes, piece.rest.bytes);
  sum.is_part = sum.is_part || piece.is_part;
}

// Writes an interface's count in as many lines as it needs.
class LineWriter {
 public:
  LineWriter(const Report& report, std::string& text) : report_(report), text_(text) {}

  void write(const InterfaceCount& count) {
    begin(count);
    piece_.own = count.own;
    piece_.rest = count.rest;
    left_ -= kOwnRoom * count.own.size() + kRestRoom;
    for (const Peer& peer : count.from) make_room(count).from.push_back(peer);
    for (const Peer& peer : count.to) make_room(count).to.push_back(peer);
    flush();
  }

  size_t lines() const { return lines_; }

 private:
  // Bytes at most: an IPv6 address with a blank; three numbers with their key; a peer; the rest of a line.
  static constexpr size_t kOwnRoom = 46, kRestRoom = 60, kPeerRoom = 80, kFrame = 160;

  void begin(const InterfaceCount& count) {
    piece_ = InterfaceCount{.mac = count.mac, .is_part = count.is_part};
    left_ = events::kMaxLine - kFrame - std::min(report_.sensor.size(), events::kMaxLine / 4);
  }

  InterfaceCount& make_room(const InterfaceCount& count) {
    if (left_ < kPeerRoom) {
      flush();
      begin(count);
    }
    left_ -= kPeerRoom;
    return piece_;
  }

  void flush() {
    text_ += to_line(TrafficLine{report_.sensor, report_.period, std::move(piece_)});
    text_ += '\n';
    ++lines_;
  }

  const Report& report_;
  std::string& text_;
  InterfaceCount piece_;
  size_t left_ = 0;  // bytes of the line
  size_t lines_ = 0;
};

tl::unexpected<Error> damaged(size_t line, std::string_view why) {
  return fail(ErrorCode::kCorrupt, fmt::format("line {}: {}", line, why));
}

}  // namespace

void add_count(Report& report, InterfaceCount count) {
  const auto place =
      std::lower_bound(report.counts.begin(), report.counts.end(), count.mac,
                       [](const InterfaceCount& one, const auto& mac) { return one.mac < mac; });
  if (place == report.counts.end() || place->mac != count.mac) {
    report.counts.insert(place, std::move(count));
  } else {
    add_to(*place, std::move(count));
  }
}

void normalise(Report& report) {
  for (InterfaceCount& count : report.counts) {
    sum_up(count.from);
    sum_up(count.to);
    std::sort(count.own.begin(), count.own.end());
    count.own.erase(std::unique(count.own.begin(), count.own.end()), count.own.end());
    if (count.own.size() > kMaxOwn) count.own.resize(kMaxOwn);
  }
}

size_t size_of(const Report& report) {
  size_t size = 1;
  for (const InterfaceCount& count : report.counts)
    size += 1 + count.own.size() + count.from.size() + count.to.size();
  return size;
}

std::string to_lines(const Report& report) {
  std::string text;
  LineWriter writer(report, text);
  for (const InterfaceCount& count : report.counts) writer.write(count);
  text += to_line(PeriodLine{report.sensor, report.period, report.counts.size(), writer.lines(), report.via,
                             report.lost, report.is_part});
  text += '\n';
  return text;
}

Result<Report> parse_report(std::string_view lines) {
  Report report;
  std::optional<PeriodLine> closing;
  size_t number = 0;
  while (!lines.empty()) {
    ++number;
    const size_t end = lines.find('\n');
    if (end == lines.npos) return damaged(number, "its end is missing");
    if (closing) return damaged(number, "nothing was expected after the report's end");
    const auto event = events::parse_event_line(lines.substr(0, end));
    if (!event) return damaged(number, event.error().why);
    auto line = read_sensor_line(*event);
    if (!line) return damaged(number, line.error().why);
    if (auto* traffic = std::get_if<TrafficLine>(&*line)) {
      add_count(report, std::move(traffic->count));
    } else {
      closing = std::get<PeriodLine>(*line);
    }
    lines.remove_prefix(end + 1);
  }
  if (!closing) return damaged(number + 1, "the line that closes the report is missing");
  if (closing->vms != report.counts.size() || closing->lines != number - 1)
    return damaged(number, "it closes another report");
  report.sensor = closing->sensor;
  report.period = closing->period;
  report.via = closing->via;
  report.lost = closing->lost;
  report.is_part = closing->is_part;
  normalise(report);
  return report;
}

int64_t digest_of(std::string_view lines) {
  constexpr uint64_t kBasis = 14695981039346656037U, kPrime = 1099511628211U;  // FNV-1a
  uint64_t digest = kBasis;
  for (const char c : lines) digest = (digest ^ static_cast<unsigned char>(c)) * kPrime;
  return static_cast<int64_t>(digest >> 1);
}

Verdict judge(const std::vector<Counted>& counted, const Counted& report) {
  const auto is_same = [&](const Counted& one) { return one.digest == report.digest; };
  const auto is_part = [](const Counted& one) { return one.is_part; };
  if (std::any_of(counted.begin(), counted.end(), is_same)) return Verdict::kRepeated;
  if (counted.empty()) return Verdict::kNew;
  // A sensor that ended and began again within the period has counted two different parts of it.
  const bool are_parts = report.is_part && std::all_of(counted.begin(), counted.end(), is_part);
  return are_parts && counted.size() < kMaxParts ? Verdict::kNew : Verdict::kContradicts;
}

}  // namespace attune::traffic
