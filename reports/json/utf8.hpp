// JSON of which every text is UTF-8, whatever bytes went into it.
#pragma once

#include <nlohmann/json.hpp>

namespace attest::reports {

/// Through text once, so that what is no UTF-8 is replaced: dump() does not throw then.
[[nodiscard]] inline nlohmann::json in_utf8(const nlohmann::json& json) {
  return nlohmann::json::parse(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace attest::reports
