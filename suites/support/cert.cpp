#include "suites/support/cert.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "suites/support/memory.hpp"
#include "suites/support/stage.hpp"

namespace attest::suites {

/// Of the device on the stage. One case host has one device.
struct CertCase::Manners {
  const Stage* of = nullptr;
  bool learned = false;
  std::string name;
  Nanos pulse{};  ///< from AT to OK
  std::optional<CertReply> reply;
  std::string line_end = "\r\n";
};

CertCase::Manners& CertCase::known() {
  static Manners known;
  if (known.of != Stage::current) known = {.of = Stage::current};
  return known;
}

CertCase::Manners& CertCase::manners() const {
  return known();
}

const bool CertCase::remembered_ = remember({"certificates",
                                             [] {
                                               const auto& now = known();
                                               auto saved = nlohmann::json::object();
                                               if (now.learned || now.reply)
                                                 saved = {{"learned", now.learned},
                                                          {"name", now.name},
                                                          {"pulse", now.pulse.count()},
                                                          {"line_end", now.line_end}};
                                               if (now.reply) saved["reply"] = static_cast<int>(*now.reply);
                                               return saved;
                                             },
                                             [](const nlohmann::json& saved) {
                                               auto& now = known() = {.of = Stage::current};
                                               if (saved.empty()) return;
                                               now.learned = saved.at("learned");
                                               now.name = saved.at("name");
                                               now.pulse = Nanos(saved.at("pulse").get<std::int64_t>());
                                               now.line_end = saved.at("line_end");
                                               if (saved.contains("reply"))
                                                 now.reply =
                                                     static_cast<CertReply>(saved.at("reply").get<int>());
                                             }});

std::string with_line_ends(std::string_view pem, std::string_view end, bool last) {
  std::string out;
  for (const char c : pem) {
    if (c == '\n')
      out += end;
    else if (c != '\r')
      out += c;
  }
  while (!out.empty() && (out.back() == '\n' || out.back() == '\r')) out.pop_back();
  return last ? out += end : out;
}

at::Expectation CertCase::loosely(Nanos patience) const {
  auto either = at::expectation_for("AT+HTTPCERT=1,1", session().dialect());
  either.deadline = patience;
  return either;
}

at::Exchange CertCase::hear(Nanos patience) const {
  stage().recorder().silence_is_right(true);
  auto exchange = session().await(loosely(patience));
  stage().recorder().silence_is_right(false);
  if (exchange.outcome != at::Outcome::silent) stage().dut().noticed(exchange);
  return exchange;
}

at::Exchange CertCase::ask(std::string_view line) const {
  auto& dut = stage().dut();
  if (dut.in_doubt()) must(dut.recover());
  const auto usual = manners().reply;
  const auto& limits = profile().deadlines();
  const bool speaks = usual && *usual != CertReply::nothing;
  // A device that takes its data in silence is not kept waiting for them longer than an ERROR would take: it
  // may give up on them. What comes later is understood as well.
  const Nanos patience = speaks ? limits.command : limits.line_gap + 3 * manners().pulse;
  send_raw(spoken(line) + "\r\n");
  return hear(patience);
}

Written CertCase::write_as(const std::string& name, const CertWrite& what, bool silence_is_right) const {
  const bool first = !manners().reply;
  const auto length = what.length.empty() ? std::to_string(what.data.size()) : what.length;
  Written written;
  written.asked = ask(at::command(name, {what.type, length}));
  const auto outcome = written.asked.outcome;
  written.sent = outcome == at::Outcome::silent || outcome == at::Outcome::prompted || written.asked.ok();
  written.data_at = clock().now();
  written.answered = written.sent ? give(written.asked, what, silence_is_right) : written.asked;
  if (written.taken() && first)
    manners().reply = outcome == at::Outcome::silent     ? CertReply::nothing
                      : outcome == at::Outcome::prompted ? CertReply::prompt
                                                         : CertReply::ok;
  return written;
}

/// The data, and what is said to them.
at::Exchange CertCase::give(const at::Exchange& asked, const CertWrite& what, bool silence_is_right) const {
  const auto& limits = profile().deadlines();
  auto& dut = stage().dut();
  const Nanos due = session().link().line().wire_time(what.data.size()) +
                    (what.short_of_data ? limits.data_wait : limits.command);
  std::string_view left = what.data;
  for (std::size_t piece = 1; piece < what.pieces; ++piece) {
    const auto some = what.data.size() / what.pieces;
    send_raw(left.substr(0, some));
    left.remove_prefix(some);
    pause(40ms);
  }
  send_raw(left);
  stage().gave_data();
  if (asked.ok() && !what.short_of_data) {  // it may say more, and the pause ends data of type 2
    auto more = hear(due - limits.command + limits.data_gap);
    return more.outcome == at::Outcome::silent ? asked : more;
  }
  auto answered = silence_is_right ? hear(due) : session().await(loosely(due));
  // OK and the prompt, later than they were waited for: the data are there already.
  if (answered.outcome == at::Outcome::prompted) answered = session().await(loosely(due));
  dut.noticed(answered);
  return answered;
}

CertCase::Known CertCase::probe(const std::string& name) const {
  auto& learned = manners();
  learned.pulse = profile().deadlines().command / 10;
  for (int i = 0; i < 3; ++i) learned.pulse = std::min(learned.pulse, command("AT").duration());
  auto sent = false;
  for (const auto* type : {"1", "2"}) {
    const CertWrite certificate{.type = type, .length = {}, .data = ca(server::Ca::rsa)};
    auto written = write_as(name, certificate, true);
    sent = sent || written.sent;
    if (written.sent && written.answered.error() && learned.line_end == "\r\n") {
      learned.line_end = "\n";
      const CertWrite other{.type = type, .length = {}, .data = ca(server::Ca::rsa)};
      written = write_as(name, other, true);
      if (!written.taken()) learned.line_end = "\r\n";
    }
    if (written.sent && written.answered.final) return Known::yes;
  }
  return sent ? Known::unclear : Known::no;
}

void CertCase::learn(Manners& learned) const {
  learned.learned = true;
  if (!stage().unclaimed("AT+HTTPCERT").empty()) return;
  std::vector<std::string> names{"HTTPCERT", "HTTPSCERT"};
  if (!profile().names().certificate.empty()) names = {profile().names().certificate};
  step("Which name the certificate command has here, and where its OK stands");
  std::string perhaps;
  for (const auto& name : names) {
    const auto answer = probe(name);
    if (answer == Known::unclear && perhaps.empty()) perhaps = name;
    if (answer != Known::yes) continue;
    learned.name = name;
    return;
  }
  learned.name = perhaps;
}

std::string CertCase::cert_name() const {
  auto& known = manners();
  if (!known.learned) learn(known);
  return known.name;
}

Written CertCase::write(const CertWrite& what) const {
  stage().need("AT+HTTPCERT");
  const auto name = cert_name();
  if (name.empty()) throw CannotTell("neither AT+HTTPCERT nor AT+HTTPSCERT is known to this device (CE-01)");
  return write_as(name, what, false);
}

std::string CertCase::ca(server::Ca which) const {
  return with_line_ends(pki().ca_pem(which), manners().line_end, false);
}

bool CertCase::trust_if_possible(server::Ca which) const {
  const auto name = cert_name();
  return !name.empty() && write_as(name, {.type = "1", .length = {}, .data = ca(which)}, true).taken();
}

void CertCase::need_to_be_trusted() const {
  stage().need("AT+HTTPCERT");
}

Fetched CertCase::fetch(server::Leaf leaf, server::TlsTrouble trouble) const {
  const auto page = serve_securely(leaf, {.content_type = "text/plain", .body = "hello"}, trouble);
  return fetch(*page, http_get(*page, secure_origin()));
}

Fetched CertCase::fetch(const server::Resource& page, HttpClient request) const {
  const auto before = secure_origin().handshakes().size();
  request.transport = "2";
  Fetched fetched;
  fetched.exchange = command(request.line());
  fetched.requests = requests_of(page);
  const auto all = secure_origin().handshakes();
  fetched.connected = all.size() > before;
  if (fetched.connected) fetched.handshake = all[before];
  return fetched;
}

}  // namespace attest::suites
