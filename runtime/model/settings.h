// SPDX-License-Identifier: Apache-2.0
// Settings: what a project's attune.info may say, with types, defaults and meanings: the one list that the
// reader checks against, the daemon asks and the documentation prints. Any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "runtime/model/project.h"
#include "runtime/model/value.h"

namespace attune::model {

// In attune.info a dot is a level:  host { silence 15s }  is  host.silence.
struct SettingDefinition {
  std::string_view name;
  Type type;
  std::string_view default_text;  // as parse_value reads it
  std::string_view meaning;       // one sentence, for people
};

inline constexpr SettingDefinition kSettings[] = {
    {"name", Type::kString, "", "The project's name; the folder's where silent."},
    {"alert.program", Type::kString, "",
     "A program of this machine that gets each alert: its text and the component's name as arguments."},
    {"approval.patience", Type::kDuration, "15min",
     "How long a run waits for `attune approve` in the mode recommend; 0s: as long as it takes."},
    {"calls.parallel", Type::kInteger, "32", "How many calls on one set of components run at once."},
    {"control.administer", Type::kString, "",
     "Groups whose members may do all through the control API, besides the manager's own."},
    {"control.certificate", Type::kString, "",
     "The manager's certificate and its chain, a PEM file: /path, ~/path or credential:NAME."},
    {"control.key", Type::kString, "", "The certificate's key, a PEM file that others may not read."},
    {"control.listen", Type::kString, "",
     "ADDRESS:PORT to answer at over TCP, by TLS 1.3 and with tokens; nowhere where silent."},
    {"control.look", Type::kString, "", "Groups whose members may ask for anything, and change nothing."},
    {"control.operate", Type::kString, "",
     "Groups whose members may also send events, call stubs, approve and cancel runs, resume reactions, and "
     "set modes "
     "and maintenance."},
    {"control.tokens", Type::kString, "",
     "The file with who may ask over TCP, a line each, as `attune token` prints it."},
    {"deploy.entries_max", Type::kInteger, "100000",
     "How many entries an archive that is deployed may have."},
    {"deploy.parallel", Type::kInteger, "32", "On how many hosts components are deployed at once."},
    {"deploy.ratio_max", Type::kInteger, "200",
     "How many times its own size an archive may unpack to, where that is more than 64 MiB."},
    {"deploy.unpacked_max", Type::kSize, "16GiB", "What an archive may unpack to."},
    {"fence.alone", Type::kBool, "false",
     "Whether a host is fenced also while no other host answers, as when the manager's own network is lost."},
    {"fence.delay", Type::kDuration, "5s",
     "How long after host_down, and host.silence once more, a host is fenced that did not come back."},
    {"fence.retry", Type::kDuration, "1min", "How long after a fence failed it is tried again."},
    {"guest.patience", Type::kDuration, "2min",
     "How long a VM may take to answer over SSH before what is to be deployed inside it fails."},
    {"host.load_period", Type::kDuration, "2s",
     "How often the load of each host is measured; 0s: never, and policies take every host for idle."},
    {"host.silence", Type::kDuration, "15s", "How long a host's connection may be silent before host_down."},
    {"journal.records", Type::kInteger, "1000000",
     "How many records the journal keeps at least, for `attune log`; older ones are deleted."},
    {"limits.moves", Type::kInteger, "0",
     "How many moves within limits.moves_period use up the budget: what moves components more is not "
     "answered; 0: no budget."},
    {"limits.moves_period", Type::kDuration, "10min", "The time that limits.moves is about."},
    {"limits.runs", Type::kInteger, "0", "How many runs that answer events go on at once; 0: any number."},
    {"limits.runs_per_class", Type::kInteger, "0",
     "How many of them go on at once about components of one class; 0: any number."},
    {"limits.runs_per_host", Type::kInteger, "0",
     "How many of them go on at once about components on one host; 0: any number."},
    {"log.level", Type::kString, "info", "The least that is logged: debug, info, warning or error."},
    {"mode", Type::kString, "automatic",
     "With what a new project begins: automatic, recommend or paused (`attune mode` changes it)."},
    {"pipe.group", Type::kString, "",
     "The group that may write to the pipe; the manager's own where silent."},
    {"placement.horizon", Type::kDuration, "1d", "For how long what a plan gains is counted."},
    {"placement.moves", Type::kInteger, "0", "How many moves a plan may have; 0: any number."},
    {"placement.rest", Type::kDuration, "10min",
     "How long after a move plans leave a component where it is."},
    {"placement.window", Type::kDuration, "5min", "Over which time plans look at the traffic."},
    {"probe.restart", Type::kDuration, "1s", "How long after a probe died it is started again."},
    {"site.overload", Type::kPercent, "80%",
     "The mean load of a site's hosts above which overload_site is raised; 0%: never."},
    {"status.period", Type::kDuration, "10s", "How often each component's status stub is asked; 0s: never."},
    {"traffic.by", Type::kString, "bytes", "By what groups are found: bytes or messages."},
    {"traffic.keep", Type::kDuration, "0s", "How long the periods of traffic are kept; 0s: for ever."},
    {"traffic.method", Type::kString, "threshold", "How groups are found: threshold or leiden."},
    {"traffic.minimum", Type::kInteger, "0",
     "What two machines must exchange in a period to count as talking, in bytes or messages."},
    {"traffic.periods", Type::kInteger, "3",
     "In how many periods on end a machine is found in another group before it belongs there."},
    {"traffic.wait", Type::kDuration, "30s",
     "How long after its end a period waits for sensors that are late."},
};

// Below this one, each key is an event and its value the stock diagram that answers it:
//   diagrams { cpu_high stock:migrate }
inline constexpr std::string_view kDiagramSettings = "diagrams";
inline constexpr std::string_view kStockPrefix = "stock:";

const SettingDefinition* find_setting(std::string_view name);

// What the project says, or the default. `name` is one of kSettings: anything else aborts.
Value setting(const Project& project, std::string_view name);

// The same, of a type known to the caller: setting_as<Duration>(project, "host.silence").
template <class T>
T setting_as(const Project& project, std::string_view name) {
  const Value value = setting(project, name);
  return *value.get_if<T>();
}

}  // namespace attune::model
