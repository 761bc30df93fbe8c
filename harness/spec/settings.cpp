#include "harness/spec/settings.hpp"

namespace attest::spec {

std::vector<Setting> settings_of(Deadlines& d, Lines& l, Facts& f, Names& n) {
  return {
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
      {"lines", "unsolicited", &l.unsolicited, {}},
      {"lines", "boot", &l.boot, {}},
      {"lines", "boot_noise", &l.boot_noise, {}},
      {"lines", "network_up", &l.network_up, {}},
      {"facts", "ports_in_urls", &f.ports_in_urls, {}},
      {"facts", "port_in_host", &f.port_in_host, {}},
      {"facts", "put_takes_data", &f.put_takes_data, {}},
      {"facts", "command_line_limit", &f.command_line_limit, {}},
      {"facts", "body_limit", &f.body_limit, {}},
      {"facts", "post_limit", &f.post_limit, {}},
      {"facts", "certificate_limit", &f.certificate_limit, {}},
      {"facts", "ota_partition", &f.ota_partition, {}},
      {"names", "certificate", &n.certificate, {"", "HTTPCERT", "HTTPSCERT"}},
      {"names", "stop_smart", &n.stop_smart, {"", "CWSTOPSMART", "CWSTOPTSMART"}},
  };
}

}  // namespace attest::spec
