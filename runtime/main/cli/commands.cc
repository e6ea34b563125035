// SPDX-License-Identifier: Apache-2.0
#include "runtime/main/cli/commands.h"

namespace attune::cli {

namespace {

constexpr std::string_view kProject = "a project's folder", kLook = "what goes on", kAct = "by hand",
                           kTry = "to try things";

constexpr CommandEntry kCommands[] = {
    {"new", kProject, "make a project, or a wrapper, a probe or a diagram for one",
     "attune new project shop\nattune new probe memory shop\nattune new diagram memory_high shop", make_new},
    {"check", kProject, "parse and check a project", "attune check examples/local", make_check},
    {"fmt", kProject, "write diagrams and wrappers in the one way",
     "attune fmt examples/local\nattune fmt --check .", make_fmt},
    {"lsp", kProject, "serve an editor: findings, completion and more while one types (docs/editors.md)",
     "attune lsp", make_lsp},
    {"plan", kProject, "show what would be deployed where, and in which order, without touching anything",
     "attune plan examples/local", make_plan},
    {"doc", kProject, "write a page about a project: pictures, stubs, events, settings",
     "attune doc examples/local > local.md", make_doc},
    {"place", kProject, "plan where virtual machines should be, from a file of hosts, traffic and prices",
     "attune place state.json\nattune place --json state.json", make_place},
    {"replay", kProject, "show what a project would have done about what happened once",
     "attune replay examples/local monday.trace\nattune replay shop monday.trace --against shop.new --svg "
     "monday.svg",
     make_replay},
    {"torture", kProject, "find out what the stubs of a wrapper do not survive, on a real host",
     "attune torture shop/wrappers/app.xml\nattune torture shop/wrappers/app.xml --class backend --host lab2",
     make_torture},
    {"status", kLook, "show what runs where",
     "attune status\nattune status frontend\nattune status --wait 30", make_status},
    {"tree", kLook, "show components with their contents in them", "attune tree", make_tree},
    {"graph", kLook, "draw the running system, or what a run did so far",
     "attune graph > system.mmd\nattune graph --svg > system.svg\nattune graph 7 --dot", make_graph},
    {"events", kLook, "show which events came, and what became of them", "attune events", make_events},
    {"traffic", kLook, "show who talks with whom, as traffic sensors count it",
     "attune traffic\nattune traffic --periods 20 --mean --format graph > graph.svg", make_traffic},
    {"log", kLook, "tell what happened and why",
     "attune log --follow\nattune log --run 7\nattune log --last 50 --json", make_log},
    {"why", kLook, "explain why a run did what it did, or why an event would not be answered",
     "attune why 7\nattune why not cpu_high vm1 cpu=97%", make_why},
    {"record", kLook, "write a trace of what happens, for `attune replay`", "attune record > monday.trace",
     make_record},
    {"export", kLook, "write the whole journal as lines of JSON",
     "attune export > journal.json\nattune export -p web --from 1000 --to 2000", make_export},
    {"send", kAct, "send an event, as a probe would", "attune send cpu_high vm1 cpu=97%", make_send},
    {"call", kAct, "call a component's stub, as a diagram would", "attune call vm1 migrate lab2", make_call},
    {"set", kAct, "change an attribute, or the host of what is not deployed",
     "attune set frontend.period=2s\nattune set app2.host=lab2", make_set},
    {"bind", kAct, "bind a component along a role of another", "attune bind balancer.workers app2",
     make_bind},
    {"unbind", kAct, "undo a binding", "attune unbind balancer.workers app2", make_unbind},
    {"create", kAct, "make one more of a class, with what is in it, and deploy it", "attune create app",
     make_create},
    {"remove", kAct, "undeploy a component and take it out of the system", "attune remove app3", make_remove},
    {"undeploy", kAct, "stop a component, or all, and remove what was deployed for it",
     "attune undeploy app2\nattune undeploy --all", make_undeploy},
    {"off", kAct, "say that a host that is down is off, so that its machines may be started elsewhere",
     "attune off lab1", make_off},
    {"reload", kAct, "read the project anew, show what has changed in it, and go on with it",
     "attune reload\nattune reload --dry-run\nattune reload --yes --wait", make_reload},
    {"maintenance", kAct, "empty a host, and place nothing there until that ends",
     "attune maintenance lab1\nattune maintenance --end lab1", make_maintenance},
    {"mode", kAct, "show or set what is done without asking: all, what is approved, or nothing",
     "attune mode\nattune mode recommend\nattune mode paused app2", make_mode},
    {"approve", kAct, "let a run begin that waits for it", "attune approve 7", make_approve},
    {"cancel", kAct, "cancel a run", "attune cancel 7", make_cancel},
    {"resume", kAct, "have an event answered again that was switched off", "attune resume cpu_high vm1",
     make_resume},
    {"stop", kAct, "run the stop diagram and end attuned", "attune stop", make_stop},
    {"token", kAct, "make a token, for someone to ask attuned over TCP",
     "attune token look prometheus\nattune token administer alice", make_token},
    {"lab", kTry, "make hosts on this machine, to try things on",
     "attune lab up 2\nattune lab ssh lab1 hostname\nattune lab down", make_lab},
};

}  // namespace

std::span<const CommandEntry> commands() {
  return kCommands;
}

}  // namespace attune::cli
