// What follows of a profile's claims: what applies to the device. All functions give the reason why something
// does not apply, which names the key of the profile, or an empty text where it does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/spec/catalogue.hpp"
#include "harness/spec/profile.hpp"

namespace attest::spec {

/// What claims.without can name: "dns", "tls", "echo", "head", "put", "delete", "ble", "airkiss".
[[nodiscard]] std::vector<std::string_view> features();

[[nodiscard]] std::string unclaimed_feature(const Profile& profile, std::string_view feature);
/// The command of the manual by any of its names there; one that is not of its HTTP part always applies.
[[nodiscard]] std::string unclaimed_command(const Profile& profile, std::string_view name);
/// Its command is not claimed, or a feature that it is about.
[[nodiscard]] std::string unclaimed_requirement(const Profile& profile, const Requirement& requirement);
/// The first reason of any of them; requirements that the catalogue does not know apply.
[[nodiscard]] std::string unclaimed_requirement(const Profile& profile, const std::vector<std::string>& ids,
                                                const Catalogue& catalogue);

}  // namespace attest::spec
