#include "tools/cli/probe_profile.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/base/bytes.hpp"
#include "harness/base/text.hpp"

namespace attest::cli {
namespace {

using Is = lab::ProbedCommand::Is;

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string entry(std::string_view key, std::string_view word, std::string_view why) {
  return fmt::format("{:<14} = {:<12} # {}\n", key, in_quotes(word), why);
}

std::string seen(bool yes, std::string_view what) {
  return yes ? std::string(what) : "not seen, so the manual's: give the firmware's own if it has another";
}

std::string dialect_text(const lab::Probed& found) {
  const auto& d = found.dialect;
  std::string out = "[dialect]\n";
  out += entry("ok", d.words.ok, "the answer to AT");
  out += entry("error", d.words.error, seen(found.saw_error, "the answer to an unknown command"));
  out += entry("send_ok", d.words.send_ok, seen(found.saw_send_ok, "after data that came to a server"));
  out += entry("send_fail", d.words.send_fail,
               seen(found.saw_send_fail, "after data for a server that is not there"));
  out += entry("prompt", d.prompt, seen(found.saw_prompt, "after HTTPCPOST"));
  out += entry("command_prefix", d.command_prefix,
               seen(!found.firmware.empty(), "with it the command for the version works"));
  out += entry("reply_prefix", d.reply_prefix, seen(found.saw_reply_prefix, "before the name in a reply"));
  out += entry("echo_on", d.echo_on, seen(found.echo_switches, "switches the echo"));
  out += entry("echo_off", d.echo_off, seen(found.echo_switches, "switches the echo"));
  if (found.line_end != "CR LF")
    out += fmt::format(
        "# Its lines end in {}, and the manual's in CR LF: no profile can claim that, GEN-01 will fail.\n",
        found.line_end);
  return out;
}

/// The manual has two names for some commands; which of them is there is told by a key of its own.
std::string_view key_of_twin(std::string_view own) {
  if (own == "HTTPSCERT") return "certificate";
  return own == "CWSTOPTSMART" ? "stop_smart" : "";
}

std::string names_text(const lab::Probed& found) {
  std::string out = "[names]\n";
  for (const auto& [manual, own] : found.dialect.names) {
    const auto twin = key_of_twin(own);
    out += fmt::format("{:<14} = {}\n", twin.empty() ? std::string_view(manual) : twin, in_quotes(own));
  }
  return out +
         "# HTTPCLIENT = \"…\" and so on: a command that the firmware calls otherwise than the manual\n";
}

std::string claims_text(const lab::Probed& found) {
  std::string claimed, missing;
  for (const auto& one : found.commands) {
    if (one.is == Is::missing)
      missing += fmt::format("# {}: {}\n", one.name, one.how);
    else
      claimed += fmt::format("  {:<15} # {}: {}\n", in_quotes(one.name) + ",",
                             one.is == Is::there ? "there" : "unknown", one.how);
  }
  return fmt::format(
      "[claims]  # what is claimed and not there is a failure; what is not claimed is not applicable\n"
      "commands = [\n{}]\n{}without = [{}]  # of \"dns\", \"tls\", \"echo\", \"head\", \"put\", \"delete\": "
      "what it has not\n",
      claimed, missing.empty() ? "" : "# Not there, and so not claimed:\n" + missing,
      found.echo_switches ? "" : "\"echo\"");
}

std::string facts_text(const lab::Probed& found) {
  const std::string ports =
      !found.ports_in_urls
          ? "# ports_in_urls = true   # no request with a port in its URL was seen to arrive\n"
          : "ports_in_urls = true     # a request went to the port in its URL\n";
  return "[facts]  # limits are not probed: give those of the firmware's documents\n" + ports +
         "# command_line_limit = 256\n# post_limit         = 2048\n# certificate_limit  = 2048\n"
         "# body_limit         = 65536\n";
}

std::string_view name_of(Is is) {
  return is == Is::there ? "there" : is == Is::missing ? "missing" : "unknown";
}

}  // namespace

std::string profile_text(const lab::Probed& found, const std::string& extends, const std::string& link) {
  std::string firmware;
  for (const auto line : split(found.firmware, '\n')) firmware += "#     " + visible(line) + "\n";
  return fmt::format(
      "# Found by `attest probe` on {}. Edit it: a claim is yours to make, and a probe sees only what "
      "answers.\n"
      "# The firmware says of itself\n{}"
      "name    = \"probed\"\n"
      "extends = {}\n\n{}\n{}\n{}\n{}",
      visible(link), firmware, in_quotes(extends), dialect_text(found), names_text(found), claims_text(found),
      facts_text(found));
}

nlohmann::json probe_json(const lab::Probed& found, const std::string& link) {
  const auto& d = found.dialect;
  auto commands = nlohmann::json::array();
  for (const auto& one : found.commands)
    commands.push_back({{"name", one.name}, {"own", one.own}, {"is", name_of(one.is)}, {"how", one.how}});
  auto seen_keys = nlohmann::json::array({"ok"});
  for (const auto& [saw, key] : {std::pair{found.saw_error, "error"},
                                 {found.saw_send_ok, "send_ok"},
                                 {found.saw_send_fail, "send_fail"},
                                 {found.saw_prompt, "prompt"},
                                 {!found.firmware.empty(), "command_prefix"},
                                 {found.saw_reply_prefix, "reply_prefix"}})
    if (saw) seen_keys.push_back(key);
  return {{"schema", "attest-probe-1"},
          {"link", link},
          {"firmware", found.firmware},
          {"dialect",
           {{"ok", d.words.ok},
            {"error", d.words.error},
            {"send_ok", d.words.send_ok},
            {"send_fail", d.words.send_fail},
            {"prompt", d.prompt},
            {"command_prefix", d.command_prefix},
            {"reply_prefix", d.reply_prefix},
            {"echo_on", d.echo_on},
            {"echo_off", d.echo_off}}},
          {"seen", std::move(seen_keys)},
          {"line_end", found.line_end},
          {"echo", {{"at_start", found.echo_at_start}, {"switches", found.echo_switches}}},
          {"ports_in_urls", found.ports_in_urls ? nlohmann::json(*found.ports_in_urls) : nlohmann::json()},
          {"commands", std::move(commands)}};
}

std::string probe_summary(const lab::Probed& found) {
  const auto& words = found.dialect.words;
  std::string out = fmt::format("firmware   {}\nresults    {}, {}, {}, {}; prompt {}\n",
                                found.firmware.empty() ? "does not tell" : visible(found.firmware), words.ok,
                                words.error, words.send_ok, words.send_fail, found.dialect.prompt);
  for (const auto& one : found.commands)
    out += fmt::format("{:<10} {:<13} {}{}\n", name_of(one.is), one.name,
                       one.own == one.name ? "" : "as " + one.own + ": ", one.how);
  return out;
}

}  // namespace attest::cli
