// The order of the questions: contact, words, echo, prefix and version, commands.
#include "harness/lab/probe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "harness/base/bytes.hpp"
#include "harness/lab/contact.hpp"
#include "harness/lab/probe_commands.hpp"

namespace attest::lab {
namespace {
using namespace std::chrono_literals;

constexpr std::array<std::string_view, 5> kPrefixes{"AT+", "AT#", "AT^", "AT$", "AT*"};
constexpr std::array<std::string_view, 4> kVersions{"GMR", "CGMR", "VER", "VERSION"};

/// A word that says that something went wrong: no answer to AT.
bool complains(std::string_view word) {
  const auto text = lower(word);
  return text.find("err") != std::string::npos || text.find("fail") != std::string::npos ||
         text.find("unknown") != std::string::npos;
}

class Prober {
 public:
  Prober(transport::Link& link, const ProbeOptions& options, const Clock& clock)
      : options_(options), clock_(clock), talk_(link, clock, Deadline::in(clock, options.most)) {}

  Probed go() {
    auto chatter = found_.dialect.unsolicited;
    chatter.insert(chatter.end(), found_.dialect.boot.begin(), found_.dialect.boot.end());
    talk_.ignores(std::move(chatter));
    find_ok();
    find_error();
    find_echo();
    find_version();
    CommandProber(talk_, options_, found_).go();
    leave_echo_as_it_was();
    return std::move(found_);
  }

 private:
  void find_ok();
  [[nodiscard]] Heard first_answer();
  void find_error();
  void find_echo();
  [[nodiscard]] bool switches(const std::string& on, const std::string& off);
  [[nodiscard]] bool is_ok(std::string_view line);
  void find_version();
  void leave_echo_as_it_was();

  const ProbeOptions& options_;
  const Clock& clock_;
  Talk talk_;
  Probed found_;
};

Heard Prober::first_answer() {
  auto last = talk_.listen(100ms);
  const auto limit = Deadline::in(clock_, options_.connect);
  int tries = 0;
  while (tries == 0 || !limit.passed(clock_)) {
    auto heard = talk_.ask("AT", std::min(options_.patience, options_.connect));
    ++tries;
    if (!heard.lines.empty() && heard.readable()) return heard;
    if (!heard.nothing()) last = std::move(heard);
  }
  throw Failure(no_contact(talk_.link(), tries, options_.connect, last.raw).value());
}

/// The line at the end of most of the answers: between them the device may say other things too.
void Prober::find_ok() {
  std::map<std::string, int> count;
  auto heard = first_answer();
  found_.echo_at_start = heard.echoed;
  const std::string first = heard.raw;
  for (int i = 0; i < 4; ++i) {
    if (i > 0) heard = talk_.ask("AT", options_.patience);
    if (heard.lines.empty() || !heard.readable() || ++count[heard.lines.back()] < 3) continue;
    found_.dialect.words.ok = heard.lines.back();
    found_.line_end = heard.line_end;
    if (complains(found_.dialect.words.ok)) break;
    talk_.ends_with({found_.dialect.words.ok});
    return;
  }
  throw Failure(
      {Fault::bench,
       fmt::format("{}: AT is not answered as a device that is ready for commands answers it: \"{}\"",
                   talk_.link().name(), visible(first, 60)),
       fmt::format("check the line rate ({} now), that this is the AT port, and that the device is not "
                   "waiting for data: power it off and on",
                   talk_.link().line().baud)});
}

void Prober::find_error() {
  auto& words = found_.dialect.words;
  talk_.ends_with({});
  const auto heard = talk_.ask("AT+" + std::string(kUnknownName), options_.patience);
  found_.saw_error = !heard.lines.empty() && heard.readable() && heard.lines.back() != words.ok;
  if (found_.saw_error) words.error = heard.lines.back();
  talk_.ends_with({words.ok, words.error});
}

bool Prober::is_ok(std::string_view line) {
  const auto heard = talk_.ask(line, options_.patience);
  return std::find(heard.lines.begin(), heard.lines.end(), found_.dialect.words.ok) != heard.lines.end();
}

bool Prober::switches(const std::string& on, const std::string& off) {
  if (!is_ok(off) || talk_.ask("AT", options_.patience).echoed) return false;
  return is_ok(on) && talk_.ask("AT", options_.patience).echoed;
}

void Prober::find_echo() {
  auto& dialect = found_.dialect;
  std::vector<std::pair<std::string, std::string>> pairs{{dialect.echo_on, dialect.echo_off}};
  for (const auto prefix : kPrefixes)
    pairs.emplace_back(std::string(prefix) + "ECHO=1", std::string(prefix) + "ECHO=0");
  for (const auto& [on, off] : pairs) {
    if (!switches(on, off)) continue;
    dialect.echo_on = on;
    dialect.echo_off = off;
    found_.echo_switches = true;
    return;
  }
}

void Prober::find_version() {
  auto& dialect = found_.dialect;
  for (const auto prefix : kPrefixes)
    for (const auto name : kVersions) {
      const auto heard = talk_.ask(std::string(prefix) + std::string(name), options_.patience);
      const auto end = std::find(heard.lines.begin(), heard.lines.end(), dialect.words.ok);
      if (end == heard.lines.end() || end == heard.lines.begin()) continue;
      dialect.command_prefix = prefix;
      dialect.reply_prefix = prefix.substr(2);
      if (name != "GMR") dialect.names.emplace("GMR", name);
      for (auto line = heard.lines.begin(); line != end; ++line)
        found_.firmware += (found_.firmware.empty() ? "" : "\n") + *line;
      return;
    }
}

void Prober::leave_echo_as_it_was() {
  if (found_.echo_switches)
    (void)talk_.ask(found_.echo_at_start ? found_.dialect.echo_on : found_.dialect.echo_off,
                    options_.patience);
}

}  // namespace

Result<Probed> probe(transport::Link& link, const ProbeOptions& options, const Clock& clock) try {
  return Prober(link, options, clock).go();
} catch (const Failure& failure) {
  return tl::unexpected(failure.error());
}

Result<Probed> probe(const std::string& link, const ProbeOptions& options, const Clock& clock) {
  const auto address = transport::parse_link(link);
  if (!address) return tl::unexpected(address.error());
  const auto opened = transport::open_link(*address, clock, Deadline::in(clock, options.connect));
  if (!opened) return tl::unexpected(opened.error());
  return probe(**opened, options, clock);
}

}  // namespace attest::lab
