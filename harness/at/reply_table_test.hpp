// Replies as tables: the text, and what it is read as. Each row is also read with unsolicited lines between
// its lines, with the echo before it, with blank lines before its lines, and cut at every byte: nothing of
// that may matter.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace attest::at::testing {

/// `|` stands where a line begins; it is not part of the reply.
struct Row {
  std::string name;
  std::string command;  ///< without its line end; empty: the reply is one to data
  std::string reply;
  std::string outcome;     ///< "complete OK", "silent"
  std::string data;        ///< of a sized reply; "-": none
  std::string deviations;  ///< as deviations_of gives them
  std::string kinds;       ///< as kinds_of gives them; empty: not looked at
  bool v250 = true;        ///< one blank line before each line must make no difference
};
void PrintTo(const Row& row, std::ostream* out);

class Reply : public ::testing::TestWithParam<Row> {};

inline std::string name_of_row(const ::testing::TestParamInfo<Row>& info) {
  return info.param.name;
}

/// A literal with NUL bytes in it.
template <std::size_t N>
std::string raw(const char (&text)[N]) {
  return std::string(text, N - 1);
}

inline const std::string kGet = "AT+HTTPCLIENT=2,0,http://h/,,,1", kSize = "AT+HTTPGETSIZE=http://h/",
                         kPost = "AT+HTTPCPOST=http://h/,5", kNoCommand;

}  // namespace attest::at::testing
