// One ordinary use of each command of this part of the manual, for rules that hold for all of them.
#pragma once

#include <string_view>
#include <vector>

#include "suites/support/case.hpp"
#include "suites/support/http.hpp"

namespace attest::suites {

struct Stimulus {
  std::string_view name;
  enum class What { at, gmr, get, post, getsize, cpost } what;
};

inline const std::vector<Stimulus> kOneOfEach{
    {"AT", Stimulus::What::at},
    {"GMR", Stimulus::What::gmr},
    {"HTTPCLIENT_GET", Stimulus::What::get},
    {"HTTPCLIENT_POST", Stimulus::What::post},
    {"HTTPGETSIZE", Stimulus::What::getsize},
    {"HTTPCPOST", Stimulus::What::cpost},
};

}  // namespace attest::suites
