// The text form of a link, and what is wrong with one that is not.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <tuple>
#include <vector>

#include "harness/base/text.hpp"
#include "harness/transport/link.hpp"

namespace attest::transport {
namespace {

constexpr std::string_view kSerialForm =
    "serial:PATH[?baud=N&bits=5..8&stop=1|2&parity=none|odd|even&flow=none|hardware|software"
    "&dtr=on|off&rts=on|off&lock=on|off&chaos=…]";
constexpr std::string_view kRfc2217Form =
    "rfc2217://HOST:PORT[?baud=N&bits=5..8&stop=1|2&parity=none|odd|even&flow=none|hardware|software"
    "&dtr=on|off&rts=on|off]";
constexpr std::string_view kTcpForm =
    "tcp://HOST:PORT[?baud=N&bits=5..8&stop=1|2&parity=none|odd|even&chaos=…]";
constexpr std::string_view kChaosForm =
    "chaos=seed:N,drop:P,duplicate:P,corrupt:P,split:P,delay:P,unplug:P,on:rx|tx|both";

std::string form(LinkAddress::Kind kind) {
  const auto form = kind == LinkAddress::Kind::serial    ? kSerialForm
                    : kind == LinkAddress::Kind::rfc2217 ? kRfc2217Form
                                                         : kTcpForm;
  return fmt::format("write {}", form);
}

tl::unexpected<Error> bad(std::string_view text, std::string_view why, std::string cure) {
  return fail(Fault::usage, fmt::format("the link '{}': {}", text, why), std::move(cure));
}

/// Decimal digits only, within the limits.
std::optional<unsigned> number(std::string_view text, unsigned least, unsigned most) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < least || value > most)
    return std::nullopt;
  return value;
}

std::string one_of(const std::vector<std::string>& words, std::string_view given) {
  const auto near = nearest(given, words);
  auto out = fmt::format("is one of {}", joined(words, ", "));
  return near.empty() ? out : fmt::format("{} (did you mean {}?)", out, near);
}

/// What is wrong with an option's value; empty if nothing.
using Complaint = std::string;

Complaint take_number(unsigned& into, std::string_view value, unsigned least, unsigned most) {
  const auto n = number(value, least, most);
  if (!n) return fmt::format("is a number from {} to {}", least, most);
  into = *n;
  return {};
}

template <class T>
Complaint take_word(T& into, std::string_view value, const std::vector<std::pair<std::string, T>>& words) {
  std::vector<std::string> known;
  for (const auto& [word, meaning] : words) {
    if (word == value) {
      into = meaning;
      return {};
    }
    known.push_back(word);
  }
  return one_of(known, value);
}

Complaint take_switch(std::optional<bool>& into, std::string_view value) {
  return take_word<std::optional<bool>>(into, value, {{"on", true}, {"off", false}});
}

/// Of one that was given as a whole.
template <class Number>
bool take_whole(Number& into, std::string_view text) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
  return error == std::errc() && end == text.data() + text.size();
}

Complaint take_chaos_word(Chaos& chaos, std::string_view name, std::string_view value) {
  const std::vector<std::pair<std::string_view, double*>> odds{
      {"drop", &chaos.drop},   {"duplicate", &chaos.duplicate}, {"corrupt", &chaos.corrupt},
      {"split", &chaos.split}, {"delay", &chaos.delay},         {"unplug", &chaos.unplug}};
  std::vector<std::string> known{"seed", "on"};
  for (const auto& [word, probability] : odds) {
    if (word == name)
      return take_whole(*probability, value) && *probability >= 0 && *probability <= 1
                 ? ""
                 : fmt::format("has {} as a probability from 0 to 1", name);
    known.emplace_back(word);
  }
  if (name == "seed") return take_whole(chaos.seed, value) ? "" : "has seed as a whole number";
  if (name != "on") return fmt::format("has words, each of which {}", one_of(known, name));
  std::pair<bool, bool> ways;
  const auto wrong = take_word<std::pair<bool, bool>>(
      ways, value, {{"rx", {true, false}}, {"tx", {false, true}}, {"both", {true, true}}});
  std::tie(chaos.rx, chaos.tx) = ways;
  return wrong.empty() ? wrong : fmt::format("has a direction on: that {}", wrong);
}

Complaint take_chaos(LinkAddress& address, std::string_view value) {
  Chaos chaos;
  std::set<std::string_view> seen;
  for (const auto word : split(value, ',')) {
    const auto colon = word.find(':');
    const auto name = word.substr(0, colon);
    if (!seen.insert(name).second) return fmt::format("has each word once, {} too", name);
    const auto given = colon == word.npos ? std::string_view{} : word.substr(colon + 1);
    if (auto wrong = take_chaos_word(chaos, name, given); !wrong.empty()) return wrong;
  }
  if (chaos.drop + chaos.duplicate + chaos.corrupt > 1)
    return "strikes a byte once: drop, duplicate and corrupt together are at most 1";
  address.chaos = chaos;
  return {};
}

struct Option {
  std::string_view name;
  enum class Of { any, with_line, serial } of;  ///< which kinds: with_line is all but plain TCP
  Complaint (*take)(LinkAddress&, std::string_view);
};

using Of = Option::Of;

const std::array<Option, 9> kOptions{{
    {"baud", Of::any,
     [](LinkAddress& a, std::string_view v) { return take_number(a.line.baud, v, 50, 4'000'000); }},
    {"bits", Of::any,
     [](LinkAddress& a, std::string_view v) { return take_number(a.line.data_bits, v, 5, 8); }},
    {"stop", Of::any,
     [](LinkAddress& a, std::string_view v) { return take_number(a.line.stop_bits, v, 1, 2); }},
    {"parity", Of::any,
     [](LinkAddress& a, std::string_view v) {
       return take_word<Parity>(a.line.parity, v,
                                {{"none", Parity::none}, {"odd", Parity::odd}, {"even", Parity::even}});
     }},
    {"flow", Of::with_line,
     [](LinkAddress& a, std::string_view v) {
       return take_word<FlowControl>(a.line.flow, v,
                                     {{"none", FlowControl::none},
                                      {"hardware", FlowControl::hardware},
                                      {"software", FlowControl::software}});
     }},
    {"dtr", Of::with_line, [](LinkAddress& a, std::string_view v) { return take_switch(a.dtr, v); }},
    {"rts", Of::with_line, [](LinkAddress& a, std::string_view v) { return take_switch(a.rts, v); }},
    {"lock", Of::serial,
     [](LinkAddress& a, std::string_view v) {
       return take_word<bool>(a.lock, v, {{"on", true}, {"off", false}});
     }},
    {"chaos", Of::any, take_chaos},
}};

std::vector<std::string> option_names(LinkAddress::Kind kind) {
  std::vector<std::string> out;
  for (const auto& o : kOptions)
    if (o.of == Of::any || kind == LinkAddress::Kind::serial ||
        (o.of == Of::with_line && kind == LinkAddress::Kind::rfc2217))
      out.emplace_back(o.name);
  return out;
}

Status take_option(LinkAddress& address, std::string_view option, std::set<std::string_view>& seen) {
  const auto equals = option.find('=');
  const auto name = option.substr(0, equals);
  const auto names = option_names(address.kind);
  const auto cure = name == "chaos" ? fmt::format("write {}", kChaosForm) : form(address.kind);
  if (std::find(names.begin(), names.end(), name) == names.end())
    return bad(address.text, fmt::format("an option {}, but not '{}'", one_of(names, name), name), cure);
  if (equals == option.npos)
    return bad(address.text, fmt::format("the option '{}' has no value", name), cure);
  if (!seen.insert(name).second) return bad(address.text, fmt::format("'{}' is given twice", name), cure);
  const auto value = option.substr(equals + 1);
  const auto known =
      std::find_if(kOptions.begin(), kOptions.end(), [&](const auto& o) { return o.name == name; });
  const auto complaint = known->take(address, value);
  if (complaint.empty()) return {};
  return bad(address.text, fmt::format("{} {}, but not '{}'", name, complaint, value), cure);
}

Status take_options(LinkAddress& address, std::string_view options) {
  std::set<std::string_view> seen;
  for (const auto option : split(options, '&'))
    if (auto s = take_option(address, option, seen); !s) return s;
  if (address.rts && address.line.flow == FlowControl::hardware)
    return bad(address.text, "rts= cannot be kept with flow=hardware, which moves RTS by itself",
               "leave out rts= or flow=hardware");
  return {};
}

Status take_path(LinkAddress& address, std::string_view path) {
  if (path.starts_with('/')) {
    address.path = path;
    return {};
  }
  if (path.empty()) return bad(address.text, "no device file is named", form(address.kind));
  return bad(address.text, "the device file is given by its whole path",
             fmt::format("write serial:/dev/{}", path));
}

/// "A50285BI" or "A50285BI:1": what names an adapter, and which of its ports.
Status take_identity(LinkAddress& address, std::string& into, std::string_view text, std::string_view form) {
  const auto colon = text.rfind(':');
  into = text.substr(0, colon);
  const auto wrong = [&](std::string_view why) {
    return bad(address.text, why, fmt::format("write {}[?baud=N&…]", form));
  };
  if (into.empty() || into.find('/') != into.npos)
    return wrong("a USB serial number, or a place on the bus, is owed");
  if (colon == text.npos) return {};
  const auto interface = number(text.substr(colon + 1), 0, 255);
  if (!interface) return wrong("an interface is a number from 0 to 255");
  address.usb_interface = *interface;
  return {};
}

Status take_host_and_port(LinkAddress& address, std::string_view rest) {
  const auto colon = rest.rfind(':');
  auto host = rest.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (colon == rest.npos || host.empty() || host.find('/') != host.npos)
    return bad(address.text, "a host and a port are owed", form(address.kind));
  if (!bracketed && host.find(':') != host.npos)
    return bad(
        address.text, "an IPv6 address stands in brackets",
        fmt::format("write {}://[ADDRESS]:PORT", address.kind == LinkAddress::Kind::tcp ? "tcp" : "rfc2217"));
  const auto port = number(rest.substr(colon + 1), 1, 65535);
  if (!port) return bad(address.text, "a port is a number from 1 to 65535", form(address.kind));
  address.host = host;
  address.port = static_cast<std::uint16_t>(*port);
  return {};
}

tl::unexpected<Error> unknown_kind(std::string_view text) {
  if (text.starts_with('/'))
    return bad(text, "the kind of link is missing", fmt::format("write serial:{}", text));
  if (text.substr(0, text.find('?')) == "virtual")
    return bad(text, "a virtual device has to be started first; it then tells the link that it is on",
               "open the link that it tells");
  const auto near = nearest(text.substr(0, text.find(':')), {"serial", "tcp", "rfc2217", "usb", "usb-port"});
  return bad(
      text,
      near.empty() ? "no such kind of link" : fmt::format("no such kind of link (did you mean {}?)", near),
      fmt::format("write {}, {} or {}", kSerialForm, kTcpForm, kRfc2217Form));
}

}  // namespace

Result<LinkAddress> parse_link(std::string_view text) {
  constexpr std::string_view serial = "serial:", tcp = "tcp://", rfc2217 = "rfc2217://",
                             usb = "usb:", usb_port = "usb-port:";
  LinkAddress address;
  address.text = text;
  const auto question = text.find('?');
  const auto front = text.substr(0, question);
  Status taken;
  if (front.starts_with(serial)) {
    taken = take_path(address, front.substr(serial.size()));
  } else if (front.starts_with(tcp)) {
    address.kind = LinkAddress::Kind::tcp;
    address.line.baud = 0;
    taken = take_host_and_port(address, front.substr(tcp.size()));
  } else if (front.starts_with(rfc2217)) {
    address.kind = LinkAddress::Kind::rfc2217;
    taken = take_host_and_port(address, front.substr(rfc2217.size()));
  } else if (front.starts_with(usb)) {
    taken = take_identity(address, address.usb_serial, front.substr(usb.size()), "usb:SERIAL[:INTERFACE]");
  } else if (front.starts_with(usb_port)) {
    taken =
        take_identity(address, address.usb_port, front.substr(usb_port.size()), "usb-port:1-1.4[:INTERFACE]");
  } else {
    return unknown_kind(text);
  }
  if (taken && question != text.npos) taken = take_options(address, text.substr(question + 1));
  if (!taken) return tl::unexpected(taken.error());
  return address;
}

Status check_virtual_link(std::string_view text) {
  const auto question = text.find('?');
  if (question == text.npos) return {};
  LinkAddress address;
  address.text = text;
  const auto options = text.substr(question + 1);
  for (const auto option : split(options, '&')) {
    const auto name = option.substr(0, option.find('='));
    if (name != "chaos")
      return bad(text, fmt::format("an option {}, but not '{}'", one_of({"chaos"}, name), name),
                 fmt::format("write virtual?{}", kChaosForm));
  }
  return take_options(address, options);
}

}  // namespace attest::transport
