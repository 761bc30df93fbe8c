// The doors with a tape.
#include "suites/support/answers.hpp"
#include "suites/support/doors.hpp"
#include "suites/support/questions.hpp"
#include "suites/support/taped_link.hpp"
#include "suites/support/taped_phone.hpp"
#include "suites/support/taped_servers.hpp"

namespace attest::suites {
namespace {

using nlohmann::json;

class TapedDoors final : public Doors {
 public:
  TapedDoors(const StageSetup& setup, Tape& tape, std::unique_ptr<Doors> real)
      : tape_(tape),
        real_(std::move(real)),
        link_(tape, real_ ? &real_->link() : nullptr),
        phone_(setup, tape, real_ ? &real_->phone() : nullptr) {
    open_servers();
    const auto there = tape.kept("doors", 0, [&]() -> json {
      return {{"names", real_->names() != nullptr},
              {"power", real_->power() != nullptr},
              {"cut", real_->power() != nullptr && real_->power()->can_cut()},
              {"reset", real_->power() != nullptr && real_->power()->can_reset()},
              {"stations", real_->access_point() != nullptr}};
    });
    if (there.at("names")) names_.emplace(tape, real_ ? real_->names() : nullptr);
    if (there.at("power"))
      power_.emplace(tape, real_ ? real_->power() : nullptr,
                     TapedPower::Can{there.value("cut", true), there.value("reset", false)});
    if (there.at("stations")) stations_.emplace(tape, real_ ? real_->access_point() : nullptr);
  }

  transport::Link& link() override { return link_; }
  server::Origin& origin() override { return *origin_; }
  server::Origin& secure_origin(server::Leaf leaf, server::TlsTrouble trouble) override {
    return opened([&]() -> server::Origin& { return real_->secure_origin(leaf, trouble); });
  }
  server::Origin& secure_origin() override {
    return opened([&]() -> server::Origin& { return real_->secure_origin(); });
  }
  const server::Pki& pki() override;
  server::Relay& relay() override { return *relay_; }
  Result<HeldPort> refusing_port() override;
  server::Names* names() override { return names_ ? &*names_ : nullptr; }
  lab::Power* power() override { return power_ ? &*power_ : nullptr; }
  phone::Phone& phone() override { return phone_; }
  const lab::StationWatch* access_point() const override { return stations_ ? &*stations_ : nullptr; }
  Status lead_by_way_of_80() override;
  Result<Floor> floor(const at::Dialect& dialect) override;

 private:
  [[nodiscard]] server::Origin& opened(const std::function<server::Origin&()>& secure_origin);
  void open_servers() {
    origin_.emplace(tape_, "origin", servers_, false, real_ ? &real_->origin() : nullptr);
    relay_.emplace(tape_, servers_, real_ ? &real_->relay() : nullptr);
    ++servers_;
  }

  Tape& tape_;
  std::unique_ptr<Doors> real_;
  TapedLink link_;
  TapedPhone phone_;
  std::size_t servers_ = 0;  ///< how often origin and relay were opened
  std::optional<TapedOrigin> origin_, secure_origin_;
  std::optional<TapedRelay> relay_;
  std::optional<TapedNames> names_;
  std::optional<TapedPower> power_;
  std::optional<TapedStations> stations_;
  std::optional<TapedPki> pki_;
};

/// Asked each time, open or not: which case was the first to open it is nothing that another depends on.
server::Origin& TapedDoors::opened(const std::function<server::Origin&()>& secure_origin) {
  server::Origin* real = nullptr;
  must(status_in(tape_.value(question::kSecure, [&] {
    try {
      real = &secure_origin();
      return json();
    } catch (const Failure& failure) {
      return answer_of(failure.error());
    }
  })));
  if (!secure_origin_) secure_origin_.emplace(tape_, "secure", 0, true, real);
  return *secure_origin_;
}

const server::Pki& TapedDoors::pki() {
  if (!pki_) pki_.emplace(tape_, real_ ? &real_->pki() : nullptr);
  return *pki_;
}

Result<HeldPort> TapedDoors::refusing_port() {
  HeldPort held;
  const auto answer = tape_.value(question::kRefuse, [&] {
    return answer_of_result(real_->refusing_port(), [&](HeldPort& made) {
      held.held.emplace(std::move(*made.held));
      held.port = made.port;
      return json(held.port);
    });
  });
  const auto port =
      result_in<std::uint16_t>(answer, [](const json& number) { return number.get<std::uint16_t>(); });
  if (!port) return tl::unexpected(port.error());
  held.port = *port;
  return held;
}

Status TapedDoors::lead_by_way_of_80() {
  const auto done =
      status_in(tape_.value(question::kBy80, [&] { return answer_of(real_->lead_by_way_of_80()); }));
  if (!done) return done;
  open_servers();
  return {};
}

Result<Floor> TapedDoors::floor(const at::Dialect& dialect) {
  if (!tape_.replays()) return real_->floor(dialect);
  const auto& event = tape_.played_event("floor");
  auto fields = event.fields;
  fields.erase("device");
  return Floor{fields, fields.at("u").get<double>()};
}

}  // namespace

std::unique_ptr<Doors> taped_doors(const StageSetup& setup, Tape& tape, std::unique_ptr<Doors> real) {
  return std::make_unique<TapedDoors>(setup, tape, std::move(real));
}

}  // namespace attest::suites
