#include "harness/lab/probe_commands.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace attest::lab {
namespace {
using namespace std::chrono_literals;
using Is = ProbedCommand::Is;

/// Each with other names that are tried where the manual's is not known. OTA and CWSTARTSMART do something,
/// and a name that is only guessed might do more.
struct Wanted {
  std::string name;
  std::vector<std::string> others;
};

const std::vector<Wanted>& wanted() {
  static const std::vector<Wanted> all{{"HTTPCLIENT", {"HTTPREQ", "HTTPREQUEST", "HTTP"}},
                                       {"HTTPGETSIZE", {"HTTPSIZE", "HTTPCGETSIZE", "GETSIZE"}},
                                       {"HTTPCPOST", {"HTTPPOST", "HTTPCPST"}},
                                       {"HTTPCERT", {"HTTPSCERT", "HTTPCACERT", "CACERT"}},
                                       {"OTA", {}},
                                       {"CWSTARTSMART", {}},
                                       {"CWSTOPSMART", {"CWSTOPTSMART"}}};
  return all;
}

/// A well-formed write of what is no certificate: it is refused, and if not, it was written to RAM.
constexpr std::size_t kNoCertificate = 512;
constexpr std::size_t kLongestWord = 40;
/// A page at the device itself, where nothing listens.
constexpr const char* kNowhere = "http://127.0.0.1:1/";

std::string with_name_hidden(std::string line, std::string_view name) {
  for (auto at = line.find(name); at != std::string::npos; at = line.find(name))
    line.replace(at, name.size(), 1, '\1');
  return line;
}

/// What a profile can have as a word: nothing that was garbled on its way.
bool usable(std::string_view text) {
  return !text.empty() && text.size() <= kLongestWord &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

bool has(const Heard& heard, const std::string& word) {
  return std::find(heard.lines.begin(), heard.lines.end(), word) != heard.lines.end();
}

}  // namespace

/// Silence puts the device in doubt: it may be waiting for something, or gone.
void CommandProber::need_life() {
  const auto after = talk_.last_sent();
  for (int tries = 0; tries < 3; ++tries)
    if (has(talk_.ask("AT", options_.patience), found_.dialect.words.ok)) return;
  throw Failure({Fault::bench,
                 fmt::format("{}: the device stopped answering after \"{}\"", talk_.link().name(), after),
                 "power it off and on; if it dies of that again, write its profile by hand"});
}

Heard CommandProber::ask(const std::string& line, Nanos patience) {
  auto heard = talk_.ask(found_.dialect.command_prefix + line, patience);
  if (heard.lines.empty() && heard.rest.empty()) need_life();
  return heard;
}

std::vector<std::string> CommandProber::answer_to_form(const std::string& own, std::string_view form) {
  auto lines = ask(own + std::string(form), options_.patience).lines;
  for (auto& line : lines) line = with_name_hidden(std::move(line), own);
  return lines;
}

/// Whether its test or query form is answered otherwise than that of an unknown command.
bool CommandProber::known_by_form(const std::string& own) {
  for (const auto* form : {"=?", "?"}) {
    if (!of_unknown_.contains(form)) of_unknown_[form] = answer_to_form(std::string(kUnknownName), form);
    const auto lines = answer_to_form(own, form);
    if (!lines.empty() && lines != of_unknown_[form]) return true;
  }
  return false;
}

void CommandProber::adopt(std::string& word, bool& saw, const std::string& text) {
  if (!usable(text)) return;
  auto& words = found_.dialect.words;
  for (const auto* other : {&words.ok, &words.error, &words.send_ok, &words.send_fail})
    if (other != &word && *other == text) return;
  word = text;
  saw = true;
}

void CommandProber::learn_reply_prefix(const Heard& heard, const std::string& own) {
  for (const auto& line : heard.lines) {
    const auto at = line.find(own + ":");
    if (at == std::string::npos || at == 0 || at > 4) continue;
    found_.dialect.reply_prefix = line.substr(0, at);
    found_.saw_reply_prefix = true;
  }
}

CommandProber::Shown CommandProber::get(const std::string& own, const std::string& parameters) {
  if (!options_.page) return Shown::nothing;
  const auto heard = ask(own + "=" + parameters, options_.network);
  learn_reply_prefix(heard, own);
  if (options_.page->asked()) {
    network_works_ = true;
    return Shown::works;
  }
  if (heard.lines.empty()) return Shown::nothing;
  return has(heard, found_.dialect.words.ok) ? Shown::works : Shown::refused;
}

/// Whether it was asked for data; what it says once it has them is learned.
bool CommandProber::post_to(const std::string& own, const std::string& url, bool& refused) {
  auto heard = ask(fmt::format("{}={},1", own, url), options_.patience);
  refused = !has(heard, found_.dialect.words.ok) && heard.rest.empty();
  if (refused) return false;
  if (heard.rest.empty()) heard = talk_.listen(500ms);
  const auto prompt = heard.rest.empty() && !heard.lines.empty() ? heard.lines.back() : heard.rest;
  if (usable(prompt)) {
    found_.dialect.prompt = prompt;
    found_.saw_prompt = true;
  }
  talk_.ends_with({});
  const auto answer = talk_.give("x", options_.network);
  talk_.ends_with({found_.dialect.words.ok, found_.dialect.words.error});
  if (answer.lines.empty()) {
    need_life();
    return true;
  }
  auto& words = found_.dialect.words;
  if (options_.page && options_.page->asked()) {
    network_works_ = true;
    adopt(words.send_ok, found_.saw_send_ok, answer.lines.back());
  } else if (url == kNowhere) {
    adopt(words.send_fail, found_.saw_send_fail, answer.lines.back());
  }
  return true;
}

CommandProber::Shown CommandProber::post(const std::string& own) {
  bool refused = false;
  if (options_.page && post_to(own, options_.page->url, refused)) {
    (void)post_to(own, kNowhere, refused);
    return Shown::works;
  }
  return post_to(own, kNowhere, refused) ? Shown::works : Shown::refused;
}

/// It takes its data after OK, after a prompt, or in silence.
CommandProber::Shown CommandProber::certificate(const std::string& own) {
  const auto asked = talk_.ask(fmt::format("{}{}=1,{}", found_.dialect.command_prefix, own, kNoCertificate),
                               options_.patience);
  if (has(asked, found_.dialect.words.error)) return Shown::refused;
  const auto answered = talk_.give(std::string(kNoCertificate, 'x'), options_.patience);
  need_life();
  return asked.lines.empty() && answered.lines.empty() ? Shown::nothing : Shown::works;
}

/// Stopping what does not run is harmless.
CommandProber::Shown CommandProber::stop(const std::string& own) {
  return has(ask(own, options_.patience), found_.dialect.words.ok) ? Shown::works : Shown::nothing;
}

CommandProber::Shown CommandProber::request(const std::string& name, const std::string& own) {
  const auto& page = options_.page;
  if (name == "HTTPCLIENT")
    return get(own, page ? fmt::format("2,0,{},{},{},1", page->url, page->host, page->path) : "");
  if (name == "HTTPGETSIZE") return get(own, page ? page->url : "");
  if (name == "HTTPCPOST") return post(own);
  if (name == "HTTPCERT") return certificate(own);
  return name == "CWSTOPSMART" ? stop(own) : Shown::nothing;
}

ProbedCommand CommandProber::look_for(const std::string& name, const std::vector<std::string>& names) {
  ProbedCommand command{name, name, Is::unknown,
                        "answers nothing by which it could be told from an unknown command"};
  bool proper = false;
  for (const auto& own : names) {
    const bool form = known_by_form(own);
    // Asked even where its form has told: what it says then shows words of the dialect.
    const auto shown = form || !forms_tell_ ? request(name, own) : Shown::nothing;
    proper = proper || shown == Shown::refused;
    if (!form && shown != Shown::works) continue;
    return {name, own, Is::there, shown == Shown::works ? "works" : "answers its test or query form"};
  }
  judge(command, proper);
  return command;
}

/// Not there, where that can be said.
void CommandProber::judge(ProbedCommand& command, bool request_was_proper) const {
  const bool asks_servers = command.name != "HTTPCERT";
  if (forms_tell_) {
    command.is = Is::missing;
    command.how = "its test form is answered as that of an unknown command";
  } else if (request_was_proper && (!asks_servers || network_works_)) {
    command.is = Is::missing;
    command.how = "a proper request is answered as an unknown command";
  }
}

void CommandProber::go() {
  const auto& names = found_.dialect.names;
  const auto version = names.contains("GMR") ? names.at("GMR") : std::string("GMR");
  forms_tell_ = !found_.firmware.empty() && known_by_form(version);
  std::vector<ProbedCommand> all;
  for (const auto& [name, others] : wanted()) {
    std::vector<std::string> candidates{name};
    candidates.insert(candidates.end(), others.begin(), others.end());
    all.push_back(look_for(name, candidates));
  }
  // What was refused before it was known that servers can be reached is asked again.
  for (auto& one : all)
    if (one.is == Is::unknown && network_works_ && one.name.starts_with("HTTP"))
      one = look_for(one.name, {one.name});
  for (const auto& one : all)
    if (one.own != one.name) found_.dialect.names.emplace(one.name, one.own);
  if (network_works_ && options_.page->names_port) found_.ports_in_urls = true;
  found_.commands = std::move(all);
}

}  // namespace attest::lab
