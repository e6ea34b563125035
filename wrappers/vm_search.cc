// SPDX-License-Identifier: Apache-2.0
#include "wrappers/vm_search.h"

#include <optional>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "wrappers/hypervisor_access.h"

namespace attune::wrappers {

namespace {

// How long a question waits for others to share it, while an earlier one is under way.
constexpr Duration kGather = std::chrono::milliseconds(100);

// What the domain is found by: the UUID decides, where there is one.
const std::string& key_of(const ports::DomainId& domain) {
  return domain.uuid.empty() ? domain.name : domain.uuid;
}

}  // namespace

bool is_on(ports::DomainState state) {
  return state != ports::DomainState::kShutOff && state != ports::DomainState::kCrashed;
}

// One question to all hosts, and what they said.
struct VmSearch::Round {
  using Answer = std::optional<Result<std::vector<ports::Domain>>>;  // nothing: it was not asked

  void add(const std::string& host, const Answer& answer) {
    if (!answer || !*answer) return silent.push_back(host);
    for (const ports::Domain& domain : **answer)
      for (const std::string* key : {&domain.uuid, &domain.name})
        if (const auto wanted = found.find(*key); wanted != found.end())
          wanted->second.push_back({host, domain.state});
  }

  std::vector<std::string> hosts;
  std::vector<Answer> answers;
  size_t open = 0;
  std::unordered_map<std::string, std::vector<Sighting>> found;  // of those that are sought; also what is off
  std::vector<std::string> silent, off;
  std::vector<std::function<void(std::shared_ptr<const Round>)>> waiting;
};

// Of one family.
struct VmSearch::Rounds {
  World& world;
  size_t family = 0;
  std::shared_ptr<Round> next{};  // nothing is asked yet
  std::unique_ptr<ports::Loop::Timer> timer{};
  size_t under_way = 0;
};

VmSearch::~VmSearch() {
  over_.request_stop();
  for (const auto& [family, rounds] : rounds_) {
    if (!rounds->timer) continue;
    rounds->timer.reset();
    rounds->world.loop.post([rounds = rounds, round = rounds->next] { begin(rounds, round); });
  }
}

Task<Search> VmSearch::elsewhere(ports::DomainId domain, std::string host) {
  const system::Host* own = world_.system.find_host(host);
  if (own == nullptr || own->vm != system::kNoComponent) co_return Search{};
  std::shared_ptr<Rounds>& known = rounds_[own->family];
  if (!known) known = std::make_shared<Rounds>(Rounds{world_, own->family});
  using Done = std::function<void(std::shared_ptr<const Round>)>;
  const std::shared_ptr<Rounds> rounds = known;
  const std::function<void(Done)> ask = [rounds, &domain](Done done) {
    join(rounds, domain, std::move(done));
  };
  const std::shared_ptr<const Round> round = co_await Awaitable<std::shared_ptr<const Round>>(ask);
  Search search;
  for (const std::string& silent : round->silent)
    if (silent != host) search.silent.push_back(silent);
  for (const std::string& off : round->off)
    if (off != host) search.off.push_back(off);
  const auto found = round->found.find(key_of(domain));
  if (found == round->found.end()) co_return search;
  for (const Sighting& one : found->second) {
    if (one.host == host) continue;
    if (is_on(one.state))
      search.seen.push_back(one);
    else
      search.defined.push_back(one.host);
  }
  co_return search;
}

void VmSearch::join(const std::shared_ptr<Rounds>& rounds, const ports::DomainId& domain,
                    std::function<void(std::shared_ptr<const Round>)> done) {
  if (!rounds->next) {
    rounds->next = std::make_shared<Round>();
    if (rounds->under_way == 0) {
      rounds->world.loop.post([rounds, round = rounds->next] { begin(rounds, round); });
    } else {
      rounds->timer = rounds->world.loop.after(
          kGather, [weak = std::weak_ptr(rounds), round = std::weak_ptr(rounds->next)] {
            const auto held = weak.lock();
            if (held) begin(held, round.lock());
          });
    }
  }
  rounds->next->found.try_emplace(key_of(domain));
  rounds->next->waiting.push_back(std::move(done));
}

void VmSearch::begin(std::shared_ptr<Rounds> rounds, std::shared_ptr<Round> round) {
  if (round == nullptr || rounds->next != round) return;
  rounds->next.reset();
  rounds->timer.reset();
  ++rounds->under_way;
  const system::System& system = rounds->world.system;
  std::vector<std::string> uris;                                // empty: it is down
  const auto& is_switched_off = rounds->world.is_switched_off;  // nothing was there: it has no machine
  for (const system::Host* host : system.hosts(system.project().families[rounds->family].name)) {
    const auto uri = hypervisor_uri(system, *host);
    const bool is_off = host->state == system::HostState::kOff;
    if (uri && is_off && !(is_switched_off && is_switched_off(host->name))) round->off.push_back(host->name);
    if (!uri || is_off) continue;
    round->hosts.push_back(host->name);
    uris.push_back(host->state == system::HostState::kDown ? "" : *uri);
  }
  round->answers.resize(uris.size());
  round->open = 1;
  for (size_t i = 0; i < uris.size(); ++i) {
    if (uris[i].empty()) continue;
    ++round->open;
    start<Result<std::vector<ports::Domain>>>(rounds->world.hypervisor.domains(uris[i]),
                                              [rounds, round, i](Result<std::vector<ports::Domain>> domains) {
                                                round->answers[i] = std::move(domains);
                                                if (--round->open == 0) end(rounds, round);
                                              });
  }
  if (--round->open == 0) end(rounds, round);
}

void VmSearch::end(std::shared_ptr<Rounds> rounds, std::shared_ptr<Round> round) {
  for (size_t i = 0; i < round->hosts.size(); ++i) round->add(round->hosts[i], round->answers[i]);
  round->answers.clear();
  --rounds->under_way;
  for (const auto& done : std::exchange(round->waiting, {})) done(round);
}

std::string doubt_text(const std::string& name, const std::vector<std::string>& silent) {
  return fmt::format(
      "{} may run on {}, which {} not answer: wait, or make sure that it is off and say so: "
      "attune off {}",
      name, fmt::join(silent, ", "), silent.size() == 1 ? "does" : "do", silent.front());
}

}  // namespace attune::wrappers
