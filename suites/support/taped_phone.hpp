// The radio and the supply with a tape: the third of the three doors. `real` is null in a replay.
//
// Passwords are not on the tape: the home's is made up in a replay, where nobody is given it.
#pragma once

#include <memory>
#include <string>

#include "harness/lab/hostapd.hpp"
#include "harness/lab/power.hpp"
#include "harness/phone/phone.hpp"
#include "suites/support/setup.hpp"
#include "suites/support/tape.hpp"

namespace attest::suites {

class TapedPhone final : public phone::Phone {
 public:
  TapedPhone(const StageSetup& setup, Tape& tape, phone::Phone* real);

  std::string not_meant(phone::Way way) const override;
  Status ready(phone::Way way) override;
  Result<std::unique_ptr<phone::Watch>> watch() override;
  ble::Delivered write(std::string payload, std::optional<bool> with_response) override;
  std::unique_ptr<phone::Kissing> kiss(const lab::Network& network, std::uint8_t random,
                                       const airkiss::Disturbance& disturbance, Nanos listen_on) override;
  Result<Nanos> three_rounds(const lab::Network& network) const override;
  Status make(const lab::Network& network) override;
  Status make_home_only() override;
  bool can_make() const override { return can_make_; }
  const std::optional<lab::Network>& home() const override { return home_; }

 private:
  const StageSetup& setup_;
  Tape& tape_;
  phone::Phone* real_;
  bool can_make_ = false;
  std::optional<lab::Network> home_;
};

class TapedPower final : public lab::Power {
 public:
  struct Can {
    bool cut = true, reset = false;
  };
  TapedPower(Tape& tape, lab::Power* real, Can can) : tape_(tape), real_(real), can_(can) {}
  [[nodiscard]] bool can_cut() const override { return can_.cut; }
  [[nodiscard]] bool can_reset() const override { return can_.reset; }
  Status off() override;
  Status on() override;
  Status flash_anew() override;
  Status reset() override;

 private:
  Tape& tape_;
  lab::Power* real_;
  Can can_;
};

class TapedStations final : public lab::StationWatch {
 public:
  TapedStations(Tape& tape, const lab::StationWatch* real) : tape_(tape), real_(real) {}
  std::optional<lab::StationEvent> connected_since(Instant moment) const override;

 private:
  Tape& tape_;
  const lab::StationWatch* real_;
};

}  // namespace attest::suites
