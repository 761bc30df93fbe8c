#include "suites/support/taped_phone.hpp"

#include "suites/support/answers.hpp"
#include "suites/support/questions.hpp"

namespace attest::suites {
namespace {

using nlohmann::json;

/// As long as the shortest that WPA takes.
constexpr const char* kMadeUp = "password";

class TapedWatch final : public phone::Watch {
 public:
  TapedWatch(Tape& tape, std::unique_ptr<phone::Watch> real) : tape_(tape), real_(std::move(real)) {}

  Result<std::optional<Instant>> seen(Nanos within) const override {
    const auto answer = tape_.value(question::kSeen, [&] {
      return answer_of_result(real_->seen(within), [](const auto& moment) { return answer_of(moment); });
    });
    return result_in<std::optional<Instant>>(answer, [](const json& moment) { return moment_in(moment); });
  }

  std::optional<std::string> seen_longer_name() const override {
    const auto answer = tape_.value(question::kLonger, [&]() -> json {
      const auto name = real_->seen_longer_name();
      return name ? json(to_latin1_json(*name)) : json();
    });
    return answer.is_null() ? std::nullopt : std::optional(text_in(answer));
  }

  Result<bool> gone() const override {
    const auto answer = tape_.value(question::kGone, [&] {
      return answer_of_result(real_->gone(), [](bool gone) { return json(gone); });
    });
    return result_in<bool>(answer, [](const json& gone) { return gone.get<bool>(); });
  }

 private:
  Tape& tape_;
  std::unique_ptr<phone::Watch> real_;
};

class TapedKissing final : public phone::Kissing {
 public:
  TapedKissing(Tape& tape, std::unique_ptr<phone::Kissing> real) : tape_(tape), real_(std::move(real)) {}

  bool over() const override {
    return tape_.yes(question::kKissOver, [&] { return real_->over(); });
  }
  Result<airkiss::Outcome> finish() override {
    const auto answer = tape_.value(question::kKissed, [&] {
      return answer_of_result(real_->finish(), [](const auto& outcome) { return answer_of(outcome); });
    });
    return result_in<airkiss::Outcome>(answer, [](const json& outcome) { return outcome_in(outcome); });
  }

 private:
  Tape& tape_;
  std::unique_ptr<phone::Kissing> real_;
};

}  // namespace

TapedPhone::TapedPhone(const StageSetup& setup, Tape& tape, phone::Phone* real)
    : setup_(setup), tape_(tape), real_(real) {
  const auto facts = tape.kept("phone", 0, [&]() -> json {
    return {{"can_make", real->can_make()},
            {"home", real->home() ? json(to_latin1_json(real->home()->ssid)) : json()}};
  });
  can_make_ = facts.at("can_make");
  if (facts.at("home").is_null()) return;
  home_ = real != nullptr ? real->home() : lab::Network{text_in(facts.at("home")), Secret(kMadeUp)};
}

std::string TapedPhone::not_meant(phone::Way way) const {
  return phone::not_meant(way, setup_.bench, setup_.profile);
}

Status TapedPhone::ready(phone::Way way) {
  return status_in(tape_.value(question::kReady, [&] { return answer_of(real_->ready(way)); }));
}

Result<std::unique_ptr<phone::Watch>> TapedPhone::watch() {
  std::unique_ptr<phone::Watch> real;
  const auto scanning = status_in(tape_.value(question::kScan, [&] {
    auto made = real_->watch();
    if (!made) return answer_of(made.error());
    real = std::move(*made);
    return json();
  }));
  if (!scanning) return tl::unexpected(scanning.error());
  return std::make_unique<TapedWatch>(tape_, std::move(real));
}

ble::Delivered TapedPhone::write(std::string payload, std::optional<bool> with_response) {
  return delivered_in(tape_.value(
      question::kDeliver, [&] { return answer_of(real_->write(std::move(payload), with_response)); }));
}

std::unique_ptr<phone::Kissing> TapedPhone::kiss(const lab::Network& network, std::uint8_t random,
                                                 const airkiss::Disturbance& disturbance, Nanos listen_on) {
  return std::make_unique<TapedKissing>(
      tape_, tape_.replays() ? nullptr : real_->kiss(network, random, disturbance, listen_on));
}

Result<Nanos> TapedPhone::three_rounds(const lab::Network& network) const {
  const auto answer = tape_.value(question::kRounds, [&] {
    return answer_of_result(real_->three_rounds(network), [](Nanos span) { return json(span.count()); });
  });
  return result_in<Nanos>(answer, [](const json& span) { return Nanos(span.get<std::int64_t>()); });
}

Status TapedPhone::make(const lab::Network& network) {
  return status_in(tape_.value(question::kMake, [&] { return answer_of(real_->make(network)); }));
}

Status TapedPhone::make_home_only() {
  return status_in(tape_.value(question::kHome, [&] { return answer_of(real_->make_home_only()); }));
}

Status TapedPower::off() {
  return status_in(tape_.value(question::kOff, [&] { return answer_of(real_->off()); }));
}

Status TapedPower::on() {
  return status_in(tape_.value(question::kOn, [&] { return answer_of(real_->on()); }));
}

Status TapedPower::flash_anew() {
  return status_in(tape_.value(question::kFlash, [&] { return answer_of(real_->flash_anew()); }));
}

Status TapedPower::reset() {
  return status_in(tape_.value(question::kReset, [&] { return answer_of(real_->reset()); }));
}

std::optional<lab::StationEvent> TapedStations::connected_since(Instant moment) const {
  const auto answer = tape_.value(question::kStation, [&]() -> json {
    const auto event = real_->connected_since(moment);
    if (!event) return {};
    return {event->event, event->station, event->at.ns()};
  });
  if (answer.is_null()) return std::nullopt;
  return lab::StationEvent{answer.at(0), answer.at(1), Instant(answer.at(2).get<std::int64_t>())};
}

}  // namespace attest::suites
