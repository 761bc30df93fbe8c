// One command and its reply, as Python sees it.
#include "harness/at/exchange.hpp"

#include <fmt/format.h>

#include <memory>

#include "harness/base/bytes.hpp"
#include "tools/python/core/errors.hpp"
#include "tools/python/core/values.hpp"

namespace attest::python {
namespace {

using at::Deviation;
using at::Exchange;
using Held = std::shared_ptr<Exchange>;

/// An item with its bytes: it stands alone, whatever becomes of its exchange.
struct Piece {
  at::Item item;
  std::string bytes;
};

std::string final_of(const Exchange& e) {
  return e.final ? std::string(at::name_of(*e.final)) : "";
}

std::vector<Piece> items_of(const Exchange& e) {
  std::vector<Piece> out;
  for (const auto& item : e.items) out.push_back({item, std::string(e.text(item))});
  return out;
}

std::string repr(const Exchange& e) {
  std::string out = fmt::format("<Exchange {} \"{}\": {}", e.number, visible(e.sent, 60),
                                e.final ? final_of(e) : std::string(at::name_of(e.outcome)));
  if (const auto payload = e.payload()) out += fmt::format(", {} bytes", payload->data.size());
  out += fmt::format(", {}", human(e.duration()));
  for (const auto& deviation : e.deviations) out += fmt::format(", {}", deviation.id);
  return out + ">";
}

Held expect(const Held& e, const std::string& final) {
  if (final_of(*e) == final) return e;
  throw ExchangeFailure(
      {Fault::device,
       fmt::format(
           "{}: {} was expected, and {} after {}: \"{}\"", visible(e->sent, 80), final,
           e->final ? fmt::format("{} came", final_of(*e)) : fmt::format("it is {}", at::name_of(e->outcome)),
           human(e->duration()), visible(e->received, 200)),
       {}},
      e);
}

py::object payload_of(const Exchange& e) {
  const auto payload = e.payload();
  return payload ? py::object(bytes_of(payload->data)) : py::object(py::none());
}

void bind_pieces(py::module_& m) {
  py::class_<Piece>(m, "Item", "A run of bytes of a reply, and what they are.")
      .def_property_readonly(
          "kind", [](const Piece& p) { return std::string(at::name_of(p.item.kind)); },
          "\"echo\", \"info\", \"data\", \"final\", \"prompt\", \"unsolicited\", \"boot\", "
          "\"framing\" or \"unexplained\".")
      .def_property_readonly(
          "bytes", [](const Piece& p) { return bytes_of(p.bytes); }, "The bytes themselves.")
      .def_property_readonly(
          "begin", [](const Piece& p) { return p.item.begin; }, "Where they begin in `received`.")
      .def_property_readonly(
          "end", [](const Piece& p) { return p.item.end; }, "Where they end in `received`.")
      .def_property_readonly(
          "first_ns", [](const Piece& p) { return p.item.first.ns(); },
          "When the first byte was read (CLOCK_MONOTONIC).")
      .def_property_readonly(
          "last_ns", [](const Piece& p) { return p.item.last.ns(); },
          "When the last byte was read (CLOCK_MONOTONIC).")
      .def("__repr__", [](const Piece& p) {
        return fmt::format("<Item {} \"{}\">", at::name_of(p.item.kind), visible(p.bytes, 60));
      });
  py::class_<Deviation>(m, "Deviation", "One named way in which a reply departs from a requirement.")
      .def_property_readonly(
          "id", [](const Deviation& d) { return d.id; }, "Given once and for ever.")
      .def_property_readonly(
          "requirement", [](const Deviation& d) { return d.requirement; }, "Such as \"HC-10\".")
      .def_property_readonly(
          "summary", [](const Deviation& d) { return text_of(d.summary); }, "A sentence.")
      .def_property_readonly(
          "evidence", [](const Deviation& d) { return text_of(d.evidence); },
          "The bytes that show it, made visible.")
      .def("__repr__", [](const Deviation& d) {
        return text_of(fmt::format("<Deviation {} ({}): {}>", d.id, d.requirement, d.evidence));
      });
}

using BoundExchange = py::class_<Exchange, Held>;

void bind_what_came(BoundExchange& exchange) {
  exchange
      .def_property_readonly(
          "number", [](const Exchange& e) { return e.number; }, "Counted from 1 for each Dut.")
      .def_property_readonly(
          "sent", [](const Exchange& e) { return bytes_of(e.sent); },
          "As the device got it, with its line end.")
      .def_property_readonly(
          "received", [](const Exchange& e) { return bytes_of(e.received); },
          "All that came, echo and line ends included.")
      .def_property_readonly(
          "outcome", [](const Exchange& e) { return std::string(at::name_of(e.outcome)); },
          "\"complete\", \"prompted\", \"silent\", \"restarted\" or \"lost\".")
      .def_property_readonly(
          "final", [](const Exchange& e) { return e.final ? std::optional(final_of(e)) : std::nullopt; },
          "\"OK\", \"ERROR\", \"SEND OK\" or \"SEND FAIL\"; None if none came.")
      .def_property_readonly("ok", &Exchange::ok, "The final result is OK.")
      .def_property_readonly("error", &Exchange::error, "The final result is ERROR.")
      .def_property_readonly("items", &items_of, "All of `received`, in order and without a gap.")
      .def_property_readonly(
          "deviations", [](const Exchange& e) { return e.deviations; },
          "The named ways in which the reply departs from the manual.")
      .def_property_readonly(
          "infos",
          [](const Exchange& e) {
            py::list out;
            for (const auto line : e.infos()) out.append(bytes_of(line));
            return out;
          },
          "Every information line, without line ends.")
      .def_property_readonly("payload", &payload_of,
                             "The <data> of `+NAME:<size>,<data>` as it came; None if there is none.")
      .def_property_readonly(
          "claimed_size",
          [](const Exchange& e) -> std::optional<std::uint64_t> {
            const auto payload = e.payload();
            return payload ? std::optional(payload->claimed) : std::nullopt;
          },
          "The <size> that the device wrote before it.")
      .def_property_readonly(
          "unexplained", [](const Exchange& e) { return text_of(e.unexplained()); },
          "The bytes that nothing explains, made visible; empty if there are none.");
}

void bind_when(BoundExchange& exchange) {
  exchange
      .def_property_readonly(
          "sent_at_ns", [](const Exchange& e) { return e.sent_at.ns(); },
          "Right before the first byte was written (CLOCK_MONOTONIC).")
      .def_property_readonly(
          "ended_at_ns", [](const Exchange& e) { return e.ended_at.ns(); },
          "The last byte of the final result or prompt; else when waiting ended.")
      .def_property_readonly(
          "duration_ns", [](const Exchange& e) { return e.duration().count(); },
          "From the first byte sent to the last byte of the reply.")
      .def_property_readonly(
          "duration", [](const Exchange& e) { return span_of(e.duration()); },
          "The same as a datetime.timedelta.");
}

void bind_questions(BoundExchange& exchange) {
  exchange
      .def(
          "info",
          [](const Exchange& e, const std::string& name) {
            const auto found = e.info(name);
            return found ? py::object(bytes_of(*found)) : py::object(py::none());
          },
          py::arg("name"),
          "What follows `+NAME:` on the first information line of that name; None if there is none.")
      .def("number_of", &Exchange::number_of, py::arg("name"),
           "The decimal number there, leniently read; None if there is none.")
      .def(
          "deviates", [](const Exchange& e, const std::string& id) { return e.deviates(id); }, py::arg("id"),
          "Whether it departs in that way.")
      .def("expect", &expect, py::arg("final") = "OK",
           "The exchange itself if that is its final result; else UnexpectedReply is raised, which carries "
           "it.")
      .def("__repr__", [](const Exchange& e) { return text_of(repr(e)); });
}

}  // namespace

void bind_exchange(py::module_& m) {
  bind_pieces(m);
  BoundExchange exchange(
      m, "Exchange", "One command and everything that came of it. Every received byte belongs to an item.");
  bind_what_came(exchange);
  bind_when(exchange);
  bind_questions(exchange);
}

}  // namespace attest::python
