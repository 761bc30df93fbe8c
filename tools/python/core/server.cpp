// The fixture server as Python sees it.
#include <fmt/format.h>

#include <memory>

#include "harness/base/bytes.hpp"
#include "tools/python/core/ending.hpp"
#include "tools/python/core/errors.hpp"
#include "tools/python/core/fixture.hpp"
#include "tools/python/core/owned.hpp"
#include "tools/python/core/values.hpp"
#include "tools/python/core/waits.hpp"

namespace attest::python {
namespace {

using server::Served;

server::Response::Framing framing_from(const std::string& name) {
  using Framing = server::Response::Framing;
  if (name == "content_length") return Framing::content_length;
  if (name == "chunked") return Framing::chunked;
  if (name == "until_close") return Framing::until_close;
  refuse(fmt::format("there is no framing '{}'", name), "there are content_length, chunked and until_close");
}

/// What stands in a line of HTTP or in a URL. Whoever wants a broken line wants a fault.
void check_line(const std::string& text, const char* what) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      refuse(fmt::format("{} cannot have control characters: \"{}\"", what, visible(text)), "leave them out");
}

std::shared_ptr<Server> start(const std::string& listen, std::uint16_t port, const std::string& advertise,
                              bool tls, const std::string& leaf, const std::string& trouble,
                              const py::object& key_log, const py::object& on_event) {
  for (const auto& address : {listen, advertise})
    if (address.find_first_of(std::string_view(" \t\r\n\0/", 6)) != std::string::npos)
      refuse(fmt::format("\"{}\" is no address", visible(address)),
             "give a name or an address, such as 192.168.4.1");
  ServerOptions options{listen, advertise, port, tls, leaf, trouble, {}};
  options.key_log = path_from(key_log);
  const auto callback = std::make_shared<const Callback>(on_event);
  auto server =
      waiting([&](const Wait&) { return of_this_process(new Server(options, callback), &end_of<Server>); });
  end_at_exit(server.get(), [one = server.get()] { return one->take(); });
  return server;
}

std::shared_ptr<Page> add(Server& s, const py::object& body, const std::string& path,
                          const std::string& suffix, int status, const server::Headers& headers,
                          const std::string& content_type, const std::string& framing, std::size_t chunk,
                          std::optional<std::uint64_t> claimed_length,
                          std::optional<std::uint64_t> generated_length, bool never, const py::object& delay,
                          const py::object& hold_open, bool keep_alive) {
  if (status < 100 || status > 999)
    refuse(fmt::format("{} is no status of HTTP", status), "give three digits, such as 404");
  for (const auto& [name, value] : headers) {
    check_line(name, "the name of a header");
    check_line(value, "the value of a header");
  }
  check_line(content_type, "a content type");
  check_line(path + suffix, "a path");
  server::Response response{.status = status,
                            .headers = headers,
                            .content_type = content_type,
                            .body = bytes_from(body),
                            .framing = framing_from(framing),
                            .chunk = chunk,
                            .claimed_length = claimed_length,
                            .generated_length = generated_length,
                            .never = never,
                            .delay = span_from(delay),
                            .hold_open = span_from(hold_open),
                            .keep_alive = keep_alive};
  return s.add(std::move(response), path, suffix);
}

std::shared_ptr<AppliedFault> strike(Server& s, const std::string& kind, std::uint64_t at,
                                     const std::string& of, const py::object& span, std::size_t piece,
                                     double rate, const py::object& extra, std::size_t times, double jitter,
                                     std::uint64_t seed) {
  if (of != "start" && of != "body")
    refuse(fmt::format("a place is counted from the start or the body, not from '{}'", of), "of=\"body\"");
  using From = server::Place::From;
  const server::NetFault fault{.kind = must(server::net_trouble_named(kind)),
                               .place = {of == "body" ? From::body : From::start, at},
                               .span = span_from(span),
                               .piece = piece,
                               .rate = rate,
                               .extra = bytes_from(extra),
                               .times = times,
                               .jitter = jitter,
                               .seed = seed};
  return s.keep(
      kind, waiting([&, parts = s.shared_parts()](const Wait&) mutable {
        auto applied = parts->relay->apply(fault);
        parts.reset();  // the last one ends the server, which may have been closed: without the lock
        return applied;
      }));
}

/// What it holds goes without the lock: threads that end may want it for a callback.
template <class Holder>
void let_go(Holder& holder) {
  if constexpr (std::is_same_v<Holder, Server>) holder.callback().refuse_inside("a server cannot be closed");
  auto held = holder.take();
  const Unlocked free;
  held.reset();
}

using Waits = bool (server::Resource::*)(std::size_t, Deadline) const;

auto wait_by(Waits which) {
  return [which](Page& page, std::size_t count, const py::object& timeout) {
    const auto resource = page.resource();
    const auto deadline = Deadline::in(steady_clock(), span_from(timeout));
    return waiting([&](const Wait&) { return ((*resource).*which)(count, deadline); }, page.wake());
  };
}

py::list texts_of(const server::Headers& headers) {
  py::list out;
  for (const auto& [name, value] : headers) out.append(py::make_tuple(latin1_of(name), latin1_of(value)));
  return out;
}

py::object handshake_of(const Served& s) {
  if (!s.tls) return py::none();
  py::dict out;
  out["completed"] = s.tls->completed.has_value();
  out["version"] = text_of(s.tls->version);
  out["suite"] = text_of(s.tls->suite);
  out["sni"] = latin1_of(s.tls->sni);
  out["suites"] = s.tls->suite_names;
  out["alert"] = text_of(s.tls->alert);
  out["failure"] = text_of(s.tls->failure);
  return out;
}

void bind_request(py::module_& m) {
  py::class_<Served>(m, "Request",
                     "One request as it was on the network. Times are those of the exchanges' clock.")
      .def_property_readonly(
          "method", [](const Served& s) { return latin1_of(s.method); }, "Such as \"GET\".")
      .def_property_readonly(
          "target", [](const Served& s) { return latin1_of(s.target); }, "As the client wrote it.")
      .def_property_readonly(
          "version", [](const Served& s) { return latin1_of(s.version); }, "Of the protocol: \"HTTP/1.1\".")
      .def_property_readonly(
          "headers", [](const Served& s) { return texts_of(s.headers); },
          "Names and values, in their order and as they were written.")
      .def(
          "values",
          [](const Served& s, const std::string& name) {
            py::list out;
            for (const auto& value : s.values(name)) out.append(latin1_of(value));
            return out;
          },
          py::arg("name"), "All values of a header, names compared without case.")
      .def_property_readonly(
          "raw_head", [](const Served& s) { return bytes_of(s.raw_head); },
          "Request line and header lines, exactly as they came.")
      .def_property_readonly(
          "body", [](const Served& s) { return bytes_of(s.body); }, "Decoded if it was chunked.")
      .def_property_readonly(
          "body_sha256", [](const Served& s) { return text_of(s.body_sha256); }, "In hex.")
      .def_property_readonly(
          "body_complete", [](const Served& s) { return s.body_complete; },
          "False: the client left before its Content-Length was there.")
      .def_property_readonly(
          "body_bytes_sent", [](const Served& s) { return s.body_bytes_sent; },
          "Of the response's body, without framing.")
      .def_property_readonly(
          "response_head", [](const Served& s) { return bytes_of(s.response_head); },
          "Status line and headers as they went out.")
      .def_property_readonly(
          "malformed", [](const Served& s) { return text_of(s.malformed); },
          "Why this is not well-formed HTTP/1.1; empty if it is.")
      .def_property_readonly(
          "connection", [](const Served& s) { return s.connection; }, "Counted from 1 for each server.")
      .def_property_readonly("tls", &handshake_of, "How the handshake went; None without TLS.")
      .def_property_readonly(
          "first_byte_ns", [](const Served& s) { return s.first_byte.ns(); },
          "When its first byte came (CLOCK_MONOTONIC).")
      .def_property_readonly(
          "response_last_ns", [](const Served& s) { return ns_of(s.response_last); },
          "When the last byte of the response went out; None: it has not.")
      .def("__repr__", [](const Served& s) {
        return text_of(fmt::format("<Request {} {}, {} bytes{}>", visible(s.method, 20),
                                   visible(s.target, 60), s.body.size(),
                                   s.malformed.empty() ? "" : ", malformed: " + s.malformed));
      });
}

void bind_page(py::module_& m) {
  py::class_<Page, std::shared_ptr<Page>> page(
      m, "Resource", "What is served under one path, until it or its server is closed.");
  page.def_property_readonly(
          "url", [](const Page& p) { return text_of(p.url()); }, "What the device is to ask for.")
      .def_property_readonly(
          "path", [](const Page& p) { return text_of(p.path()); }, "The path in it.")
      .def_property_readonly("requests", &Page::requests,
                             "The journal: the requests so far, by their first byte.")
      .def("wait_for", wait_by(&server::Resource::wait_for), py::arg("count") = std::size_t{1}, py::kw_only(),
           py::arg("timeout") = 30.0,
           "Waits until so many requests have come with their bodies; False when the time is over.")
      .def("wait_answered", wait_by(&server::Resource::wait_answered), py::arg("count") = std::size_t{1},
           py::kw_only(), py::arg("timeout") = 30.0, "Waits until so many responses are out.")
      .def("__repr__", [](const Page& p) { return text_of(fmt::format("<Resource {}>", p.url())); });
  bind_end<Page>(
      page, "close", [](Page& p) { p.close(); }, "Serves it no more. Again: does nothing.");
  py::class_<AppliedFault, std::shared_ptr<AppliedFault>> fault(
      m, "Fault", "Trouble on the way to the server, until it is lifted. What was held back then goes on.");
  fault
      .def_property_readonly(
          "kind", [](const AppliedFault& s) { return text_of(s.kind()); }, "Such as \"cut\".")
      .def_property_readonly("lifted", &AppliedFault::lifted, "It is over.")
      .def("__repr__", [](const AppliedFault& s) {
        return fmt::format("<Fault {}{}>", s.kind(), s.lifted() ? ", lifted" : "");
      });
  bind_end<AppliedFault>(fault, "lift", &let_go<AppliedFault>, "Ends it. Again: does nothing.");
}

using BoundServer = py::class_<Server, std::shared_ptr<Server>>;

void bind_serving(BoundServer& server) {
  server
      .def("add", &add, py::arg("body") = py::bytes(), py::kw_only(), py::arg("path") = "",
           py::arg("suffix") = "", py::arg("status") = 200, py::arg("headers") = server::Headers{},
           py::arg("content_type") = "application/octet-stream", py::arg("framing") = "content_length",
           py::arg("chunk") = std::size_t{0}, py::arg("claimed_length") = py::none(),
           py::arg("generated_length") = py::none(), py::arg("never") = false, py::arg("delay") = 0.0,
           py::arg("hold_open") = 0.0, py::arg("keep_alive") = true,
           "Registers a response, under `path` or under one that nobody can guess (which ends in `suffix`).\n"
           "Any method is answered: the journal tells which it was. `framing`: content_length, chunked or\n"
           "until_close; `claimed_length`: a wrong Content-Length; `generated_length`: a body that is made "
           "while\n"
           "it is sent (byte i is i mod 251); `never`: the request is read, and never answered.")
      .def("fault", &strike, py::arg("kind"), py::kw_only(), py::arg("at") = std::uint64_t{0},
           py::arg("of") = "start", py::arg("span") = 0.0, py::arg("piece") = std::size_t{1},
           py::arg("rate") = 0.0, py::arg("extra") = py::bytes(), py::arg("times") = std::size_t{0},
           py::arg("jitter") = 0.0, py::arg("seed") = std::uint64_t{0},
           "Does to connections what networks do, from now on: refuse, reset, stall, cut, half-close, delay, "
           "drip,\n"
           "limit, duplicate, trailing. `at`: after so many bytes to the client, counted `of` the start or "
           "the\n"
           "body; `times`: to so many connections (0: all). A context manager: it is lifted at the end.");
}

void bind_tls_and_strangers(BoundServer& server) {
  server
      .def(
          "use",
          [](Server& s, const std::string& leaf, const std::string& trouble) {
            if (!s.parts().pki) refuse("this server speaks no TLS", "HttpServer(tls=True)");
            waiting([parts = s.shared_parts(), setup = s.setup(leaf, trouble)](const Wait&) mutable {
              parts->origin->use(setup);
              parts.reset();
            });
          },
          py::kw_only(), py::arg("leaf") = "good", py::arg("trouble") = "none",
          "With TLS: another certificate or another trouble for connections from here on.")
      .def(
          "strangers",
          [](const Server& s) {
            return waiting([parts = s.shared_parts()](const Wait&) mutable {
              auto strangers = parts->origin->strangers();
              parts.reset();
              return strangers;
            });
          },
          "Requests for paths that nobody registered, since the last call.");
}

void bind_facts(BoundServer& server) {
  server
      .def_property_readonly(
          "ca_pem",
          [](const Server& s) {
            if (!s.parts().pki) refuse("this server speaks no TLS", "HttpServer(tls=True)");
            return text_of(s.parts().pki->ca_pem(server::Ca::rsa));
          },
          "With TLS: the certificate of the CA, for the device.")
      .def_property_readonly(
          "port", [](const Server& s) { return s.parts().relay->port(); }, "That it listens on.")
      .def_property_readonly(
          "authority", [](const Server& s) { return text_of(s.parts().relay->authority()); },
          "\"127.0.0.1:40001\", as it stands in URLs.")
      .def_property_readonly(
          "connections", [](const Server& s) { return s.parts().origin->connections(); }, "Accepted so far.")
      .def_property_readonly("closed", &Server::closed, "It was closed.");
}

}  // namespace

void bind_server(py::module_& m) {
  bind_request(m);
  bind_page(m);
  BoundServer server(
      m, "HttpServer",
      "The HTTP or HTTPS server that the device talks to, with a journal of what really came.\n\n"
      "`port` 0: the kernel chooses. `advertise` is the address that URLs name, if it is not `listen`. With "
      "`tls`\n"
      "certificates are made: `leaf` says what they show (good, expired, self_signed, …), `trouble` what "
      "happens to\n"
      "handshakes. `on_event` is called with (event, request) on threads of the server's: accept, head, "
      "body,\n"
      "response, close, tls.");
  server
      .def(py::init(&start), py::kw_only(), py::arg("listen") = "127.0.0.1",
           py::arg("port") = std::uint16_t{0}, py::arg("advertise") = "", py::arg("tls") = false,
           py::arg("leaf") = "good", py::arg("trouble") = "none", py::arg("key_log") = py::none(),
           py::arg("on_event") = py::none())
      .def("__repr__", [](const Server& s) {
        return s.closed() ? std::string("<HttpServer, closed>")
                          : fmt::format("<HttpServer {}>", s.parts().relay->authority());
      });
  bind_serving(server);
  bind_tls_and_strangers(server);
  bind_facts(server);
  bind_end<Server>(server, "close", &let_go<Server>, "Ends it. Again: does nothing.");
}

}  // namespace attest::python
