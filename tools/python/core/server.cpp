// The fixture server in Python's hands: an HTTP or HTTPS origin with a relay before it, on which faults are
// done.
#include <fmt/format.h>

#include <atomic>
#include <memory>
#include <mutex>

#include "harness/base/bytes.hpp"
#include "harness/base/text.hpp"
#include "server/control/faults.hpp"
#include "server/control/origin.hpp"
#include "tools/python/core/device.hpp"
#include "tools/python/core/ending.hpp"
#include "tools/python/core/errors.hpp"

namespace attest::python {
namespace {

using server::Served;
using server::Trouble;

struct Parts {
  std::shared_ptr<const server::Pki> pki;
  std::unique_ptr<server::Origin> origin;
  std::unique_ptr<server::Relay> relay;
};

class Page {
 public:
  Page(const std::shared_ptr<Parts>& parts, std::unique_ptr<server::Resource> resource)
      : parts_(parts),
        resource_(std::move(resource)),
        path_(resource_->path()),
        url_(parts->relay->url(*resource_)) {}
  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::vector<Served> requests() const { return resource()->requests(); }
  [[nodiscard]] std::function<void()> wake() const {
    return [parts = parts_] {
      if (const auto there = parts.lock()) there->origin->wake();
    };
  }
  /// Shared: another thread may close the page meanwhile.
  [[nodiscard]] std::shared_ptr<const server::Resource> resource() const {
    if (!resource_) refuse(fmt::format("{} is no longer served", path_), "add it again");
    return resource_;
  }
  [[nodiscard]] bool closed() const { return !resource_; }
  void close() { resource_.reset(); }

 private:
  std::weak_ptr<Parts> parts_;  ///< a page may outlive its server
  std::shared_ptr<const server::Resource> resource_;
  std::string path_, url_;
};

class Struck {
 public:
  Struck(std::string kind, std::unique_ptr<server::Relay::Applied> applied)
      : kind_(std::move(kind)), applied_(std::move(applied)) {}
  /// With the interpreter's lock; its end may take a moment and is the caller's.
  [[nodiscard]] std::unique_ptr<server::Relay::Applied> take() { return std::move(applied_); }
  [[nodiscard]] bool lifted() const { return !applied_; }
  [[nodiscard]] const std::string& kind() const { return kind_; }

 private:
  std::string kind_;
  std::unique_ptr<server::Relay::Applied> applied_;
};

struct ServerOptions {
  std::string listen = "127.0.0.1", advertise;
  std::uint16_t port = 0;
  bool tls = false;
  std::string leaf = "good", trouble = "none", key_log;
};

class Server {
 public:
  Server(ServerOptions given, std::shared_ptr<const Callback> on_event)
      : options_(std::move(given)), on_event_(std::move(on_event)) {
    const auto& options = options_;
    const auto host = options.advertise.empty() ? options.listen : options.advertise;
    server::OriginConfig config{.address = "127.0.0.1", .advertise = host};
    parts_ = std::make_shared<Parts>();
    if (options.tls) {
      parts_->pki = server::make_pki({host});
      config.tls = setup(options.leaf, options.trouble);
    }
    parts_->origin = must(
        server::start_origin(config, steady_clock(),
                             [callback = on_event_](std::string_view event, Instant, const Served& served) {
                               (*callback)([&] { return py::make_tuple(text_of(event), served); });
                             }));
    parts_->relay = must(server::start_relay({.address = options.listen,
                                              .advertise = options.advertise,
                                              .port = options.port,
                                              .to_port = parts_->origin->port(),
                                              .tls = options.tls},
                                             steady_clock(), {}));
  }

  std::shared_ptr<Page> add(server::Response response, const std::string& path, const std::string& suffix) {
    auto& origin = *parts().origin;
    auto resource = path.empty() ? origin.add(std::move(response), suffix)
                                 : must(origin.add_at(std::move(response), path));
    auto page = std::make_shared<Page>(parts_, std::move(resource));
    std::erase_if(pages_, [](const auto& one) { return one->closed(); });
    pages_.push_back(page);
    return page;
  }

  std::shared_ptr<Struck> keep(const std::string& kind, std::unique_ptr<server::Relay::Applied> applied) {
    auto struck = std::make_shared<Struck>(kind, std::move(applied));
    std::erase_if(faults_, [](const auto& one) { return one->lifted(); });
    faults_.push_back(struck);
    return struck;
  }

  [[nodiscard]] server::TlsSetup setup(const std::string& leaf, const std::string& trouble) const {
    return {parts_->pki, must(server::leaf_named(leaf)), must(server::trouble_named(trouble)),
            options_.key_log};
  }
  [[nodiscard]] Parts& parts() const {
    if (!parts_) refuse("the server is closed", "start another: HttpServer(…)");
    return *parts_;
  }
  [[nodiscard]] std::shared_ptr<Parts> held() const {
    (void)parts();
    return parts_;
  }
  [[nodiscard]] bool closed() const { return !parts_; }
  [[nodiscard]] const Callback& callback() const { return *on_event_; }
  /// With the interpreter's lock; their end may take a moment and is the caller's, without it.
  [[nodiscard]] std::shared_ptr<Parts> take() {
    pages_.clear();
    faults_.clear();
    return std::move(parts_);
  }

 private:
  const ServerOptions options_;
  std::shared_ptr<const Callback> on_event_;
  std::shared_ptr<Parts> parts_;
  // Kept until they are closed: who writes server.add(…).url keeps no page, and means it to be served.
  std::vector<std::shared_ptr<Page>> pages_;
  std::vector<std::shared_ptr<Struck>> faults_;
};

constexpr Trouble kAllTroubles[] = {Trouble::none,  Trouble::refuse,     Trouble::reset,   Trouble::stall,
                                    Trouble::cut,   Trouble::half_close, Trouble::delay,   Trouble::drip,
                                    Trouble::limit, Trouble::duplicate,  Trouble::trailing};

Trouble trouble_from(const std::string& name) {
  std::vector<std::string> names;
  for (const auto one : kAllTroubles) {
    if (server::name_of(one) == name) return one;
    names.emplace_back(server::name_of(one));
  }
  const auto near = nearest(name, names);
  refuse(fmt::format("there is no fault '{}'", name),
         near.empty() ? "there are " + joined(names, ", ") : fmt::format("did you mean '{}'?", near));
}

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
      waiting([&](const Wait&) { return python::held(new Server(options, callback), &end_of<Server>); });
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

std::shared_ptr<Struck> strike(Server& s, const std::string& kind, std::uint64_t at, const std::string& of,
                               const py::object& span, std::size_t piece, double rate,
                               const py::object& extra, std::size_t times, double jitter,
                               std::uint64_t seed) {
  if (of != "start" && of != "body")
    refuse(fmt::format("a place is counted from the start or the body, not from '{}'", of), "of=\"body\"");
  using From = server::Place::From;
  const server::NetFault fault{.kind = trouble_from(kind),
                               .place = {of == "body" ? From::body : From::start, at},
                               .span = span_from(span),
                               .piece = piece,
                               .rate = rate,
                               .extra = bytes_from(extra),
                               .times = times,
                               .jitter = jitter,
                               .seed = seed};
  return s.keep(
      kind, waiting([&, parts = s.held()](const Wait&) mutable {
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
  py::class_<Page, std::shared_ptr<Page>>(m, "Resource",
                                          "What is served under one path, until it or its server is closed.")
      .def_property_readonly(
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
      .def("close", &Page::close, "Serves it no more. Again: does nothing.")
      .def("__enter__", [](const std::shared_ptr<Page>& p) { return p; })
      .def(
          "__exit__", [](Page& p, const py::object&, const py::object&, const py::object&) { p.close(); },
          py::arg("type"), py::arg("value"), py::arg("traceback"))
      .def("__repr__", [](const Page& p) { return text_of(fmt::format("<Resource {}>", p.url())); });
  py::class_<Struck, std::shared_ptr<Struck>>(
      m, "Fault", "Trouble on the way to the server, until it is lifted. What was held back then goes on.")
      .def_property_readonly(
          "kind", [](const Struck& s) { return text_of(s.kind()); }, "Such as \"cut\".")
      .def_property_readonly("lifted", &Struck::lifted, "It is over.")
      .def("lift", &let_go<Struck>, "Ends it. Again: does nothing.")
      .def("__enter__", [](const std::shared_ptr<Struck>& s) { return s; })
      .def(
          "__exit__", [](Struck& s, const py::object&, const py::object&, const py::object&) { let_go(s); },
          py::arg("type"), py::arg("value"), py::arg("traceback"))
      .def("__repr__", [](const Struck& s) {
        return fmt::format("<Fault {}{}>", s.kind(), s.lifted() ? ", lifted" : "");
      });
}

}  // namespace

void bind_server(py::module_& m) {
  bind_request(m);
  bind_page(m);
  py::class_<Server, std::shared_ptr<Server>>(
      m, "HttpServer",
      "The HTTP or HTTPS server that the device talks to, with a journal of what really came.\n\n"
      "`port` 0: the kernel chooses. `advertise` is the address that URLs name, if it is not `listen`. With "
      "`tls`\n"
      "certificates are made: `leaf` says what they show (good, expired, self_signed, …), `trouble` what "
      "happens to\n"
      "handshakes. `on_event` is called with (event, request) on threads of the server's: accept, head, "
      "body,\n"
      "response, close, tls.")
      .def(py::init(&start), py::kw_only(), py::arg("listen") = "127.0.0.1",
           py::arg("port") = std::uint16_t{0}, py::arg("advertise") = "", py::arg("tls") = false,
           py::arg("leaf") = "good", py::arg("trouble") = "none", py::arg("key_log") = py::none(),
           py::arg("on_event") = py::none())
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
           "body; `times`: to so many connections (0: all). A context manager: it is lifted at the end.")
      .def(
          "use",
          [](Server& s, const std::string& leaf, const std::string& trouble) {
            if (!s.parts().pki) refuse("this server speaks no TLS", "HttpServer(tls=True)");
            waiting([parts = s.held(), setup = s.setup(leaf, trouble)](const Wait&) mutable {
              parts->origin->use(setup);
              parts.reset();
            });
          },
          py::kw_only(), py::arg("leaf") = "good", py::arg("trouble") = "none",
          "With TLS: another certificate or another trouble for connections from here on.")
      .def(
          "strangers",
          [](const Server& s) {
            return waiting([parts = s.held()](const Wait&) mutable {
              auto strangers = parts->origin->strangers();
              parts.reset();
              return strangers;
            });
          },
          "Requests for paths that nobody registered, since the last call.")
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
      .def_property_readonly("closed", &Server::closed, "It was closed.")
      .def("close", &let_go<Server>, "Ends it. Again: does nothing.")
      .def("__enter__", [](const std::shared_ptr<Server>& s) { return s; })
      .def(
          "__exit__", [](Server& s, const py::object&, const py::object&, const py::object&) { let_go(s); },
          py::arg("type"), py::arg("value"), py::arg("traceback"))
      .def("__repr__", [](const Server& s) {
        return s.closed() ? std::string("<HttpServer, closed>")
                          : fmt::format("<HttpServer {}>", s.parts().relay->authority());
      });
}

}  // namespace attest::python
