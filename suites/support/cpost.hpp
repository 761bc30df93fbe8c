// AT+HTTPCPOST in its two steps, for the cases that are about one of them.
#pragma once

#include "harness/base/bytes.hpp"
#include "suites/support/case.hpp"
#include "suites/support/http.hpp"

namespace attest::suites {

struct Posted {
  at::Exchange asked;  ///< the command, up to the prompt
  bool prompted = false;
  at::Exchange answered;  ///< the data, up to the final result; that of `asked` if there was no prompt
};

class CPost : public Case {
 protected:
  [[nodiscard]] Posted post(const server::Resource& resource, std::string_view body,
                            const std::vector<std::string>& headers = {}) {
    return post_to(resource.url(), body, headers);
  }
  [[nodiscard]] Posted post_to(std::string_view url, std::string_view body,
                               const std::vector<std::string>& headers = {}) {
    Posted posted;
    posted.asked = command(http_cpost(url, body.size(), headers));
    posted.prompted = posted.asked.outcome == at::Outcome::prompted;
    posted.answered = posted.prompted ? data(body) : posted.asked;
    return posted;
  }
};

}  // namespace attest::suites
