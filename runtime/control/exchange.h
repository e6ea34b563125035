// SPDX-License-Identifier: Apache-2.0
// Request, Response: one exchange with the control API, whatever carries it. The server makes requests of
// bytes, the API answers them. Values; any thread.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/control/role.h"

namespace attune::control {

struct Request {
  std::string method;                                     // "GET"
  std::string path;                                       // "/v1/components/vm1", decoded
  std::map<std::string, std::string, std::less<>> query;  // decoded
  std::string body;                                       // JSON, or empty
  std::string peer;                                       // who asks: "attune (root)"
  Role role = Role::kNone;                                // what it may do
  bool has_token = false;                                 // the role is a token's, not a group's
  std::string last_event_id;                              // the header of that name
};

// Text that goes on after the answer has begun, pulled by the server as the client reads it, so that a slow
// client costs nothing. Used by one thread at a time.
class Feed {
 public:
  virtual ~Feed() = default;
  // The next piece; empty: nothing at the moment, ask again when woken; nothing at all: it is over.
  virtual std::optional<std::string> next() = 0;
  // After an empty piece: it has not yet looked through all that is there, and is asked again without
  // waiting.
  virtual bool has_more() const { return false; }
};

struct Response {
  int status = 200;
  std::string body;            // JSON and a newline; or
  std::shared_ptr<Feed> feed;  // lines of JSON
  std::string_view type = {};  // a constant; empty: application/json, or application/x-ndjson of a feed
};

// {"code":"not-found","message":"..."} with the status that fits the code.
Response error_response(const Error& error);
int status_of(ErrorCode code);
// The Error that such a body holds; kFailed with the body itself where it is none.
Error error_of(std::string_view body);

using Respond = std::function<void(Response)>;

// Whoever answers. `respond` is called exactly once, also later; both on the loop's thread.
class Answerer {
 public:
  virtual ~Answerer() = default;
  virtual void answer(Request request, Respond respond) = 0;
};

}  // namespace attune::control
