// What a device says in MLPerf Tiny's protocol, line by line. Knows no console and no time.
#ifndef AGENT_MLPERF_ANSWER_H_
#define AGENT_MLPERF_ANSWER_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace edgerack::agent {

// Everything between a command and its "m-ready".
struct MlperfAnswer {
  std::vector<std::string> lines;  // as they came, "m-ready" left out; the first kMostLines of them
  std::vector<std::string> errors;  // of "e-[…]", and lines that say a size was refused
  std::string vendor;               // of "m-name-dut-[…]"
  std::string profile, model;
  std::vector<int64_t> laps_us;
  std::optional<std::vector<double>> results;
  bool load_done = false;
  bool infer_done = false;
  bool ready = false;  // "m-ready" came
};

inline constexpr size_t kMostLines = 100;

// Adds one line, without its line break, to the answer.
void AddLine(const std::string& line, MlperfAnswer& answer);

// Cuts a byte stream into lines, whatever bytes it holds: what is not printable ASCII becomes
// "\xNN", a line longer than kMostLineBytes is cut. Keeps the last lines for messages.
class LineCutter {
 public:
  static constexpr size_t kMostLineBytes = 64 << 10;

  // The lines that these bytes completed. '\n' ends a line, '\r' is dropped.
  std::vector<std::string> Feed(const std::string& bytes);
  // The last lines, and what came since, as one text for a person; empty when nothing came.
  std::string Excerpt() const;
  // Forgets the beginning of a line.
  void Restart() { line_.clear(); }

 private:
  std::string line_;
  std::deque<std::string> last_;
};

}  // namespace edgerack::agent

#endif  // AGENT_MLPERF_ANSWER_H_
