#include "harness/spec/settings.hpp"

#include "harness/spec/claims.hpp"

namespace attest::spec {
namespace {

const std::vector<std::string_view> kClaimable{"HTTPCLIENT", "HTTPGETSIZE",  "HTTPCPOST",  "HTTPCERT",
                                               "OTA",        "CWSTARTSMART", "CWSTOPSMART"};

const std::vector<std::string_view> kRates{"9600",   "19200",  "38400",   "57600",   "115200",  "230400",
                                           "460800", "921600", "1000000", "1500000", "2000000", "3000000"};

}  // namespace

std::vector<Setting> settings_of(Deadlines& d, Lines& l, Facts& f, Words& w, Names& n, Claims& c,
                                 Provisioning& p) {
  std::vector<Setting> all{
      {"deadlines", "command", &d.command, {}},
      {"deadlines", "network", &d.network, {}},
      {"deadlines", "restart", &d.restart, {}},
      {"deadlines", "data_wait", &d.data_wait, {}},
      {"deadlines", "data_gap", &d.data_gap, {}},
      {"deadlines", "line_gap", &d.line_gap, {}},
      {"deadlines", "guard", &d.guard, {}},
      {"deadlines", "quiet", &d.quiet, {}},
      {"deadlines", "connect", &d.connect, {}},
      {"deadlines", "network_up", &d.network_up, {}},
      {"deadlines", "update", &d.update, {}},
      {"deadlines", "advert", &d.advert, {}},
      {"deadlines", "advert_gone", &d.advert_gone, {}},
      {"deadlines", "phone", &d.phone, {}},
      {"deadlines", "join", &d.join, {}},
      {"deadlines", "airkiss", &d.airkiss, {}},
      {"lines", "unsolicited", &l.unsolicited, {}},
      {"lines", "boot", &l.boot, {}},
      {"lines", "boot_noise", &l.boot_noise, {}},
      {"lines", "network_up", &l.network_up, {}},
      {"lines", "network_failed", &l.network_failed, {}},
      {"facts", "ports_in_urls", &f.ports_in_urls, {}},
      {"facts", "port_in_host", &f.port_in_host, {}},
      {"facts", "put_takes_data", &f.put_takes_data, {}},
      {"facts", "command_line_limit", &f.command_line_limit, {}},
      {"facts", "body_limit", &f.body_limit, {}},
      {"facts", "post_limit", &f.post_limit, {}},
      {"facts", "certificate_limit", &f.certificate_limit, {}},
      {"facts", "ota_partition", &f.ota_partition, {}},
      {"facts", "line_rates", &f.line_rates, kRates},
      {"dialect", "ok", &w.ok, {}, Form::word},
      {"dialect", "error", &w.error, {}, Form::word},
      {"dialect", "send_ok", &w.send_ok, {}, Form::word},
      {"dialect", "send_fail", &w.send_fail, {}, Form::word},
      {"dialect", "prompt", &w.prompt, {}, Form::word},
      {"dialect", "command_prefix", &w.command_prefix, {}, Form::word},
      {"dialect", "reply_prefix", &w.reply_prefix, {}, Form::word},
      {"dialect", "echo_on", &w.echo_on, {}, Form::word},
      {"dialect", "echo_off", &w.echo_off, {}, Form::word},
      {"claims", "commands", &c.commands, kClaimable},
      {"claims", "without", &c.without, features()},
      {"provisioning", "name", &p.name, {}, Form::word},
      {"provisioning", "characteristic", &p.characteristic, {}},
      {"provisioning", "write", &p.write, {"", "request", "command"}},
      {"provisioning", "chunk", &p.chunk, {}},
      {"provisioning", "pace", &p.pace, {}},
      {"names", "certificate", &n.certificate, {"", "HTTPCERT", "HTTPSCERT"}},
      {"names", "stop_smart", &n.stop_smart, {"", "CWSTOPSMART", "CWSTOPTSMART"}},
  };
  for (auto& [manual, own] : n.own) all.push_back({"names", manual, &own, {}, Form::name});
  return all;
}

}  // namespace attest::spec
