// For tests: a made-up run as a record file, and the page that is made of it.
#pragma once

#include <fstream>
#include <string>

#include "harness/base/file.hpp"
#include "harness/record/testing.hpp"
#include "reports/html/page.hpp"

namespace attest::reports {

inline std::string lines_of(const record::Script& script) {
  std::string out;
  for (const auto& event : script.events()) out += record::to_line(event) + "\n";
  return out;
}

/// Written into a folder of its own.
class MadeRecord {
 public:
  explicit MadeRecord(const std::string& lines) { std::ofstream(path()) << lines; }
  explicit MadeRecord(const record::Script& script) : MadeRecord(lines_of(script)) {}
  void add(const std::string& lines) const { std::ofstream(path(), std::ios::app) << lines; }
  [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "record.jsonl"; }
  [[nodiscard]] std::filesystem::path folder() const { return folder_.path(); }
  [[nodiscard]] RunReading reading() const {
    RunReading out(path());
    must(out.advance());
    return out;
  }

 private:
  TempDir folder_;
};

/// The text of a script element of the page by its id; "" where there is none.
inline std::string script_of(const std::string& page, const std::string& id) {
  const auto head = "<script type=\"application/json\" id=\"" + id + "\">";
  const auto begin = page.find(head);
  if (begin == std::string::npos) return {};
  return page.substr(begin + head.size(), page.find("</script>", begin) - begin - head.size());
}

}  // namespace attest::reports
