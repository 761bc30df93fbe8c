// The echo: as it was sent, in pieces, ended in other ways, or harmed.
#include <gtest/gtest.h>

#include "harness/at/reader_testing.hpp"

namespace attest::at::testing {
namespace {

struct EchoRow {
  std::string name, command, bytes, kinds, deviations;
};

class EchoOf : public ::testing::TestWithParam<EchoRow> {};

TEST_P(EchoOf, IsReadAsTheTableSays) {
  const auto& row = GetParam();
  const auto read_cut = [&](const std::vector<std::size_t>& cuts) {
    return read_all(reply_to(row.command), row.command + "\r\n", row.bytes, cuts);
  };
  const auto read = read_cut({});
  EXPECT_EQ(kinds_of(read), row.kinds);
  EXPECT_EQ(deviations_of(read), row.deviations);
  for (std::size_t cut = 1; cut < row.bytes.size(); ++cut)
    EXPECT_EQ(whole_of(read_cut({cut})), whole_of(read)) << cut;
}

const std::string kGetSize = "AT+HTTPGETSIZE=http://host/path";

const std::vector<EchoRow> kEchoes{
    {"None", "AT", "OK\r\n", "final", ""},
    {"AsSent", "AT", "AT\r\nOK\r\n", "echo final", ""},
    {"CrOnly", "AT", "AT\rOK\r\n", "echo final", ""},
    {"CrAndThenABlankLine", "AT", "AT\r\r\nOK\r\n", "echo final", ""},
    {"CrCrLfAndABlankLine", "AT", "AT\r\r\n\r\nOK\r\n", "echo framing final", ""},
    {"LfOnly", "AT", "AT\nOK\r\n", "echo final", ""},
    {"AndTwoBlankLines", "AT", "AT\r\n\r\n\r\nOK\r\n", "echo framing final", "extra-blank-lines(GEN-01)"},
    {"BehindAReport", "AT", "WIFI GOT IP\r\nAT\r\nOK\r\n", "unsolicited echo final", ""},
    {"BehindABlankLineAndAReport", "AT", "\r\nWIFI GOT IP\r\nAT\r\n\r\nOK\r\n",
     "framing unsolicited echo framing final", ""},
    {"CutByAReport", kGetSize, "AT+HTTPGWIFI GOT IP\r\nETSIZE=http://host/path\r\nERROR\r\n",
     "echo unsolicited echo final", ""},
    {"AloneAndUnfinished", kGetSize, "AT+HTTPGET", "echo", "final-missing(GEN-02)"},
    {"Alone", "AT", "AT\r\n", "echo", "final-missing(GEN-02)"},
    {"LowerCase", "AT", "at\r\nOK\r\n", "echo final", "echo-altered(GEN-11)"},
    {"FirstByteTwice", "AT", "AAT\r\nOK\r\n", "echo final", "echo-altered(GEN-11)"},
    {"FirstByteLost", kGetSize, "T+HTTPGETSIZE=http://host/path\r\nOK\r\n", "echo final",
     "echo-altered(GEN-11)"},
    {"Truncated", kGetSize, "AT+HTTPGETSIZE=h\r\nOK\r\n", "echo final", "echo-altered(GEN-11)"},
    {"OneByteWrong", kGetSize, "AT+HTTPGETSIZE=http:/?host/path\r\nOK\r\n", "echo final",
     "echo-altered(GEN-11)"},
    {"Masked", kGetSize, "AT+HTTPGETSIZE=***\r\n+HTTPGETSIZE:5\r\nOK\r\n", "echo info final",
     "echo-altered(GEN-11)"},
    {"WithoutLineEnd", "AT", "ATOK\r\n", "echo final", "echo-altered(GEN-11)"},
    {"WithoutLineEndBeforeInformation", kGetSize, kGetSize + "+HTTPGETSIZE:5\r\nOK\r\n", "echo info final",
     "echo-altered(GEN-11)"},
    {"AlteredOfAVersion", "AT+GMR", "AT+GMRX\r\n1.0\r\nOK\r\n", "echo info final", "echo-altered(GEN-11)"},
    {"NotAVersionLine", "AT+GMR", "AT version:1.0\r\nOK\r\n", "info final", ""},
    {"NotTheInformation", kGetSize, "HTTPGETSIZE:5\r\nOK\r\n", "info final", "information-spelling(GS-01)"},
    {"NotAfterInformation", kGetSize, "+HTTPGETSIZE:5\r\nAT+HTTPGET\r\nOK\r\n", "info unexplained final", ""},
    {"NotWhatDoesNotResembleIt", kGetSize, "something\r\nOK\r\n", "unexplained final", ""},
};
INSTANTIATE_TEST_SUITE_P(Lines, EchoOf, ::testing::ValuesIn(kEchoes),
                         [](const auto& p) { return p.param.name; });

TEST(EchoOfALineThatIsAResult, IsAnEcho) {
  const auto read = read_all(reply_to("OK"), "OK\r\n", "OK\r\nERROR\r\n", {});
  EXPECT_EQ(kinds_of(read), "echo final");
  EXPECT_EQ(read.exchange.final, FinalCode::error);
}

TEST(EchoOfDataBytes, IsNotExpected) {
  Reading reading;
  reading.as = Reading::As::data;
  EXPECT_EQ(kinds_of(read_all(reading, "", "hello\r\nSEND OK\r\n", {})), "unexplained final");
}

}  // namespace
}  // namespace attest::at::testing
