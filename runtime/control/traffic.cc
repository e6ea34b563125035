// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/traffic.h"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "runtime/control/arguments.h"

namespace attune::control {

namespace {

struct FormatName {
  std::string_view name;
  TrafficFormat format;
  std::string_view type;
};
constexpr std::array kFormats = {
    FormatName{"json", TrafficFormat::kJson, "application/json"},
    FormatName{"xml", TrafficFormat::kXml, "application/xml"},
    FormatName{"csv", TrafficFormat::kCsv, "text/csv; charset=utf-8"},
    FormatName{"graphml", TrafficFormat::kGraphml, "application/xml"},
    FormatName{"gnuplot", TrafficFormat::kGnuplot, "text/plain; charset=utf-8"},
    FormatName{"matrix", TrafficFormat::kMatrix, "image/svg+xml"},
    FormatName{"graph", TrafficFormat::kGraph, "image/svg+xml"},
};

// A word of the query out of a few.
template <class T, size_t N>
Result<T> word_of(const Request& request, std::string_view name,
                  const std::array<std::pair<std::string_view, T>, N>& known, T when_absent) {
  const auto found = request.query.find(name);
  if (found == request.query.end()) return when_absent;
  std::string names;
  for (const auto& [text, value] : known) {
    if (text == found->second) return value;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", text);
  }
  return fail(ErrorCode::kInvalid, fmt::format("'{}' is '{}': it is one of {}", name, found->second, names));
}

Result<double> query_real(const Request& request, std::string_view name, double when_absent) {
  const auto found = request.query.find(name);
  if (found == request.query.end()) return when_absent;
  const std::string& text = found->second;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    return fail(ErrorCode::kInvalid, fmt::format("'{}' is '{}': it is a number", name, text));
  return value;
}

// Takes values over one after the other, and keeps the first thing that is wrong.
class QueryReader {
 public:
  template <class T, class To>
  void take(Result<T> value, To& to) {
    if (value) {
      to = static_cast<To>(*value);
    } else if (!error_) {
      error_ = std::move(value.error());
    }
  }
  std::optional<Error> error() const { return error_; }

 private:
  std::optional<Error> error_;
};

Result<void> check_span(const Request& request, TrafficRequest& asked) {
  const bool has_from = request.query.contains("from"), has_to = request.query.contains("to");
  asked.is_newest = !has_from && !has_to;
  if (has_from != has_to)
    return fail(ErrorCode::kInvalid, "a span has both, 'from' and 'to', in seconds since 1970");
  if (!asked.is_newest && request.query.contains("periods"))
    return fail(ErrorCode::kInvalid, "'periods' counts the newest: with 'from' and 'to' leave it out");
  if (!asked.is_newest && asked.question.from >= asked.question.to)
    return fail(ErrorCode::kInvalid,
                fmt::format("'from' ({}) is not before 'to' ({})", asked.question.from, asked.question.to));
  if (asked.periods < 1 || asked.periods > traffic::kMaxSummedPeriods)
    return fail(ErrorCode::kInvalid, fmt::format("'periods' is {}: it is between 1 and {}", asked.periods,
                                                 traffic::kMaxSummedPeriods));
  return {};
}

template <class T>
using Word = std::pair<std::string_view, T>;
constexpr std::array kForms = {Word<traffic::Form>{"single", traffic::Form::kSingle},
                               Word<traffic::Form>{"mean", traffic::Form::kMean},
                               Word<traffic::Form>{"weighted", traffic::Form::kWeighted}};
constexpr std::array kMeasures = {Word<traffic::Measure>{"bytes", traffic::Measure::kBytes},
                                  Word<traffic::Measure>{"messages", traffic::Measure::kMessages}};
constexpr std::array kMethods = {Word<traffic::GroupMethod>{"threshold", traffic::GroupMethod::kThreshold},
                                 Word<traffic::GroupMethod>{"leiden", traffic::GroupMethod::kLeiden}};

constexpr uint64_t kLastSecond = 253'402'300'799;  // of the year 9999
constexpr uint64_t kLongestWait = 3600;            // seconds

Result<uint64_t> seconds_of(const Request& request, std::string_view name, uint64_t most) {
  auto number = query_number(request, name, 0);
  if (number && *number > most)
    return fail(ErrorCode::kInvalid, fmt::format("'{}' is {}: it is at most {}", name, *number, most));
  return number;
}

Result<TrafficRequest> request_of(const Request& request, const traffic::GroupSettings& usual) {
  TrafficRequest asked{.groups = usual};
  QueryReader reader;
  std::array<std::pair<std::string_view, TrafficFormat>, kFormats.size()> formats;
  for (size_t i = 0; i < kFormats.size(); ++i) formats[i] = {kFormats[i].name, kFormats[i].format};
  traffic::Question& question = asked.question;
  reader.take(seconds_of(request, "from", kLastSecond), question.from);
  reader.take(seconds_of(request, "to", kLastSecond), question.to);
  reader.take(seconds_of(request, "wait", kLongestWait), question.wait);
  reader.take(query_number(request, "periods", 1), asked.periods);
  reader.take(query_flag(request, "estimate"), question.may_estimate);
  reader.take(word_of(request, "form", kForms, traffic::Form::kSingle), question.form);
  reader.take(query_real(request, "weight", 1), question.weight);
  reader.take(word_of(request, "format", formats, TrafficFormat::kJson), asked.format);
  reader.take(word_of(request, "by", kMeasures, usual.by), asked.groups.by);
  reader.take(word_of(request, "method", kMethods, usual.method), asked.groups.method);
  // So many bytes are not as many messages.
  const double usual_minimum = asked.groups.by == usual.by ? usual.minimum : 0;
  reader.take(query_real(request, "minimum", usual_minimum), asked.groups.minimum);
  if (auto error = reader.error()) return fail(std::move(*error));
  if (auto sound = check_span(request, asked); !sound) return fail(std::move(sound.error()));
  if (auto sound = traffic::check(asked.groups); !sound) return fail(std::move(sound.error()));
  return asked;
}

std::string_view type_of(TrafficFormat format) {
  for (const FormatName& one : kFormats)
    if (one.format == format) return one.type;
  return {};
}

}  // namespace

void add_traffic(Router& router, Traffic* traffic, const traffic::GroupSettings& usual) {
  router.add(
      Role::kLook, "GET", "/v1/traffic",
      [traffic, usual](const Request& request, const PathWords&, const Respond& respond) {
        if (traffic == nullptr)
          return respond(error_response({ErrorCode::kNotFound,
                                         "the project has no traffic sensor: draw a class whose wrapper is "
                                         "traffic-probe.xml, one on each host (docs/traffic.md)"}));
        auto asked = request_of(request, usual);
        if (!asked) return respond(error_response(asked.error()));
        traffic->ask(*asked, [respond, format = asked->format](Result<std::string> text) {
          respond(text ? Response{200, std::move(*text), nullptr, type_of(format)}
                       : error_response(text.error()));
        });
      },
      {"from", "to", "wait", "periods", "estimate", "form", "weight", "format", "by", "method", "minimum"});
}

}  // namespace attune::control
