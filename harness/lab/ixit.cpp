#include "harness/lab/ixit.hpp"

namespace attest::lab {

at::Dialect dialect_of(const spec::Profile& profile) {
  at::Dialect dialect;
  const auto& lines = profile.lines();
  const auto& deadlines = profile.deadlines();
  dialect.unsolicited = lines.unsolicited;
  dialect.boot = lines.boot;
  dialect.boot_noise = lines.boot_noise;
  const auto& words = profile.words();
  dialect.words = {words.ok, words.error, words.send_ok, words.send_fail};
  dialect.prompt = words.prompt;
  dialect.command_prefix = words.command_prefix;
  dialect.reply_prefix = words.reply_prefix;
  dialect.echo_on = words.echo_on;
  dialect.echo_off = words.echo_off;
  for (const auto& [manual, own] : profile.names().own)
    if (own != manual) dialect.names.emplace(manual, own);
  dialect.command_deadline = deadlines.command;
  dialect.network_deadline = deadlines.network;
  dialect.restart_deadline = deadlines.restart;
  dialect.data_gap = deadlines.data_gap;
  dialect.line_gap = deadlines.line_gap;
  dialect.guard = deadlines.guard;
  return dialect;
}

Habitat habitat_of(const spec::Profile& profile) {
  const auto& deadlines = profile.deadlines();
  return {deadlines.connect, profile.lines().network_up, deadlines.network_up, deadlines.quiet};
}

}  // namespace attest::lab
