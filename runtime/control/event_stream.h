// SPDX-License-Identifier: Apache-2.0
// EventStream: the journal's records as server-sent events (HTML Living Standard, 9.2), for browsers and
// whoever else speaks that: each has the record's number as its id, so a client that comes back goes on where
// it was. Used by one thread at a time.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "runtime/control/exchange.h"

namespace attune::control {

class EventStream final : public Feed {
 public:
  static constexpr std::string_view kType = "text/event-stream";

  // `records` gives whole lines of JSON.
  explicit EventStream(std::shared_ptr<Feed> records) : records_(std::move(records)) {}

  std::optional<std::string> next() override;
  bool has_more() const override { return records_->has_more(); }

 private:
  std::shared_ptr<Feed> records_;
};

}  // namespace attune::control
