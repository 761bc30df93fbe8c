#include "harness/at/deviations.hpp"

#include <algorithm>

#include "harness/base/bytes.hpp"

namespace attest::at {
namespace {

constexpr DeviationKind kAll[] = {
    {"echo-altered", "GEN-11", "The echo is not the line that was sent."},
    {"extra-blank-lines", "GEN-01", "More than one blank line in a row stands in the reply."},
    {"final-not-alone", "GEN-01", "The final result is not alone on its line."},
    {"final-unended", "GEN-01", "The final result has no line end."},
    {"result-prefixed", "GEN-01", "Something stands before the result code on its line."},
    {"result-suffixed", "GEN-01", "Something stands after the result code on its line."},
    {"result-case", "GEN-01", "The result code is not in capitals."},
    {"lf-only", "GEN-01", "A line of the reply ends in LF without CR."},
    {"cr-only", "GEN-01", "A line of the reply ends in CR without LF."},
    {"cr-doubled", "GEN-01", "A line of the reply ends in CR CR LF."},
    {"stray-bytes", "GEN-01", "Bytes came that are no complete line of text."},
    {"final-missing", "GEN-02", "No final result came within the deadline."},
    {"late-reply", "GEN-02", "The reply came after the deadline had passed."},
    {"reply-too-long", "GEN-02", "More came than a reply can be, and no final result."},
    {"unexpected-restart", "GEN-02", "The device restarted though nobody asked for it."},
    {"restart-without-ok", "GEN-02", "The device restarted as asked, but gave no final result before."},
    {"final-repeated", "GEN-03", "A further final result followed the final result."},
    {"blank-after-final", "GEN-03", "A blank line that belongs to nothing followed the final result."},
    {"late-information", "GEN-03", "An information response followed the final result."},
    {"size-in-brackets", "HC-10", "The size stands in brackets or quotes."},
    {"size-padded", "HC-10", "The size has blanks, leading zeros or a sign."},
    {"size-not-decimal", "HC-10", "The size is not a decimal number."},
    {"break-between-size-and-data", "HC-10", "A line break stands between size and data."},
    {"data-shorter-than-size", "HC-10", "Fewer bytes of data came than the size says."},
    {"data-longer-than-size", "HC-10", "More bytes of data came than the size says."},
    {"information-case", "HC-10", "The name in the information response is not in capitals."},
    {"information-spelling", "HC-10", "The information response does not begin with +NAME: as it should."},
    {"information-repeated", "HC-10", "The information response came more than once."},
    {"prompt-before-ok", "CP-01", "The prompt came before the OK, or without one."},
    {"prompt-missing", "CP-01", "The OK was not followed by the prompt."},
    {"prompt-repeated", "CP-14", "The prompt was shown more than once."},
};

}  // namespace

std::span<const DeviationKind> all_deviations() {
  return kAll;
}

bool is_of_form(std::string_view id) {
  static constexpr std::string_view kForms[] = {"result-prefixed", "result-suffixed", "result-case",
                                                "lf-only",         "cr-only",         "cr-doubled"};
  return std::find(std::begin(kForms), std::end(kForms), id) != std::end(kForms);
}

void note(Exchange& exchange, std::string_view id, std::string_view evidence, std::string_view requirement) {
  if (exchange.deviates(id)) return;
  const auto* kind =
      std::find_if(std::begin(kAll), std::end(kAll), [&](const auto& k) { return k.id == id; });
  if (kind == std::end(kAll)) return;
  exchange.deviations.push_back({std::string(id),
                                 std::string(requirement.empty() ? kind->requirement : requirement),
                                 std::string(kind->summary), visible(evidence)});
}

}  // namespace attest::at
