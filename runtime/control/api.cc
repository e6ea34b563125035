// SPDX-License-Identifier: Apache-2.0
#include "runtime/control/api.h"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "runtime/control/arguments.h"
#include "runtime/control/event_stream.h"
#include "runtime/control/secret_source.h"
#include "runtime/control/views.h"
#include "runtime/control/why_view.h"
#include "runtime/workflow/stub_call.h"

namespace attune::control {

namespace {

Response json_response(const Json& body, int status = 200) {
  // What came from outside may not be UTF-8.
  return {status, body.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n", nullptr};
}

Json ended_view(const EndedRun& ended) {
  return {{"run", ended.run},
          {"end", ended.end == workflow::RunEnd::kDone        ? "done"
                  : ended.end == workflow::RunEnd::kFailed    ? "failed"
                  : ended.end == workflow::RunEnd::kCancelled ? "cancelled"
                                                              : "interrupted"},
          {"why", ended.why},
          {"message", ended.message}};
}

// Answers when a request by hand is in the journal.
Daemon::Done<void> when_done(Respond respond) {
  return [respond = std::move(respond)](Result<void> done) {
    respond(done ? json_response(Json::object()) : error_response(done.error()));
  };
}

// Answers when the run is in the journal, or, to wait, when it has ended.
Daemon::Done<workflow::RunId> when_run(Daemon& daemon, bool wait, Respond respond) {
  return [&daemon, wait, respond = std::move(respond)](Result<workflow::RunId> run) {
    if (!run) return respond(error_response(run.error()));
    if (!wait) return respond(json_response({{"run", *run}}, 202));
    daemon.when_ended(*run, [respond](const Result<EndedRun>& ended) {
      respond(ended ? json_response(ended_view(*ended)) : error_response(ended.error()));
    });
  };
}

using system::Component;

Result<const Component*> find_component(Daemon& daemon, const std::string& name) {
  const Component* found = daemon.system().find(name);
  if (found == nullptr)
    return fail(ErrorCode::kNotFound, fmt::format("there is no component '{}': see `attune status`", name));
  return found;
}

Result<Page> page_of(const Request& request) {
  Page page;
  const auto limit = query_number(request, "limit", page.limit);
  if (!limit) return fail(limit.error());
  if (*limit == 0) return fail(ErrorCode::kInvalid, "'limit' must be at least 1");
  page.limit = *limit;
  if (!request.query.contains("after")) return page;
  const auto after = query_number(request, "after", 0);
  if (!after) return fail(after.error());
  page.after = *after;
  return page;
}

// What Prometheus asks for, at the path that it expects.
void add_metrics(Router& router, Daemon& daemon) {
  router.add(Role::kLook, "GET", "/metrics",
             [&daemon](const Request&, const PathWords&, const Respond& respond) {
               respond({200, daemon.metrics(), nullptr, "text/plain; version=0.0.4; charset=utf-8"});
             });
}

void add_views(Router& router, Daemon& daemon) {
  const auto view = [&](std::string_view path, auto make) {
    router.add(Role::kLook, "GET", path, [make](const Request&, const PathWords&, const Respond& respond) {
      respond(json_response(make()));
    });
  };
  view("/v1/status", [&daemon] { return status_view(daemon); });
  view("/v1/tree", [&daemon] { return tree_view(daemon.system()); });
  view("/v1/mode", [&daemon] { return modes_view(daemon); });
  view("/v1/runs", [&daemon] { return runs_view(daemon); });
  view("/v1/events", [&daemon] { return events_view(daemon.events()); });
  const auto paged = [&](std::string_view path, auto make) {
    router.add(Role::kLook, "GET", path,
               [make](const Request& request, const PathWords&, const Respond& respond) {
                 const auto page = page_of(request);
                 respond(page ? json_response(make(*page)) : error_response(page.error()));
               },
               {"limit", "after"});
  };
  paged("/v1/components", [&daemon](const Page& page) { return components_view(daemon.system(), page); });
  paged("/v1/hosts", [&daemon](const Page& page) { return hosts_view(daemon, page); });
  router.add(Role::kLook, "GET", "/v1/components/{}",
             [&daemon](const Request&, const PathWords& words, const Respond& respond) {
               const auto component = find_component(daemon, words[0]);
               respond(component ? json_response(component_view(daemon.system(), **component))
                                 : error_response(component.error()));
             });
}

Result<LogQuery> log_query(const Request& request) {
  const auto from = query_number(request, "from", 0);
  const auto last = query_number(request, "last", 0);
  const auto run = query_number(request, "run", 0);
  const auto follow = query_flag(request, "follow");
  for (const auto* number : {&from, &last, &run})
    if (!*number) return fail(number->error());
  if (!follow) return fail(follow.error());
  return LogQuery{*from, *last, *follow, *run};
}

// All that is decided from now on, or after the record that the client had last.
void add_changes_stream(Router& router, Daemon& daemon) {
  router.add(
      Role::kLook, "GET", "/v1/stream",
      [&daemon](const Request& request, const PathWords&, const Respond& respond) {
        Request numbered;
        if (!request.last_event_id.empty()) numbered.query["Last-Event-ID"] = request.last_event_id;
        const auto seen = query_number(numbered, "Last-Event-ID", daemon.status().records);
        if (!seen) return respond(error_response(seen.error()));
        const uint64_t last = daemon.status().records;
        if (*seen > last)
          return respond(error_response(
              {ErrorCode::kNotFound, fmt::format("there is no record {} yet: the last is {}", *seen, last)}));
        auto feed = daemon.log({.from = *seen + 1, .follow = true});
        if (!feed) return respond(error_response(feed.error()));
        respond({200, {}, std::make_shared<EventStream>(std::move(*feed)), EventStream::kType});
      });
}

void add_log(Router& router, Daemon& daemon) {
  router.add(Role::kLook, "GET", "/v1/log",
             [&daemon](const Request& request, const PathWords&, const Respond& respond) {
               const auto query = log_query(request);
               if (!query) return respond(error_response(query.error()));
               auto feed = daemon.log(*query);
               respond(feed ? Response{200, {}, std::move(*feed)} : error_response(feed.error()));
             },
             {"from", "last", "run", "follow"});
}

// A route whose body is read by `read` and then acted upon.
template <class Act>
Router::Route with_arguments(Act act) {
  return [act](const Request& request, const PathWords& words, Respond respond) {
    auto arguments = Arguments::of(request);
    if (!arguments) return respond(error_response(arguments.error()));
    act(request, words, *arguments, std::move(respond));
  };
}

// A route that acts upon the path alone: a body may be there, but nothing in it.
template <class Act>
Router::Route without_arguments(Act act) {
  return with_arguments(
      [act](const Request& request, const PathWords& words, Arguments& arguments, Respond respond) {
        if (auto read = arguments.finish(); !read) return respond(error_response(read.error()));
        act(request, words, std::move(respond));
      });
}

void send_event(Daemon& daemon, const Request& request, Arguments& arguments, Respond respond) {
  workflow::Event event;
  event.name = arguments.text("event");
  event.component = arguments.optional_text("component");
  event.values = arguments.pairs("values");
  event.source = request.peer;
  if (auto read = arguments.finish(); !read) return respond(error_response(read.error()));
  daemon.send(std::move(event), [respond = std::move(respond)](Result<SentEvent> sent) {
    if (!sent) return respond(error_response(sent.error()));
    respond(json_response({{"run", sent->run ? Json(*sent->run) : Json(nullptr)},
                           {"suppressed", sent->suppressed.empty() ? Json(nullptr) : Json(sent->suppressed)}},
                          202));
  });
}

void explain_event(Daemon& daemon, const Request& request, Arguments& arguments, Respond respond) {
  workflow::Event event;
  event.name = arguments.text("event");
  event.component = arguments.optional_text("component");
  event.values = arguments.pairs("values");
  event.source = request.peer;
  if (auto read = arguments.finish(); !read) return respond(error_response(read.error()));
  daemon.why_not(event, [event, respond = std::move(respond)](const Result<EventWhy>& why) {
    respond(why ? json_response(event_why_view(event, *why)) : error_response(why.error()));
  });
}

// Why something happened, and why something would not.
void add_explanations(Router& router, Daemon& daemon) {
  router.add(Role::kLook, "GET", "/v1/runs/{}/why",
             [&daemon](const Request&, const PathWords& words, Respond respond) {
               Request numbered;
               numbered.query["run"] = words[0];
               const auto run = query_number(numbered, "run", 0);
               if (!run) return respond(error_response(run.error()));
               daemon.why(*run, [respond = std::move(respond)](const Result<workflow::RunExplanation>& why) {
                 respond(why ? json_response(run_why_view(*why)) : error_response(why.error()));
               });
             });
  router.add(Role::kLook, "POST", "/v1/events/explain",
             with_arguments(
                 [&daemon](const Request& request, const PathWords&, Arguments& arguments, Respond respond) {
                   explain_event(daemon, request, arguments, std::move(respond));
                 }));
}

void call_stub(Daemon& daemon, const Request& request, Arguments& arguments, Respond respond) {
  const std::string component = arguments.text("component");
  const std::string stub = arguments.text("stub");
  std::vector<std::string> values = arguments.texts("arguments");
  const bool wait = arguments.flag("wait", true);
  if (auto read = arguments.finish(); !read) return respond(error_response(read.error()));
  const bool rebuilds = stub == workflow::kDeploy || stub == workflow::kUndeploy;
  if (rebuilds && request.role < Role::kAdminister) return respond(not_for(request, Role::kAdminister));
  daemon.call(component, stub, std::move(values), request.peer, when_run(daemon, wait, std::move(respond)));
}

void create(Daemon& daemon, const Request& request, Arguments& arguments, Respond respond) {
  const std::string class_name = arguments.text("class");
  const bool wait = arguments.flag("wait", true);
  if (auto read = arguments.finish(); !read) return respond(error_response(read.error()));
  daemon.create(class_name, request.peer, when_run(daemon, wait, std::move(respond)));
}

// An attribute, or the host, as an assignment in a diagram.
void set_attribute(Daemon& daemon, const Request& request, const PathWords& words, Arguments& arguments,
                   Respond respond) {
  const std::string text = arguments.text("value");
  if (auto read = arguments.finish(); !read) return respond(error_response(read.error()));
  const auto component = find_component(daemon, words[0]);
  if (!component) return respond(error_response(component.error()));
  if (words[1] == "host" && daemon.system().find_host(text) == nullptr)
    return respond(error_response(
        {ErrorCode::kNotFound, fmt::format("there is no host '{}': see `attune status`", text)}));
  if (words[1] == "host")
    return daemon.change(system::HostAssigned{(*component)->id, text}, request.peer,
                         when_done(std::move(respond)));
  const model::Class& of = daemon.system().class_of(**component);
  const model::Attribute* attribute = of.find_attribute(words[1]);
  if (attribute == nullptr)
    return respond(
        error_response({ErrorCode::kNotFound, fmt::format("class '{}' has no attribute '{}': see `attune "
                                                          "status --json` for those it has",
                                                          of.name, words[1])}));
  auto value = model::parse_value(attribute->type, text);
  if (!value) return respond(error_response(std::move(value.error()).within(words[0] + "." + words[1])));
  if (const auto* secret = value->get_if<model::Secret>())
    if (auto fine = may_come_from(daemon.system(), *attribute, *secret); !fine)
      return respond(error_response(std::move(fine.error()).within(words[0])));
  daemon.change(system::AttributeSet{(*component)->id, words[1], std::move(*value)}, request.peer,
                when_done(std::move(respond)));
}

template <class Bond>
void change_binding(Daemon& daemon, const Request& request, Arguments& arguments, Respond respond) {
  const std::string from_name = arguments.text("from");
  const std::string role = arguments.text("role");
  const std::string to_name = arguments.text("to");
  if (auto read = arguments.finish(); !read) return respond(error_response(read.error()));
  const auto from = find_component(daemon, from_name);
  if (!from) return respond(error_response(from.error()));
  const auto to = find_component(daemon, to_name);
  if (!to) return respond(error_response(to.error()));
  daemon.change(Bond{(*from)->id, role, (*to)->id}, request.peer, when_done(std::move(respond)));
}

void add_changes(Router& router, Daemon& daemon) {
  router.add(Role::kOperate, "POST", "/v1/events",
             with_arguments(
                 [&daemon](const Request& request, const PathWords&, Arguments& arguments, Respond respond) {
                   send_event(daemon, request, arguments, std::move(respond));
                 }));
  router.add(Role::kAdminister, "PUT", "/v1/components/{}/attributes/{}",
             with_arguments([&daemon](const Request& request, const PathWords& words, Arguments& arguments,
                                      Respond respond) {
               set_attribute(daemon, request, words, arguments, std::move(respond));
             }));
  // No body: nothing is to be said but which host.
  router.add(Role::kAdminister, "POST", "/v1/hosts/{}/off",
             without_arguments([&daemon](const Request& request, const PathWords& words, Respond respond) {
               daemon.change(system::HostChanged{.host = words[0], .state = system::HostState::kOff},
                             request.peer, when_done(std::move(respond)));
             }));
  const auto maintenance = [&](std::string_view method, system::Maintenance what) {
    router.add(
        Role::kOperate, method, "/v1/hosts/{}/maintenance",
        without_arguments([&daemon, what](const Request& request, const PathWords& words, Respond respond) {
          daemon.change(system::HostChanged{.host = words[0], .maintenance = what}, request.peer,
                        when_done(std::move(respond)));
        }));
  };
  maintenance("POST", system::Maintenance::kBegun);
  maintenance("DELETE", system::Maintenance::kEnded);
  router.add(Role::kAdminister, "POST", "/v1/bindings",
             with_arguments(
                 [&daemon](const Request& request, const PathWords&, Arguments& arguments, Respond respond) {
                   change_binding<system::Bound>(daemon, request, arguments, std::move(respond));
                 }));
  router.add(Role::kAdminister, "DELETE", "/v1/bindings",
             with_arguments(
                 [&daemon](const Request& request, const PathWords&, Arguments& arguments, Respond respond) {
                   change_binding<system::Unbound>(daemon, request, arguments, std::move(respond));
                 }));
}

// A route that starts a run, with nothing but `wait` in its body.
template <class Start>
Router::Route starting_run(Daemon& daemon, Start start) {
  return with_arguments([&daemon, start](const Request& request, const PathWords& words, Arguments& arguments,
                                         Respond respond) {
    const bool wait = arguments.flag("wait", true);
    if (auto read = arguments.finish(); !read) return respond(error_response(read.error()));
    start(request, words, when_run(daemon, wait, std::move(respond)));
  });
}

Result<workflow::RunId> run_of(const PathWords& words) {
  Request numbered;
  numbered.query["run"] = words[0];
  return query_number(numbered, "run", 0);
}

// Answers with the modes that there are then: another, stricter one may hold.
void set_mode(Daemon& daemon, const Request& request, Arguments& arguments, Respond respond) {
  const std::string name = arguments.text("mode");
  const std::string component = arguments.optional_text("component");
  if (auto read = arguments.finish(); !read) return respond(error_response(read.error()));
  const auto mode = workflow::find_mode(name);
  if (!mode)
    return respond(error_response({ErrorCode::kInvalid, fmt::format("'{}' is no mode: automatic, recommend "
                                                                    "or paused",
                                                                    name)}));
  daemon.set_mode(*mode, component, request.peer, [&daemon, respond = std::move(respond)](Result<void> done) {
    respond(done ? json_response(modes_view(daemon)) : error_response(done.error()));
  });
}

void add_modes(Router& router, Daemon& daemon) {
  router.add(Role::kOperate, "PUT", "/v1/mode",
             with_arguments(
                 [&daemon](const Request& request, const PathWords&, Arguments& arguments, Respond respond) {
                   set_mode(daemon, request, arguments, std::move(respond));
                 }));
  router.add(Role::kOperate, "POST", "/v1/runs/{}/approval",
             without_arguments([&daemon](const Request& request, const PathWords& words, Respond respond) {
               const auto run = run_of(words);
               if (!run) return respond(error_response(run.error()));
               daemon.approve(*run, request.peer, when_done(std::move(respond)));
             }));
}

void add_runs(Router& router, Daemon& daemon) {
  using Done = Daemon::Done<workflow::RunId>;
  router.add(Role::kOperate, "POST", "/v1/calls",
             with_arguments(
                 [&daemon](const Request& request, const PathWords&, Arguments& arguments, Respond respond) {
                   call_stub(daemon, request, arguments, std::move(respond));
                 }));
  router.add(
      Role::kAdminister, "POST", "/v1/components",
      with_arguments([&daemon](const Request& request, const PathWords&, Arguments& arguments,
                               Respond respond) { create(daemon, request, arguments, std::move(respond)); }));
  router.add(Role::kAdminister, "POST", "/v1/components/{}/remove",
             starting_run(daemon, [&daemon](const Request& request, const PathWords& words, Done done) {
               daemon.remove(words[0], request.peer, std::move(done));
             }));
  router.add(Role::kAdminister, "POST", "/v1/undeploy",
             starting_run(daemon, [&daemon](const Request& request, const PathWords&, Done done) {
               daemon.undeploy_all(request.peer, std::move(done));
             }));
  router.add(Role::kAdminister, "POST", "/v1/components/{}/undeploy",
             starting_run(daemon, [&daemon](const Request& request, const PathWords& words, Done done) {
               daemon.undeploy(words[0], request.peer, std::move(done));
             }));
  router.add(Role::kAdminister, "POST", "/v1/stop",
             starting_run(daemon, [&daemon](const Request& request, const PathWords&, Done done) {
               daemon.stop(request.peer, std::move(done));
             }));
  router.add(Role::kOperate, "POST", "/v1/events/{}/resume",
             with_arguments([&daemon](const Request& request, const PathWords& words, Arguments& arguments,
                                      Respond respond) {
               const std::string component = arguments.optional_text("component");
               if (auto read = arguments.finish(); !read) return respond(error_response(read.error()));
               daemon.resume(words[0], component, request.peer, when_done(std::move(respond)));
             }));
  router.add(Role::kOperate, "DELETE", "/v1/runs/{}",
             without_arguments([&daemon](const Request& request, const PathWords& words, Respond respond) {
               const auto run = run_of(words);
               if (!run) return respond(error_response(run.error()));
               daemon.cancel(*run, request.peer, when_done(std::move(respond)));
             }));
}

}  // namespace

Router make_api(Daemon& daemon) {
  Router router;
  add_metrics(router, daemon);
  add_views(router, daemon);
  add_log(router, daemon);
  add_changes_stream(router, daemon);
  add_explanations(router, daemon);
  add_changes(router, daemon);
  add_runs(router, daemon);
  add_modes(router, daemon);
  return router;
}

}  // namespace attune::control
