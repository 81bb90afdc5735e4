// The host's end of MLPerf Tiny's device protocol over a board's console.
#ifndef AGENT_MLPERF_CLIENT_H_
#define AGENT_MLPERF_CLIENT_H_

#include <string>

#include "agent/mlperf/answer.h"
#include "agent/protocol/console.h"
#include "base/clock.h"

namespace edgerack::agent {

struct InferenceWindow {
  int64_t inferences = 0;
  int64_t elapsed_us = 0;  // by the device's clock, between its two laps
};

// Used on the board's strand, one call at a time. Errors of every call, all of class JOB, because
// it is the image that answers:
//   FOREIGN_SILENT (DEADLINE_EXCEEDED) no "m-ready" in time; the message has the console's last
//   lines FOREIGN_REFUSED (FAILED_PRECONDITION) the device answered with an error of its own
//   FOREIGN_BAD_ANSWER (DATA_LOSS) "m-ready" came and what belongs before it did not
// and the console's errors.
class MlperfClient {
 public:
  // Both outlive the client.
  MlperfClient(Console& console, Clock& clock) : console_(console), clock_(clock) {}

  // Asks for the device's name until it answers: it may still boot, or want a silence after frames
  // of another protocol. The answer has name, profile and model.
  Task<absl::StatusOr<MlperfAnswer>> Begin(int64_t deadline_ms);
  // Sends the bytes that an inference reads.
  Task<absl::Status> LoadInput(std::string bytes, int64_t deadline_ms);
  // `infer`: the window, and in last_answer() the results.
  Task<absl::StatusOr<InferenceWindow>> Infer(int64_t inferences, int64_t warmups,
                                              int64_t deadline_ms);

  // Any command, without its '%'. An answer with errors is an answer.
  Task<absl::StatusOr<MlperfAnswer>> Command(std::string command, int64_t deadline_ms);

  const MlperfAnswer& last_answer() const { return answer_; }
  // Milliseconds between sending the last command and its "m-ready".
  int64_t last_work_ms() const { return last_work_ms_; }

 private:
  Task<absl::Status> Send(std::string command, int64_t deadline_ms);
  // Until "m-ready", or OK without answer_.ready when the time is up.
  Task<absl::Status> Receive(int64_t until_ms);
  Task<absl::Status> Drain(int64_t deadline_ms);
  absl::Status Silent(const std::string& command) const;
  absl::Status CheckAnswer(const std::string& command) const;

  Console& console_;
  Clock& clock_;
  LineCutter lines_;
  std::vector<std::string> received_;  // lines that came with the last "m-ready" and after it
  MlperfAnswer answer_;
  int64_t last_work_ms_ = 0;
};

}  // namespace edgerack::agent

#endif  // AGENT_MLPERF_CLIENT_H_
