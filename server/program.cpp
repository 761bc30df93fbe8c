// attest-origin: the origin alone, for trying a board by hand. Serves files under their names and prints what
// comes as JSON, one object a line.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <csignal>
#include <iostream>
#include <mutex>
#include <nlohmann/json.hpp>

#include "harness/base/bytes.hpp"
#include "harness/base/file.hpp"
#include "server/control/origin.hpp"

namespace {
using namespace attest;
using nlohmann::json;

struct Arguments {
  std::string listen = "127.0.0.1:0";
  std::string advertise;
  std::vector<std::filesystem::path> files;
  bool tls = false;
  std::string leaf = "good", trouble = "none";
  std::filesystem::path ca, key_log;
};

json tls_line_of(const server::Handshake& seen) {
  const auto latin1 = [](const std::vector<std::string>& texts) {
    json list = json::array();
    for (const auto& text : texts) list.push_back(to_latin1_json(text));
    return list;
  };
  std::vector<std::string> versions;
  for (const auto version : seen.versions) versions.push_back(fmt::format("0x{:04X}", version));
  json line{{"completed", seen.completed.has_value()},
            {"versions", versions},
            {"suites", seen.suite_names},
            {"sni", to_latin1_json(seen.sni)},
            {"alpn", latin1(seen.alpn)}};
  if (seen.completed) line.update({{"version", seen.version}, {"suite", seen.suite}});
  if (!seen.alert.empty()) line["alert"] = seen.alert;
  if (!seen.failure.empty()) line["failure"] = seen.failure;
  return line;
}

json line_of(std::string_view event, Instant at, const server::Served& served) {
  json line{{"t", at.ns()}, {"event", event}, {"connection", served.connection}, {"peer", served.peer}};
  if (served.request != 0) line["request"] = served.request;
  if (event == "head") {
    line["head"] = to_latin1_json(served.raw_head);
    line["malformed"] = to_latin1_json(served.malformed);
  }
  if (event == "body")
    line.update({{"body", to_latin1_json(served.body)}, {"complete", served.body_complete}});
  if (event == "response") line["bytes"] = served.body_bytes_sent;
  if (event == "tls") line.update(tls_line_of(*served.tls));
  if (event == "close") line["by"] = served.closed_by;
  return line;
}

// Whole lines, whatever thread they come from; flushed, since somebody watches.
void print(const json& line) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  std::cout << line.dump() << std::endl;
}

bool is_port(const std::string& digits, std::uint16_t& port) {
  const auto* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, port);
  return error == std::errc{} && stop == end;
}

Result<server::OriginConfig> config_of(const Arguments& arguments) {
  const auto colon = arguments.listen.rfind(':');
  std::uint16_t port = 0;
  const auto digits = arguments.listen.substr(colon == std::string::npos ? 0 : colon + 1);
  if (colon == std::string::npos || !is_port(digits, port))
    return fail(Fault::usage, "listen on " + arguments.listen + ": not ADDRESS:PORT", "write 192.168.4.2:80");
  return server::OriginConfig{arguments.listen.substr(0, colon), arguments.advertise, port};
}

/// TLS for the host that URLs name; the CA's certificate is written for the user to write it to a board.
server::TlsSetup tls_of(const Arguments& arguments, const server::OriginConfig& origin) {
  const auto leaf = must(server::leaf_named(arguments.leaf));
  const auto trouble = must(server::trouble_named(arguments.trouble));
  auto pki = server::make_pki({origin.advertise.empty() ? origin.address : origin.advertise});
  const auto ca = leaf == server::Leaf::good_ec ? server::Ca::ec : server::Ca::rsa;
  if (!arguments.ca.empty()) must(write_file_whole(arguments.ca, pki->ca_pem(ca)));
  return {std::move(pki), leaf, trouble, arguments.key_log};
}

std::string content_type(const std::filesystem::path& file) {
  static const std::map<std::string, std::string> kTypes{
      {".txt", "text/plain"}, {".html", "text/html"}, {".json", "application/json"}, {".xml", "text/xml"}};
  const auto known = kTypes.find(file.extension().string());
  return known == kTypes.end() ? "application/octet-stream" : known->second;
}

std::unique_ptr<server::Resource> serve(server::Origin& origin, const std::filesystem::path& file) {
  auto page = must(origin.add_at({.content_type = content_type(file), .body = must(read_file(file))},
                                 "/" + file.filename().string()));
  print({{"event", "serving"}, {"url", page->url()}, {"file", file.string()}});
  return page;
}

void run(const Arguments& arguments, const sigset_t& until) {
  auto config = must(config_of(arguments));
  if (arguments.tls) config.tls = tls_of(arguments, config);
  const auto origin = must(server::start_origin(
      config, steady_clock(), [](auto event, Instant at, const auto& s) { print(line_of(event, at, s)); }));
  print({{"event", "listening"}, {"authority", origin->authority()}, {"port", origin->port()}});
  std::vector<std::unique_ptr<server::Resource>> pages;
  for (const auto& file : arguments.files) pages.push_back(serve(*origin, file));
  int signal = 0;
  sigwait(&until, &signal);
}

}  // namespace

int main(int argc, char** argv) try {
  // Blocked before the first thread is made, so that they reach nobody but sigwait.
  sigset_t end;
  sigemptyset(&end);
  sigaddset(&end, SIGINT);
  sigaddset(&end, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &end, nullptr);

  Arguments arguments;
  CLI::App app("Serves files to a device under test and prints every request as it came, as JSON lines");
  app.add_option("--listen", arguments.listen, "ADDRESS:PORT; port 0 lets the kernel choose")
      ->capture_default_str();
  app.add_option("--advertise", arguments.advertise, "The address that URLs name, if it is not that one");
  app.add_option("--serve", arguments.files, "Files, each served under its name")->check(CLI::ExistingFile);
  auto* tls =
      app.add_flag("--tls", arguments.tls, "HTTPS, with certificates made for the address that URLs name");
  app.add_option("--ca", arguments.ca, "Where to write the certificate of the CA, as PEM")->needs(tls);
  app.add_option("--leaf", arguments.leaf,
                 "What the server's certificate shows: good, expired, self_signed, …")
      ->capture_default_str()
      ->needs(tls);
  app.add_option("--trouble", arguments.trouble, "What it does to a handshake: stall, alert, garbage, …")
      ->capture_default_str()
      ->needs(tls);
  app.add_option("--key-log", arguments.key_log, "Where to append the secrets of sessions, for Wireshark")
      ->needs(tls);
  CLI11_PARSE(app, argc, argv);
  run(arguments, end);
  return 0;
} catch (const Failure& failure) {
  std::cerr << "attest-origin: " << failure.what() << "\n";
  return failure.error().fault == Fault::usage ? 2 : 3;
}
