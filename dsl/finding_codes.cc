// SPDX-License-Identifier: Apache-2.0
#include "dsl/finding_codes.h"

#include <algorithm>
#include <iterator>

namespace attune::dsl {

namespace {

constexpr std::string_view kOtherPicture = "Mermaid draws another diagram than the one that runs.";
constexpr std::string_view kNoPicture =
    "Mermaid refuses the line, so there would be no picture of what runs.";
constexpr std::string_view kRunFails = "The run would fail at this point, when its event arrives.";
constexpr std::string_view kTwoValues = "Only one of two values can hold, and which one would be a guess.";
constexpr std::string_view kTwoDeclarations =
    "Only one of two declarations can hold, and which one would be a guess.";
constexpr std::string_view kUnknownSetting =
    "A setting that nobody knows would be passed over, and what it was meant to do would not happen.";
constexpr std::string_view kDefaultHolds =
    "A value that is not understood would leave the setting at its default, unseen.";
constexpr std::string_view kOpenEnd = "What belongs to it and what follows it would be a guess.";
constexpr std::string_view kNowhere = "Where the component is to run would be unknown.";
constexpr std::string_view kNoConnection = "No connection could be made to it.";

struct FindingCode {
  std::string_view code, why;
};

constexpr FindingCode kCodes[] = {
    // The languages: texts that cannot be read
    {"not-utf8", "Names, texts and what is shown of the file would not be what was written."},
    {"control-character",
     "A character that no editor shows can change what a line means, or what a terminal does."},
    {"byte-order-mark", "Mermaid refuses such a file, so the picture and what runs would part."},
    {"unreadable",
     "What cannot be read cannot be checked, and nothing is deployed from a part of a project."},
    {"too-long",
     "Attune reads so much of a text and no more, so that one file cannot take the manager's memory."},
    {"too-deep", "Attune reads so deep and no deeper, so that one file cannot take the manager's memory."},
    {"syntax", "What a line means is not guessed: nothing runs from a text that is understood in part."},
    {"header", "The first line tells which kind of diagram the file is, to Mermaid and to Attune."},
    {"header-twice", "The file would be two diagrams in one, of which Mermaid draws the first."},
    {"second-header", "The file would be two diagrams in one, of which Mermaid draws the first."},
    {"no-header", "The first line tells which kind of diagram the file is, to Mermaid and to Attune."},
    {"empty", "A file without a diagram reacts to nothing and deploys nothing."},
    {"comment-before-front-matter",
     "Mermaid draws nothing or refuses the file, so the picture and what runs would part."},
    {"front-matter-open",
     "Where the settings end is unknown, so the diagram behind them would be taken for settings."},
    {"front-matter-tab", "YAML takes no tabs for indentation: where a setting belongs would be a guess."},
    {"front-matter-indent",
     "By its indentation a setting belongs to another: where it stands now it belongs to none."},
    {"front-matter-line",
     "A line that is no setting would be passed over, and what it was meant to do would not happen."},
    {"front-matter-empty",
     "A setting without a value would be passed over, and what it was meant to do would not happen."},
    {"front-matter-twice", kTwoValues},
    {"front-matter-key", kUnknownSetting},
    {"front-matter-value", kDefaultHolds},
    {"front-matter-attune", "Settings of Attune stand below `attune:`, where Mermaid passes over them."},
    {"info-syntax",
     "A line that is no setting would be passed over, and what it was meant to do would not happen."},
    {"info-include",
     "What a project is must stand in its own files, or another file could change it unseen."},
    {"bad-xml",
     "What an element means is not guessed: no stub is made of a wrapper that is understood in part."},
    {"unknown-encoding", "Bytes of an unknown encoding would become other letters than were meant."},
    {"unknown-element",
     "An element that nobody knows would be passed over, and what it was meant to do would not happen."},
    {"unknown-attribute",
     "An attribute that nobody knows would be passed over, and what it was meant to do would not happen."},
    {"missing-attribute", "Without it there is nothing to call, to read or to send."},
    // The languages: what Mermaid would draw otherwise
    {"mermaid-semicolon", kOtherPicture},
    {"mermaid-colon", kOtherPicture},
    {"mermaid-hash", kOtherPicture},
    {"mermaid-backslash", kOtherPicture},
    {"mermaid-brace", kOtherPicture},
    {"mermaid-backquote", kOtherPicture},
    {"mermaid-formula", kOtherPicture},
    {"mermaid-comment", kOtherPicture},
    {"mermaid-star", kOtherPicture},
    {"mermaid-underscore", kOtherPicture},
    {"mermaid-tag", kOtherPicture},
    {"mermaid-direction", kOtherPicture},
    {"mermaid-directive", kOtherPicture},
    {"mermaid-parenthesis", kOtherPicture},
    {"mermaid-tilde", kOtherPicture},
    {"mermaid-entity", kOtherPicture},
    {"mermaid-quote", kOtherPicture},
    {"mermaid-word", kOtherPicture},
    {"late-declaration", "Mermaid draws a plain box where a choice, a fork or a join is meant."},
    {"empty-composite", "Mermaid parses it and cannot draw it."},
    {"reserved-state-id", "Mermaid takes the word for its own and draws another diagram, or none."},
    {"arrow", kNoPicture},
    {"bad-arrow", kNoPicture},
    {"bad-direction", kNoPicture},
    {"drawing",
     "It only changes the picture, and Mermaid's versions do not agree on it: what is seen must be what "
     "runs."},
    {"empty-text", kNoPicture},
    {"empty-body", kNoPicture},
    {"empty-label", kNoPicture},
    {"empty-note", kNoPicture},
    {"open-note", "All that follows would be the note's text, and would not run."},
    {"open-text", "All that follows would be text, and would not run."},
    {"open-composite", "Which states stand in it and which behind it would be a guess."},
    {"lone-brace", "Which states stand in it and which behind it would be a guess."},
    {"unclosed", kOpenEnd},
    {"unopened", kOpenEnd},
    {"top-separator", "Mermaid refuses the line: branches at once stand in a composite state."},
    // A deployment diagram
    {"two-diagrams", "One event is answered by one diagram: which of two would run would be a guess."},
    {"no-project", "There is nothing to check, to plan or to run."},
    {"missing-file", "A deployment or a call would fail where the file is needed, when it is needed."},
    {"missing-script", "The stub would fail at its first call."},
    {"outside",
     "A project is deployed from its own folder: what lies outside is not there on another machine, or is "
     "another's."},
    {"unsafe-archive", "Unpacked as root, it could write outside the component's directory."},
    {"declared-twice", kTwoDeclarations},
    {"duplicate-class", kTwoDeclarations},
    {"duplicate-name", kTwoDeclarations},
    {"duplicate-member", kTwoValues},
    {"duplicate-value", kTwoValues},
    {"duplicate-property", kTwoValues},
    {"duplicate-setting", kTwoValues},
    {"duplicate-host", "A host that is counted twice gets twice the load that it can bear."},
    {"duplicate-address",
     "A machine is reached at its address: of two of one address, one would be taken for the other."},
    {"duplicate-role", "A diagram that names the role could mean either."},
    {"duplicate-stub", "A diagram that calls the stub could mean either."},
    {"duplicate-event", "Which values the event carries would be a guess."},
    {"duplicate-wrapper", "Which of the two has the component's stubs would be a guess."},
    {"second-base",
     "A class takes what is not its own from one class: of two, which value holds would be a guess."},
    {"second-stereotype", "A class is one thing: a component, a host family, a site."},
    {"unknown-stereotype",
     "A stereotype that nobody knows would be passed over, and the class would be a plain component."},
    {"unknown-class", "There is nothing that could be deployed, bound or called under that name."},
    {"unknown-family", kNowhere},
    {"unknown-host", kNowhere},
    {"unknown-site", "Prices, speeds and links of an unknown site would count as none."},
    {"unknown-type", "What values it may have, and how they compare, would be unknown."},
    {"bad-name",
     "The name becomes part of paths, addresses and of what diagrams say, where only some letters are safe."},
    {"reserved-name", "The languages use the word themselves, so a diagram could not say which is meant."},
    {"name-clash", "A diagram that says the name could mean either."},
    {"hidden-name", "The name would be read as the nearer of the two, which is seldom what was meant."},
    {"fixed-member", "The setting tells what the class is, so it cannot differ from instance to instance."},
    {"bad-value",
     "A value that is not understood would be refused when it is used, in the middle of a deployment."},
    {"bad-quantity", "A number without its unit, or with a wrong one, is another size than was meant."},
    {"no-value", "A component would be started with an attribute that nobody gave it."},
    {"bad-property", "What hosts are compared by must be a value that can be compared."},
    {"bad-host", kNoConnection},
    {"not-a-host", "Nothing could be deployed there."},
    {"no-hosts", "Nothing could be deployed in a family without hosts."},
    {"no-nodefile", "Nothing could be deployed in a family without hosts."},
    {"no-host-family", "A component without a family of hosts would run nowhere."},
    {"no-family", "A component without a family of hosts would run nowhere."},
    {"bad-inheritance",
     "Only what is alike can be inherited: a family's settings mean nothing to a component."},
    {"inheritance-cycle", "A class that inherits from itself has no values of its own to begin with."},
    {"abstract-class",
     "No component is made of an abstract class, so there is nothing to deploy or to call."},
    {"composition-cycle", "A component that contains itself could be placed on no host."},
    {"host-cycle", "A machine that runs on itself could not be started."},
    {"cycle", "Each would wait for the other."},
    {"bad-cardinality", "How many components are to be bound would be unknown."},
    {"wrong-cardinality", "The bindings could not be made as the numbers at the two ends say."},
    {"unsatisfiable",
     "There are not as many components as the bindings need, so the deployment would end half made."},
    {"no-initial", "How many there are to be from the beginning would be unknown."},
    {"no-instances", "Nothing would be deployed."},
    {"too-many", "More instances than the class may have would be refused in the middle of a deployment."},
    {"content-class", "What a container holds must be a class of components."},
    {"content-host", "What a container holds shares its host: it cannot have another."},
    {"content-binding",
     "What a container holds goes where the container goes, so such a binding could not last."},
    {"family-relation", "A family of hosts holds components; it is bound to none."},
    {"site-relation", "A site holds host families; it is bound to no component."},
    {"placement-clash", "No host could meet both wishes, so nothing could be placed."},
    {"no-site", "Prices and speeds belong to sites: without one there is nothing to compare."},
    {"no-link", "Between sites that no link joins nothing could be moved."},
    {"bad-link", "How fast and how far two sites are from each other decides what is moved between them."},
    {"no-bandwidth", "How long a move takes could not be told, so no move would be planned."},
    {"no-power", "The hosts would never be switched off or on, whatever the reserve says."},
    // Settings
    {"bad-setting", kDefaultHolds},
    {"unknown-setting", kUnknownSetting},
    {"near-setting",
     "A setting that is a slip of the pen is an attribute of its own, and what it was meant to do does not "
     "happen."},
    {"reaction-setting",
     "The setting would have no meaning for this event, so what it was meant to do would not happen."},
    {"two-timers", "The diagram would run at times that neither of the two says."},
    {"within-nothing",
     "There would be nothing to wait for, so each run would count as one that did not help."},
    {"ensure-condition",
     "What a run must have brought about is true or it is not: there is nothing to check in anything else."},
    {"ensure-variable", "The condition is looked at after the run has ended, when its variables are gone."},
    {"stock-misfit", "The diagram that ships would fail when its event arrives."},
    // A wrapper
    {"unknown-key", "Nothing carries out the stub."},
    {"unknown-operation", "Nothing carries out the stub."},
    {"wrong-params", "The operation would be called without what it needs, or with what it does not take."},
    {"bad-navigation",
     "The text would not be replaced by what it names, and the program would get the text itself."},
    {"stub-value", "The stub would return what nobody reads, or nothing where something is read."},
    {"no-effect", "It is read, and changes nothing: what it was meant to do does not happen."},
    {"event-clash", "A diagram that reads the event's values could not know which ones are there."},
    {"secret-shown", "It would be written into journals, events or files that others read."},
    {"bad-key", "Nothing carries out the stub."},
    {"agent-not-read", "What the agent takes and can do is unknown here, so its parameters are not checked."},
    {"missing-parameter", "The agent refuses to start without it."},
    {"unknown-parameter", "The agent passes over it, and what it was meant to do does not happen."},
    // Actions and expressions
    {"action-expected", "What is to be done would be a guess."},
    {"action-place", "Nothing is done there, so the action would never run."},
    {"action-too-long",
     "Attune reads so much of an action and no more, so that one file cannot take the manager's memory."},
    {"no-action", "It has no effect, so something else was meant."},
    {"class-expected", "Instances are made of classes and removed from them."},
    {"variable-expected", "Where the value is to be kept would be unknown."},
    {"duration-expected", "How long to wait would be unknown."},
    {"chained-comparison",
     "It does not mean what it means in mathematics: the result of the first would be compared."},
    {"no-condition", "What is neither true nor false decides nothing."},
    {"no-component", "There is nothing to call or to change."},
    {"no-set", "There is nothing to choose from or to count."},
    {"one-at-a-time", "Of several components, which one is meant would be a guess."},
    {"point-alone", "There is nothing to call or to read."},
    {"no-this", "The event is about nothing, so there is no component that `this` could be."},
    {"no-subject", "The event is about no component, so `on` would leave nothing to answer."},
    {"unknown-name", kRunFails},
    {"unknown-stub", kRunFails},
    {"unknown-value", kRunFails},
    {"unknown-event", "Nothing would answer it."},
    {"unknown-objective", "The planner could not know what is to become better."},
    {"wrong-kind", kRunFails},
    {"wrong-type", kRunFails},
    {"wrong-class", kRunFails},
    {"wrong-family", kRunFails},
    {"wrong-argument", kRunFails},
    {"wrong-arguments", kRunFails},
    {"misplaced", "It would mean nothing there, and would be passed over."},
    {"misplaced-plan", "The planner takes its time, so its plan is a step of its own."},
    {"near-miss", "A name that is a slip of the pen means something else, or nothing."},
    {"unset", "The variable is never set before it is read, so the run would fail there."},
    {"maybe-unset", "On one way to this point the variable is not set, and there the run fails."},
    {"variable-kinds",
     "What the variable holds would depend on the way that was taken, and what may be done with it too."},
    {"never-none", "The comparison is always false, so the way behind it is never taken."},
    // The flow of a diagram
    {"no-start", "The run would have nowhere to begin."},
    {"state-id", "Mermaid refuses the name or takes it for its own."},
    {"state-kind", "A state that is one thing here and another there is drawn as one of them."},
    {"state-elsewhere",
     "A way cannot lead into the middle of a composite state: its beginning would be left out."},
    {"unreachable", "What stands there never runs, so what it was meant to do does not happen."},
    {"dead-end", "A run that comes there cannot go on, and fails."},
    {"endless", "The run would never end, and would hold its components from all others."},
    {"join-without-fork", "The join waits for branches that nobody began."},
    {"join-of-one",
     "A join of one branch waits for nothing: another branch was forgotten, or it is not needed."},
    {"fork-of-one",
     "A fork of one branch does nothing at once: another branch was forgotten, or it is not needed."},
    {"fork-else", "All branches are taken, so there is no other case."},
    {"never-taken", "What stands behind it never runs, so what it was meant to do does not happen."},
    {"no-else", "A run for which no guard holds fails there."},
    {"never-about", "The event is never about such a component, so the diagram never runs."},
    // Findings about a project as a whole
    {"always-true", "The other ways are never taken: the guard decides nothing."},
    {"always-false", "The way is never taken, so what stands behind it does not happen."},
    {"loop-without-bound",
     "If what it waits for does not come, the run goes round for ever and holds its components from all "
     "others."},
    {"branches-meet", "Which of the two is first depends on chance, and so does what is there in the end."},
    {"lost-instance", "It takes a host's memory and processors, is counted, and does nothing."},
    {"hidden-failure",
     "A failure that nobody hears of is not mended, and the run counts as one that helped."},
    {"untriggered", "The diagram never runs: what it was meant to do does not happen."},
    {"silent-event",
     "The event that the diagram waits for is never raised: what it was meant to do does not happen."},
    {"event-cycle", "Each run brings about the next one, for ever."},
    {"ping-pong",
     "Each undoes what the other does, for ever: components are started, moved and removed for nothing."},
    // A trace, and what is expected of it
    {"bad-trace",
     "What happened is not guessed: a replay without a line of its trace is one of something else."},
    {"bad-expectation", "An expectation that is not understood would seem to hold."},
    // Comments that allow a warning
    {"bad-allowance", "A comment that allows nothing gives the feeling that it does."},
    {"unused-allowance",
     "A warning that comes later would be allowed with a reason that was given for another one."},
};

}  // namespace

std::string_view why_it_matters(std::string_view code) {
  const auto found = std::find_if(std::begin(kCodes), std::end(kCodes),
                                  [&](const FindingCode& one) { return one.code == code; });
  return found == std::end(kCodes) ? std::string_view() : found->why;
}

bool is_found_on_demand(std::string_view code) {
  return code == "agent-not-read" || code == "unknown-parameter";
}

std::vector<std::string> finding_codes() {
  std::vector<std::string> codes;
  for (const FindingCode& one : kCodes) codes.emplace_back(one.code);
  return codes;
}

}  // namespace attune::dsl
