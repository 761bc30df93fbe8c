#include "suites/support/provisioning.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/text.hpp"
#include "harness/ble/payload.hpp"
#include "harness/phone/provision.hpp"
#include "suites/support/known_networks.hpp"
#include "suites/support/stage.hpp"

namespace attest::suites {
namespace {

using at::Kind;

/// Between two looks at whether the sender has ended.
constexpr Nanos kStep = 20ms;
/// The answer to AirKiss comes when the network is there, twenty times within 200 ms.
constexpr Nanos kAnswer = 4s, kAllAnswers = 300ms;

/// What has stopped is looked at once more after it.
constexpr Nanos kComesBack = 2s;

bool tells_of_leaving(std::string_view line) {
  return lower(line).find("disconn") != std::string::npos;
}

}  // namespace

std::string Joining::text() const {
  if (!undelivered.empty() && lines.empty()) return undelivered;
  std::string all = lines.empty() ? "nothing was said" : attest::joined(lines, " | ");
  if (starts > 0) all += ", and the device restarted";
  if (at_ap) all += ", a station came to the access point";
  return up && !reached ? all + ", and no request came to the server" : all;
}

bool Kissed::answered_well() const {
  const auto is_right = [&](const auto& one) { return one.bytes.size() == 1 && one.bytes.front() == random; };
  const auto first = std::find_if(sent.answers.begin(), sent.answers.end(), is_right);
  return sent.answered && first != sent.answers.end() &&
         std::all_of(sent.answers.begin(), sent.answers.end(),
                     [&](const auto& one) { return one.from != first->from || is_right(one); });
}

std::string Kissed::text() const {
  if (sent.answers.empty()) return fmt::format("nothing came to port {}", airkiss::kAnswerPort);
  std::string all;
  for (const auto& one : sent.answers) {
    all += all.empty() ? "" : ", ";
    for (const auto byte : one.bytes) all += fmt::format("{:02x}", byte);
  }
  return all;
}

at::Exchange ProvisioningCase::start(int type) {
  return start(fmt::format("AT+CWSTARTSMART={},0", type));
}

at::Exchange ProvisioningCase::start(const std::string& line) {
  started_ = true;
  auto exchange = command(line);
  if (exchange.outcome == at::Outcome::complete || stage().power() == nullptr) return exchange;
  // What wears out is ST-05's business: the others ask once more after a power cut.
  power_cycle();
  return command(line);
}

void ProvisioningCase::anew() const {
  const Chatter window(stage().recorder());  // of the network that it was in
  restart();
}

bool ProvisioningCase::stays_unadvertised() const {
  if (!is_not_advertised()) return false;
  (void)listen(kComesBack, kComesBack);
  return is_not_advertised();
}

std::string ProvisioningCase::stop_line() const {
  auto& known = learned_of(stage()).stop;
  const auto& named = profile().names().stop_smart;
  if (known.empty() && !named.empty()) known = "AT+" + named;
  for (const auto* line : phone::kStopLines)
    if (known.empty() && command(line).ok()) known = line;
  if (known.empty())
    throw CannotTell("provisioning cannot be stopped by either name of the manual (ST-01, ST-02)");
  return known;
}

void ProvisioningCase::know_stop_line(std::string line) const {
  learned_of(stage()).stop = std::move(line);
}

at::Exchange ProvisioningCase::stop() const {
  return command(stop_line());
}

phone::Phone& ProvisioningCase::need(phone::Way way) const {
  auto& phone = stage().phone();
  if (const auto why = phone.not_meant(way); !why.empty()) throw NotApplicable(why);
  or_cannot_tell(phone.ready(way));
  return phone;
}

bool ProvisioningCase::has_ble() const {
  return stage().phone().has(phone::Way::ble);
}

bool ProvisioningCase::has_airkiss() const {
  return stage().phone().has(phone::Way::airkiss);
}

std::unique_ptr<phone::Watch> ProvisioningCase::watch() const {
  return or_cannot_tell(ble().watch());
}

bool ProvisioningCase::is_advertised() const {
  return or_cannot_tell(watch()->seen(profile().deadlines().advert)).has_value();
}

bool ProvisioningCase::is_not_advertised() const {
  return or_cannot_tell(watch()->gone());
}

lab::Network ProvisioningCase::network(std::size_t ssid, std::size_t password) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
  const auto text = [&](std::size_t size) {
    std::string out;
    // No digit at the edges: that is SS-10's.
    while (out.size() < size)
      out += kLetters[random().below(out.empty() || out.size() + 1 == size ? 26 : kLetters.size())];
    return out;
  };
  lab::Network made{text(ssid), Secret(text(password))};
  offer(made);
  return made;
}

lab::Network ProvisioningCase::any_network() {
  if (stage().phone().can_make()) return network();
  if (!stage().phone().home())
    throw CannotTell(
        "nobody has said which network there is: give network.ssid and network.password_file in the bench "
        "file");
  return *stage().phone().home();
}

void ProvisioningCase::offer(const lab::Network& network) {
  or_cannot_tell(stage().phone().make(network));
  moved_ = true;
}

ble::Delivered ProvisioningCase::deliver(const std::string& payload, std::optional<bool> with_response) {
  auto delivered = ble().write(payload, with_response);
  if (delivered.trouble && (delivered.step == ble::Step::connect || delivered.step == ble::Step::discover)) {
    step("the phone could not connect: once more");  // radio is radio
    delivered = ble().write(payload, with_response);
  }
  if (!delivered.trouble) return delivered;
  if (delivered.trouble->fault != Fault::device) throw CannotTell(delivered.trouble->text());
  found(delivered.trouble->text());
  return delivered;
}

Joining ProvisioningCase::join_by_payload(const std::string& payload, std::optional<bool> with_response,
                                          Hope hope) {
  const Chatter window(stage().recorder());
  moved_ = true;
  const auto delivered = deliver(payload, with_response);
  // One that hangs up in the middle of the write may have taken it.
  auto joining = await_join(delivered.sent() ? profile().deadlines().join : Nanos{}, hope);
  if (delivered.sent()) joining.written = delivered.written;
  const auto has = [&](const char* flag) {
    return std::find(delivered.flags.begin(), delivered.flags.end(), flag) != delivered.flags.end();
  };
  joining.can_command = has("write") && has("write-without-response");
  if (delivered.trouble && !joining.reached) {
    joining.undelivered = delivered.trouble->what;
    joining.refused = delivered.sent() || delivered.step == ble::Step::look;
  }
  note_station(joining, delivered.scan_start);
  return joining;
}

void ProvisioningCase::note_station(Joining& joining, Instant since) const {
  if (const auto* ap = stage().access_point())
    if (const auto station = ap->connected_since(since)) joining.at_ap = station->at;
}

Joining ProvisioningCase::join_by_ble(const lab::Network& network) {
  return join_by_payload(must(ble::encode_payload(network.ssid, network.password)));
}

Joining ProvisioningCase::fail_by_ble(const lab::Network& network) {
  return join_by_payload(must(ble::encode_payload(network.ssid, network.password)), {}, Hope::failure);
}

Kissed ProvisioningCase::join_by_airkiss(const lab::Network& network, const airkiss::Disturbance& disturbance,
                                         std::optional<std::uint8_t> random_byte) {
  const Chatter window(stage().recorder());
  moved_ = true;
  auto& phone = airkiss();
  Kissed kissed;
  kissed.random = random_byte.value_or(static_cast<std::uint8_t>(1 + random().below(255)));
  const auto sender = phone.kiss(network, kissed.random, disturbance, random_byte ? kAllAnswers : Nanos{});
  kissed.joining = await_join(profile().deadlines().airkiss);
  const auto last = Deadline::in(clock(), kAnswer);
  while (kissed.joining.up && !sender->over() && !last.passed(clock()))
    hear(kissed.joining, listen(kStep, kStep));
  auto sent = sender->finish();
  if (!sent) throw CannotTell(sent.error().text());
  kissed.sent = std::move(*sent);
  note_station(kissed.joining, kissed.sent.begun);
  return kissed;
}

Joining ProvisioningCase::burst_in_vain() {
  auto& phone = airkiss();
  const auto one = any_network();
  const Chatter window(stage().recorder());
  const auto sender = phone.kiss(one, 77, {}, Nanos{});
  const auto enough = or_cannot_tell(phone.three_rounds(one)) + profile().deadlines().join / 4;
  const auto joining = await_join(std::min(profile().deadlines().airkiss, enough));
  const auto sent = sender->finish();
  if (!sent) throw CannotTell(sent.error().text());
  return joining;
}

Joining ProvisioningCase::await_join(Nanos limit, Hope hope) const {
  const Chatter window(stage().recorder());
  const auto quiet = profile().deadlines().quiet;
  Joining joining{.by_request = stage().phone().can_make()};
  const auto last = Deadline::in(clock(), limit);
  bool over = false;
  do {
    const auto ups = joining.ups;
    const auto heard = await_anything(quiet, std::max(quiet, last.left(clock())));
    hear(joining, heard);
    over = joining.starts > 0 || std::any_of(heard.items.begin(), heard.items.end(), [&](const auto& item) {
             return is_declared_failure(trimmed(heard.text(item)));
           });
    if (!over && hope == Hope::network && joining.ups > ups)
      over = reaches(joining, 3) || !joining.by_request;
  } while (!over && !last.passed(clock()));
  if (joining.starts > 0) (void)stage().dut().settle_after_boot();
  if (!joining.reached && joining.by_request && joining.starts == 0) (void)reaches(joining, 1);
  if (joining.reached) learned_of(stage()).good.insert(joining.lines.begin(), joining.lines.end());
  return joining;
}

bool ProvisioningCase::reaches(Joining& joining, int tries) const {
  joining.reached = stage().gets_through(tries, [&](const auto& exchange) { hear(joining, exchange); });
  return joining.reached;
}

bool ProvisioningCase::is_declared_failure(std::string_view line) const {
  const auto& told = profile().lines().network_failed;
  return std::any_of(told.begin(), told.end(), [&](const auto& pattern) { return glob(pattern, line); });
}

/// A line of a network that is there, however this build begins it.
bool ProvisioningCase::is_usual(std::string_view line) const {
  const auto& up = profile().lines().network_up;
  if (learned_of(stage()).good.contains(std::string(line))) return true;
  if (!up.empty() && line.find(up) != std::string_view::npos) return true;
  return lower(line).find("connected") != std::string_view::npos && !tells_of_leaving(line);
}

/// Of the reply to a command only what is no part of it.
void ProvisioningCase::hear(Joining& joining, const at::Exchange& exchange) const {
  const bool asked = !exchange.sent.empty();
  for (const auto& item : exchange.items) {
    if (item.kind == Kind::boot) ++joining.starts;
    if (item.kind == Kind::echo || item.kind == Kind::framing || item.kind == Kind::boot) continue;
    if (asked && item.kind != Kind::unsolicited && item.kind != Kind::unexplained) continue;
    if (const std::string line(trimmed(exchange.text(item))); !line.empty())
      hear_line(joining, line, item.last);
  }
}

void ProvisioningCase::hear_line(Joining& joining, const std::string& line, Instant at) const {
  const auto& up = profile().lines().network_up;
  joining.lines.push_back(line);
  if (!up.empty() && line.find(up) != std::string::npos) {
    ++joining.ups;
    joining.up = at;  // the last one: those before it led nowhere
  } else if (tells_of_leaving(line)) {
    joining.left = true;
  } else if (profile().lines().network_failed.empty() ? !is_usual(line) : is_declared_failure(line)) {
    joining.told_failure = true;
  }
}

void ProvisioningCase::learn(const Joining& failing, bool of_absent) const {
  auto& known = learned_of(stage());
  for (const auto& line : failing.lines)
    if (!is_usual(line) && !tells_of_leaving(line)) (of_absent ? known.absent : known.wrong).insert(line);
}

void ProvisioningCase::know_failures(const lab::Network& there) {
  auto& known = learned_of(stage());
  if (known.knows_failures || !start(1).ok()) return;
  known.knows_failures = true;
  learn(fail_by_ble({"absent-" + there.ssid, there.password}), true);
  if (!is_advertised() && !start(1).ok()) return;
  learn(fail_by_ble({there.ssid, Secret("not-" + std::string(there.password.reveal()))}), false);
  (void)stop();
}

ProvisioningCase::Attempt ProvisioningCase::attempt_in(const Joining& joining) const {
  const auto& known = learned_of(stage());
  if (joining.moved()) return Attempt::made;
  auto attempt = Attempt::none;
  for (const auto& line : joining.lines) {
    if (known.good.contains(line)) continue;
    const bool absent = known.absent.contains(line), wrong = known.wrong.contains(line);
    if (absent != wrong) return Attempt::made;
    if (absent) attempt = joining.left ? Attempt::made : Attempt::unclear;
  }
  return attempt;
}

void ProvisioningCase::owe_join(std::string_view requirement, std::string_view obligation,
                                const Joining& joining) const {
  owe(requirement, obligation)
      .only_if(joining.undelivered.empty() || joining.refused, joining.undelivered)
      .only_if(!joining.up || joining.reached || joining.at_ap || !stage().unreachable(),
               "this bench's network does not lead to the server")
      .met(joining.joined() || (joining.at_ap && stage().unreachable()),
           "an address, and a request to the server", joining.text());
}

void ProvisioningCase::tell_of_failure(std::string_view what, const lab::Network& wrong,
                                       const lab::Network& right) {
  // Its old network is gone: what the device says of leaving it is said before.
  const bool online = stage().gets_through();
  if (!start(1).ok())
    return owe("SS-14", fmt::format("{} is told", what)).cannot_tell("type 1 is refused (SS-01)");
  const auto failing = fail_by_ble(wrong);
  learn(failing, wrong.ssid != right.ssid);
  const bool only_left = online && failing.left && !failing.told_failure;
  owe("SS-14", fmt::format("{} is told on the UART", what))
      .only_if(failing.undelivered.empty(), failing.undelivered)
      .only_if(!only_left,
               "only a line of leaving a network came: profile lines.network_failed can say what it means")
      .met((failing.told_failure || failing.left) && !failing.moved(), "a line that tells it",
           failing.text());
  if (!failing.undelivered.empty()) return;
  if (!is_advertised()) (void)start(1);
  owe_join("SS-14", "and provisioning can be tried again", join_by_ble(right));
}

/// Whatever runs is stopped, and what a success or a failure has left in the device ends here: that is
/// SS-14's and SS-18's, not the next case's. Its last network is still there to start in. It goes home when
/// somebody needs it there.
void ProvisioningCase::TearDown() try {
  if (moved_) stage().moved();
  if (!started_ || stage().dut().in_doubt()) return;
  const Chatter window(stage().recorder());
  if (moved_) return restart();
  const auto& line = learned_of(stage()).stop;
  for (const auto* name : phone::kStopLines)
    if (line.empty() || line == name) (void)stage().dut().command(name);
  stage().dut().heard(session().listen(profile().deadlines().quiet, 200ms));
} catch (const std::exception& exception) {
  stage().broke(exception);
}

}  // namespace attest::suites
