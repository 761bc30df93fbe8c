#include "harness/lab/bench.hpp"

#include <fmt/format.h>

#include <toml++/toml.h>
#include <algorithm>
#include <functional>
#include <map>
#include <sstream>

#include "harness/base/file.hpp"
#include "harness/base/text.hpp"
#include "harness/spec/profile.hpp"
#include "harness/transport/link.hpp"

namespace attest::lab {
namespace {

using Keep = std::function<Status(const toml::node&)>;
using Keys = std::map<std::string, Keep>;

std::string at(const std::string& source, const toml::source_region& where) {
  return fmt::format("{}:{}:{}", source, where.begin.line, where.begin.column);
}

struct Loader {
  std::string source;

  [[nodiscard]] tl::unexpected<Error> wrong(const toml::node& node, std::string_view what,
                                            std::string cure) const {
    return fail(Fault::usage, fmt::format("{}: {}", at(source, node.source()), what), std::move(cure));
  }

  [[nodiscard]] Keep text(std::string& into, std::string_view key) const {
    return [this, &into, key](const toml::node& node) -> Status {
      if (!node.is_string()) return wrong(node, fmt::format("{} is not a text", key), "put it in quotes");
      into = **node.as_string();
      return {};
    };
  }

  [[nodiscard]] Keep port(std::uint16_t& into, std::string_view key) const {
    return [this, &into, key](const toml::node& node) -> Status {
      const auto value = node.value_exact<std::int64_t>();
      if (!value || *value < 0 || *value > 65535)
        return wrong(node, fmt::format("{} is not a port", key),
                     "give a number from 0 (the kernel chooses) to 65535");
      into = static_cast<std::uint16_t>(*value);
      return {};
    };
  }

  [[nodiscard]] Keep span(Nanos& into, std::string_view key) const {
    return [this, &into, key](const toml::node& node) -> Status {
      const auto text = node.value_exact<std::string>();
      const auto value = text ? spec::parse_span(*text) : std::nullopt;
      if (!value)
        return wrong(node, fmt::format("{} is not a length of time with its unit", key),
                     "write it as \"5s\", \"250ms\" or \"2min\"");
      into = *value;
      return {};
    };
  }

  [[nodiscard]] Keep texts(std::vector<std::string>& into, std::string_view key) const {
    return [this, &into, key](const toml::node& node) -> Status {
      const auto* list = node.as_array();
      if (list == nullptr || list->empty() || !list->is_homogeneous(toml::node_type::string))
        return wrong(node, fmt::format("{} is not a list of texts", key), "write it as [\"OTA\", \"HC-*\"]");
      for (const auto& one : *list) into.emplace_back(**one.as_string());
      return {};
    };
  }

  [[nodiscard]] Keep word(std::string& into, std::string_view key, std::vector<std::string> words) const {
    return [this, &into, key, words = std::move(words)](const toml::node& node) -> Status {
      const auto text = node.value_exact<std::string>();
      if (!text || std::find(words.begin(), words.end(), *text) == words.end())
        return wrong(node, fmt::format("{} is not one of {}", key, joined(words, ", ")),
                     "choose one of them");
      into = *text;
      return {};
    };
  }

  [[nodiscard]] Keep flag(bool& into, std::string_view key) const {
    return [this, &into, key](const toml::node& node) -> Status {
      const auto value = node.value_exact<bool>();
      if (!value) return wrong(node, fmt::format("{} is not true or false", key), "write it without quotes");
      into = *value;
      return {};
    };
  }

  [[nodiscard]] Keep table(Keys keys, std::string name) const {
    return [this, keys = std::move(keys), name = std::move(name)](const toml::node& node) -> Status {
      if (!node.is_table())
        return wrong(node, fmt::format("{} is not a table", name), fmt::format("write [{}]", name));
      return read(*node.as_table(), keys, name);
    };
  }

  [[nodiscard]] Keep values(std::vector<std::pair<std::string, std::string>>& into) const {
    return [this, &into](const toml::node& node) -> Status {
      if (!node.is_table()) return wrong(node, "set is not a table", "write [set]");
      for (const auto& [key, value] : *node.as_table()) {
        const auto text = value.is_string() ? std::string(**value.as_string()) : fmt::format("{}", [&] {
          std::ostringstream out;
          value.visit([&](const auto& v) { out << v; });
          return out.str();
        }());
        into.emplace_back(std::string(key.str()), text);
      }
      return {};
    };
  }

  [[nodiscard]] Status read(const toml::table& table, const Keys& keys, const std::string& where) const {
    for (const auto& [key, node] : table) {
      const auto known = keys.find(std::string(key.str()));
      if (known == keys.end()) return unknown(std::string(key.str()), node, keys, where);
      if (auto kept = known->second(node); !kept) return kept;
    }
    return {};
  }

  [[nodiscard]] Status unknown(const std::string& key, const toml::node& node, const Keys& keys,
                               const std::string& where) const {
    std::vector<std::string> names;
    for (const auto& [name, keep] : keys) names.push_back(name);
    const auto near = nearest(key, names);
    return wrong(
        node, fmt::format("unknown key '{}'{}", key, where.empty() ? "" : " in [" + where + "]"),
        near.empty() ? "known here: " + joined(names, ", ") : fmt::format("did you mean '{}'?", near));
  }
};

Result<toml::table> parsed(std::string_view toml, const std::string& source) {
  try {
    return toml::parse(toml, source);
  } catch (const toml::parse_error& error) {
    return fail(Fault::usage, fmt::format("{}: {}", at(source, error.source()), error.description()),
                "mend the TOML there");
  }
}

/// The tables of one device go over those of the whole bench, key by key.
toml::table with_device(toml::table bench, const toml::table& device) {
  toml::table own;
  for (const auto& [key, value] : device) {
    if (key == "name") {
      bench.insert_or_assign("name", value);
    } else if (!value.is_table()) {
      own.insert_or_assign(key, value);
    } else {
      auto* shared = bench.get_as<toml::table>(key.str());
      if (shared == nullptr) shared = bench.insert_or_assign(key, toml::table()).first->second.as_table();
      for (const auto& [inner, one] : *value.as_table()) shared->insert_or_assign(inner, one);
    }
  }
  bench.insert_or_assign("device", std::move(own));
  return bench;
}

Keys keys_of(const Loader& load, Bench& bench) {
  return {
      {"name", load.text(bench.name, "name")},
      {"device", load.table({{"link", load.text(bench.link, "link")},
                             {"profile", load.text(bench.profile, "profile")},
                             {"firmware", load.text(bench.firmware, "firmware")},
                             {"returns_within", load.span(bench.link_returns_within, "returns_within")},
                             {"takes", load.texts(bench.takes, "takes")}},
                            "device")},
      {"origin", load.table({{"listen", load.text(bench.listen, "listen")},
                             {"advertise", load.text(bench.advertise, "advertise")},
                             {"http_port", load.port(bench.http_port, "http_port")},
                             {"https_port", load.port(bench.https_port, "https_port")}},
                            "origin")},
      {"dns", load.table({{"listen", load.text(bench.dns_listen, "listen")},
                          {"port", load.port(bench.dns_port, "port")}},
                         "dns")},
      {"power", load.table({{"off", load.text(bench.power_off, "off")},
                            {"on", load.text(bench.power_on, "on")},
                            {"hub", load.text(bench.power_hub, "hub")},
                            {"port", load.port(bench.power_port, "port")}},
                           "power")},
      {"reset", load.table({{"line", load.word(bench.reset_line, "line", {"dtr", "rts"})},
                            {"hold", load.span(bench.reset_hold, "hold")},
                            {"command", load.text(bench.reset_command, "command")}},
                           "reset")},
      {"flash", load.table({{"command", load.text(bench.flash_command, "command")},
                            {"within", load.span(bench.flash_within, "within")}},
                           "flash")},
      {"ota", load.table({{"image", load.text(bench.ota_image, "image")},
                          {"version", load.text(bench.ota_version, "version")},
                          {"other_image", load.text(bench.ota_other_image, "other_image")},
                          {"other_version", load.text(bench.ota_other_version, "other_version")},
                          {"damaged", load.flag(bench.ota_damaged, "damaged")}},
                         "ota")},
      {"ble", load.table({{"bus", load.text(bench.ble_bus, "bus")},
                          {"adapter", load.text(bench.ble_adapter, "adapter")}},
                         "ble")},
      {"airkiss", load.table({{"to", load.text(bench.airkiss_to, "to")},
                              {"listen", load.text(bench.airkiss_listen, "listen")},
                              {"key_file", load.text(bench.airkiss_key_file, "key_file")}},
                             "airkiss")},
      {"network", load.table({{"ssid", load.text(bench.network_ssid, "ssid")},
                              {"password_file", load.text(bench.network_password_file, "password_file")},
                              {"set", load.text(bench.network_set, "set")},
                              {"hostapd", load.text(bench.network_hostapd, "hostapd")}},
                             "network")},
      {"floor", load.table({{"loopback", load.text(bench.floor_loopback, "loopback")},
                            {"far", load.text(bench.floor_far, "far")}},
                           "floor")},
      {"set", load.values(bench.set)},
  };
}

/// What one key says in the place of others, and what is only half said.
Status made_whole(Bench& bench, const std::string& source) {
  const auto half = [&](std::string_view what, std::string cure) {
    return fail(Fault::usage, fmt::format("{}: {}", source, what), std::move(cure));
  };
  const bool commands = !bench.power_off.empty() || !bench.power_on.empty();
  if (bench.power_off.empty() != bench.power_on.empty())
    return half("[power] has one of off and on", "give both: power that is cut must be given again");
  if (bench.power_hub.empty() != (bench.power_port == 0))
    return half("[power] has one of hub and port",
                "give both, such as hub = \"1-1\" and port = 2 (uhubctl lists them)");
  if (!bench.power_hub.empty() && commands)
    return half("[power] has both a hub and commands", "give one of them");
  if (!bench.reset_line.empty() && !bench.reset_command.empty())
    return half("[reset] has both a line and a command", "give one of them");
  if (bench.power_hub.empty()) return {};
  const auto switched = [&](const char* to) {
    return fmt::format("uhubctl -l {} -p {} -a {}", bench.power_hub, bench.power_port, to);
  };
  bench.power_off = switched("off");
  bench.power_on = switched("on");
  return {};
}

Result<Bench> bench_in(const toml::table& table, const std::string& source) {
  Bench bench;
  bench.name = "bench";
  const Loader load{source};
  if (auto done = load.read(table, keys_of(load, bench), ""); !done) return tl::unexpected(done.error());
  if (auto whole = made_whole(bench, source); !whole) return tl::unexpected(whole.error());
  return bench;
}

/// Before they are put together, which loses the places of what is wrong.
Status check_apart(const toml::table& root, const toml::array& devices, const std::string& source) {
  Bench unused;
  const Loader load{source};
  auto keys = keys_of(load, unused);
  keys["device"] = [](const toml::node&) { return Status(); };
  if (auto done = load.read(root, keys, ""); !done) return done;
  keys.erase("device");
  keys.erase("set");  // one profile holds for all
  keys["link"] = load.text(unused.link, "link");
  keys["firmware"] = load.text(unused.firmware, "firmware");
  keys["returns_within"] = load.span(unused.link_returns_within, "returns_within");
  keys["takes"] = load.texts(unused.takes, "takes");
  for (const auto& device : devices) {
    if (auto done = load.read(*device.as_table(), keys, "[device]"); !done) return done;
    for (const char* own : {"name", "link"})
      if (!device.as_table()->contains(own))
        return load.wrong(device, fmt::format("a device of several needs a {}", own),
                          "give each [[device]] a name and a link of its own");
  }
  return {};
}

/// What two devices cannot both have; empty: they can be used at once.
std::string clash(const Bench& a, const Bench& b) {
  const auto same_port = [](std::uint16_t one, std::uint16_t other) { return one != 0 && one == other; };
  if (a.name == b.name) return fmt::format("the name '{}'", a.name);
  if (a.link == b.link && !a.is_virtual()) return fmt::format("the link '{}'", a.link);
  if (a.listen == b.listen && same_port(a.http_port, b.http_port))
    return fmt::format("the origin's port {} at {}", a.http_port, a.listen);
  if (a.listen == b.listen && same_port(a.https_port, b.https_port))
    return fmt::format("the origin's port {} at {}", a.https_port, a.listen);
  if (!a.dns_listen.empty() && a.dns_listen == b.dns_listen && same_port(a.dns_port, b.dns_port))
    return fmt::format("the name server's port {} at {}", a.dns_port, a.dns_listen);
  return {};
}

Status kept_apart(const std::vector<Bench>& all, const std::string& source) {
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (const auto what = clash(all[j], all[i]); !what.empty())
        return fail(Fault::usage, fmt::format("{}: two devices have {}", source, what),
                    "each [[device]] is used at the same time as the others: give it its own, such as "
                    "[device.origin]");
  return {};
}

Result<Bench> only_one(Result<std::vector<Bench>> all, const std::string& source) {
  if (!all) return tl::unexpected(all.error());
  if (all->size() == 1) return std::move(all->front());
  return fail(Fault::usage, fmt::format("{}: this bench has {} devices", source, all->size()),
              "name one of them with --link");
}

/// What lies beside the bench file is meant relative to it.
Bench beside(Bench bench, const std::filesystem::path& path) {
  const auto there = [&](std::string& file) {
    if (!file.empty() && std::filesystem::path(file).is_relative())
      file = (path.parent_path() / file).string();
  };
  there(bench.ota_image);
  there(bench.ota_other_image);
  there(bench.network_password_file);
  there(bench.airkiss_key_file);
  if (bench.profile.ends_with(".toml")) there(bench.profile);
  return bench;
}

}  // namespace

Result<std::vector<Bench>> parse_benches(std::string_view toml, const std::string& source) {
  const auto root = parsed(toml, source);
  if (!root) return tl::unexpected(root.error());
  const auto* devices = root->get_as<toml::array>("device");
  std::vector<Bench> out;
  const auto add = [&](Result<Bench> bench) -> Status {
    if (!bench) return tl::unexpected(bench.error());
    out.push_back(std::move(*bench));
    return {};
  };
  if (devices == nullptr || !devices->is_array_of_tables()) {
    if (auto added = add(bench_in(*root, source)); !added) return tl::unexpected(added.error());
    return out;
  }
  if (auto sound = check_apart(*root, *devices, source); !sound) return tl::unexpected(sound.error());
  for (const auto& device : *devices)
    if (auto added = add(bench_in(with_device(*root, *device.as_table()), source)); !added)
      return tl::unexpected(added.error());
  if (auto apart = kept_apart(out, source); !apart) return tl::unexpected(apart.error());
  return out;
}

Result<Bench> parse_bench(std::string_view toml, const std::string& source) {
  return only_one(parse_benches(toml, source), source);
}

namespace {
std::int64_t in_ms(Nanos span) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(span).count();
}
}  // namespace

nlohmann::json to_json(const Bench& b) {
  return {{"name", b.name},
          {"link", b.link},
          {"origin",
           {{"listen", b.listen},
            {"advertise", b.advertise},
            {"http_port", b.http_port},
            {"https_port", b.https_port}}},
          {"firmware", b.firmware},
          {"dns", {{"listen", b.dns_listen}, {"port", b.dns_port}}},
          {"power", {{"off", b.power_off}, {"on", b.power_on}}},
          {"reset", {{"line", b.reset_line}, {"hold_ms", in_ms(b.reset_hold)}, {"command", b.reset_command}}},
          {"ota",
           {{"image", b.ota_image},
            {"version", b.ota_version},
            {"other_image", b.ota_other_image},
            {"other_version", b.ota_other_version},
            {"damaged", b.ota_damaged}}},
          {"ble", {{"bus", b.ble_bus}, {"adapter", b.ble_adapter}}},
          {"airkiss", {{"to", b.airkiss_to}, {"listen", b.airkiss_listen}, {"key_file", b.airkiss_key_file}}},
          {"network",
           {{"ssid", b.network_ssid},
            {"password_file", b.network_password_file},
            {"set", b.network_set},
            {"hostapd", b.network_hostapd}}},
          {"floor", {{"loopback", b.floor_loopback}, {"far", b.floor_far}}}};
}

Bench bench_from_json(const nlohmann::json& json) {
  Bench b;
  const auto text = [&](const char* table, const char* key) {
    return json.at(table).at(key).get<std::string>();
  };
  const auto port = [&](const char* table, const char* key) {
    return json.at(table).at(key).get<std::uint16_t>();
  };
  b.name = json.at("name").get<std::string>();
  b.link = json.at("link").get<std::string>();
  b.listen = text("origin", "listen");
  b.advertise = text("origin", "advertise");
  b.http_port = port("origin", "http_port");
  b.https_port = port("origin", "https_port");
  b.dns_listen = text("dns", "listen");
  b.dns_port = port("dns", "port");
  b.power_off = text("power", "off");
  b.power_on = text("power", "on");
  b.firmware = json.value("firmware", std::string());
  const auto reset = json.value("reset", nlohmann::json::object());  // a record of before has none
  b.reset_line = reset.value("line", std::string());
  b.reset_command = reset.value("command", std::string());
  b.reset_hold = std::chrono::milliseconds(reset.value("hold_ms", std::int64_t{100}));
  b.ota_image = text("ota", "image");
  b.ota_version = text("ota", "version");
  b.ota_other_image = text("ota", "other_image");
  b.ota_other_version = text("ota", "other_version");
  b.ota_damaged = json.at("ota").at("damaged").get<bool>();
  b.ble_bus = text("ble", "bus");
  b.ble_adapter = text("ble", "adapter");
  b.airkiss_to = text("airkiss", "to");
  b.airkiss_listen = text("airkiss", "listen");
  b.airkiss_key_file = text("airkiss", "key_file");
  b.network_ssid = text("network", "ssid");
  b.network_password_file = text("network", "password_file");
  b.network_set = text("network", "set");
  b.network_hostapd = text("network", "hostapd");
  b.floor_loopback = text("floor", "loopback");
  b.floor_far = text("floor", "far");
  return b;
}

Status check_link(const Bench& bench) {
  for (const auto* link : {&bench.link, &bench.floor_loopback, &bench.floor_far}) {
    if (link->empty() || *link == "virtual") continue;
    if (link == &bench.link && bench.is_virtual()) {
      if (auto ok = transport::check_virtual_link(*link); !ok) return ok;
      continue;
    }
    if (const auto address = transport::parse_link(*link); !address) return tl::unexpected(address.error());
  }
  if (bench.floor_loopback.empty() && !bench.floor_far.empty())
    return fail(Fault::usage, "floor.far is given and floor.loopback is not",
                "name the port that bytes go out at as floor.loopback");
  return {};
}

std::string lease_name(const Bench& bench) {
  const auto address = transport::parse_link(bench.link);
  if (!address || address->kind == transport::LinkAddress::Kind::serial) return {};
  return fmt::format("{}:{}", address->host, address->port);
}

Result<std::vector<Bench>> load_benches(const std::filesystem::path& path) {
  const auto text = read_file(path);
  if (!text) return tl::unexpected(text.error());
  auto all = parse_benches(*text, path.string());
  if (all)
    for (auto& bench : *all) bench = beside(std::move(bench), path);
  return all;
}

Result<Bench> load_bench(const std::filesystem::path& path) {
  return only_one(load_benches(path), path.string());
}

}  // namespace attest::lab
