// The decision as an in-toto Statement v1 with a test-result predicate v0.1, and the way back. Its subject is
// the firmware image. Beside what the specification has, the predicate holds `attest`: our reasons, and what
// the decision was made from.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "harness/base/result.hpp"
#include "reports/gate/decision.hpp"
#include "reports/gate/envelope.hpp"

namespace attest::reports {

inline constexpr std::string_view kStatementType = "https://in-toto.io/Statement/v1";
inline constexpr std::string_view kPredicateType = "https://in-toto.io/attestation/test-result/v0.1";
inline constexpr std::string_view kPayloadType = "application/vnd.in-toto+json";

struct Image {
  std::string name;    ///< of its file, without folders
  std::string sha256;  ///< 64 hex digits
};
/// A file that cannot be read is a usage error.
[[nodiscard]] Result<Image> image_of(const std::string& path);

/// Refuses, as usage errors: a record that is not whole, an edited one (or an edited baseline), and a
/// decision that is none (the bench failed).
[[nodiscard]] Result<nlohmann::json> statement(const Question& question, const Decision& decision,
                                               const Image& image);
/// The statement in its envelope.
[[nodiscard]] Result<std::string> attestation(const Question& question, const Decision& decision,
                                              const Image& image, const Key& key);

/// What a verified statement says.
struct Attested {
  std::string image, image_sha256, version;
  bool passed = false;
  std::string record_sha256;
  std::string record_head;  ///< of its chain; empty: unchained
  std::string policy, decided;
};
/// The signature, the types, and that the payload says all of it. `source` stands in errors.
[[nodiscard]] Result<Attested> verified(std::string_view envelope, const Key& key, const std::string& source);
/// That it speaks of this image and of this record, where they are given; one error, of the first that is not
/// so.
[[nodiscard]] Status speaks_of(const Attested& attested, const std::optional<Image>& image,
                               const std::optional<record::ChainResult>& record, const std::string& source);

}  // namespace attest::reports
