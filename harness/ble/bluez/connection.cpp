#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "harness/base/bytes.hpp"
#include "harness/ble/bluez/errors.hpp"
#include "harness/ble/bluez/radio.hpp"

namespace attest::ble::bluez {
namespace {
using namespace std::chrono_literals;

/// BlueZ may say so before its property does.
bool hung_up(const CallError& e) {
  return e.name == "org.bluez.Error.NotConnected" || same_ignoring_case(e.message, "Not connected");
}

class BluezConnection final : public Connection {
 public:
  BluezConnection(std::shared_ptr<Radio> radio, Peripheral to)
      : radio_(std::move(radio)), to_(std::move(to)) {}
  ~BluezConnection() override { (void)disconnect(Deadline::in(bus().clock(), 5s)); }

  Status open(Deadline deadline);
  Status resolve_services(Deadline deadline) override;
  std::vector<Characteristic> characteristics() const override;
  Status write(const Characteristic& to, std::string_view bytes, WriteOptions options,
               Deadline deadline) override;
  Status disconnect(Deadline deadline) override;
  bool connected() const override {
    return bus().with_world([this](const World& w) { return w.lost.empty() && up(w); });
  }

 private:
  [[nodiscard]] Bus& bus() const { return *radio_->bus; }
  [[nodiscard]] bool up(const World& w) const { return w.flag(to_.id, device_interface, "Connected"); }
  [[nodiscard]] std::string who() const { return fmt::format("{} ({})", to_.address, visible(to_.name)); }
  [[nodiscard]] Called call_device(const char* method, Deadline deadline) {
    return bus().call({.path = to_.id, .interface = device_interface, .method = method}, deadline);
  }
  [[nodiscard]] Status write_piece(const Characteristic& to, std::string_view piece, bool with_response,
                                   Deadline deadline);
  /// Tells it and says whose doing it was.
  [[nodiscard]] Error gone(const std::string& doing);

  std::shared_ptr<Radio> radio_;
  Peripheral to_;
  bool open_ = false;
};

Error BluezConnection::gone(const std::string& doing) {
  if (const auto lost = bus().lost(); !lost.empty()) return explain(doing, {interrupted, lost});
  open_ = false;
  radio_->tell("lost", fmt::format("{}: the connection is gone", doing), {{"address", to_.address}});
  return {Fault::device, fmt::format("{}: the connection was lost", doing),
          "is the device in reach, and did it restart?"};
}

Status BluezConnection::open(Deadline deadline) {
  const auto doing = fmt::format("connect to {}", who());
  radio_->tell("connecting", doing, {{"address", to_.address}, {"name", to_.name}});
  const auto called = call_device("Connect", deadline);
  if (!called) {
    // A connection still on its way would come up behind our back.
    if (called.error().name == timed_out) (void)call_device("Disconnect", Deadline::in(bus().clock(), 5s));
    return tl::unexpected(explain(doing, called.error(), Fault::device));
  }
  // The reply may come before the property.
  if (!bus().wait(deadline, [this](const World& w) { return up(w); })) return tl::unexpected(gone(doing));
  open_ = true;
  radio_->tell("connected", fmt::format("connected to {}", who()), {{"address", to_.address}});
  return {};
}

Status BluezConnection::resolve_services(Deadline deadline) {
  const auto doing = fmt::format("find out the services of {}", who());
  const bool ended = bus().wait(deadline, [this](const World& w) {
    return !up(w) || w.flag(to_.id, device_interface, "ServicesResolved");
  });
  if (!connected()) return tl::unexpected(gone(doing));
  if (!ended) {
    return fail(Fault::device, doing + ": they were not known by the deadline",
                "bluetoothctl remove it (a cache of an older firmware?), and try again");
  }
  nlohmann::json all = nlohmann::json::array();
  for (const auto& c : characteristics()) {
    all.push_back({{"uuid", c.uuid}, {"service", c.service}, {"flags", c.flags}});
  }
  const auto text = fmt::format("{} characteristics", all.size());
  radio_->tell("services", text, {{"characteristics", std::move(all)}});
  return {};
}

std::vector<Characteristic> BluezConnection::characteristics() const {
  return bus().with_world([this](const World& w) {
    std::vector<Characteristic> all;
    for (const auto& [path, object] : w.objects()) {
      const auto it = object.find(characteristic_interface);
      if (it == object.end() || !path.starts_with(to_.id + "/")) continue;
      Characteristic c{.id = path, .uuid = full_uuid(text_of(it->second, "UUID"))};
      const auto service = w.property(text_of(it->second, "Service"), service_interface, "UUID");
      if (service.is_string()) c.service = full_uuid(service.get<std::string>());
      const auto flags = w.property(path, characteristic_interface, "Flags");
      if (flags.is_array()) c.flags = flags.get<std::vector<std::string>>();
      all.push_back(std::move(c));
    }
    return all;
  });
}

Status BluezConnection::write(const Characteristic& to, std::string_view bytes, WriteOptions options,
                              Deadline deadline) {
  const bool with_response = options.with_response.value_or(to.has("write"));
  const char* needed = with_response ? "write" : "write-without-response";
  if (!to.has(needed)) {
    return fail(Fault::device,
                fmt::format("write to {}: it has no flag `{}` but {}", visible(to.uuid), needed,
                            fmt::join(to.flags, " ")),
                with_response ? "write without a response" : "write with a response");
  }
  const std::size_t step = options.chunk == 0 ? std::max<std::size_t>(1, bytes.size()) : options.chunk;
  std::size_t at = 0;
  do {  // an empty payload is a write too
    const auto piece = bytes.substr(at, step);
    if (auto s = write_piece(to, piece, with_response, deadline); !s) return s;
    at += piece.size();
  } while (at < bytes.size());
  return {};
}

Status BluezConnection::write_piece(const Characteristic& to, std::string_view piece, bool with_response,
                                    Deadline deadline) {
  const auto doing = fmt::format("write {} bytes to {} of {}", piece.size(), visible(to.uuid), who());
  if (!connected()) return tl::unexpected(gone(doing));
  const auto fill = [&](sdbus::MethodCall& m) {
    m << std::vector<std::uint8_t>(piece.begin(), piece.end())
      << Properties{{"type", std::string(with_response ? "request" : "command")}};
  };
  const auto called = bus().call({.path = to.id,
                                  .interface = characteristic_interface,
                                  .method = "WriteValue",
                                  .fill = fill,
                                  .unless = [this](const World& w) { return !up(w); }},
                                 deadline);
  if (!called && (!connected() || hung_up(called.error()))) return tl::unexpected(gone(doing));
  if (!called) return tl::unexpected(explain(doing, called.error(), Fault::device));
  radio_->tell("write", doing,
               {{"uuid", to.uuid}, {"bytes", piece.size()}, {"with_response", with_response}});
  return {};
}

Status BluezConnection::disconnect(Deadline deadline) {
  if (!std::exchange(open_, false)) return {};
  if (connected()) {
    const auto doing = fmt::format("hang up on {}", who());
    const auto called = call_device("Disconnect", deadline);
    if (!called && connected()) return tl::unexpected(explain(doing, called.error()));
    if (!bus().wait(deadline, [this](const World& w) { return !up(w); })) {
      return fail(Fault::bench, doing + ": it was not done by the deadline", "bluetoothctl disconnect");
    }
  }
  radio_->tell("disconnected", fmt::format("disconnected from {}", who()), {{"address", to_.address}});
  return {};
}

}  // namespace

Result<std::unique_ptr<Connection>> connect(const std::shared_ptr<Radio>& radio, const Peripheral& to,
                                            Deadline deadline) {
  auto connection = std::make_unique<BluezConnection>(radio, to);
  if (auto s = connection->open(deadline); !s) return tl::unexpected(s.error());
  return connection;
}

}  // namespace attest::ble::bluez
