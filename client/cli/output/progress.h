// Where a job is, while it moves: one line that is rewritten on a terminal, a line per change
// elsewhere.
#ifndef CLIENT_CLI_OUTPUT_PROGRESS_H_
#define CLIENT_CLI_OUTPUT_PROGRESS_H_

#include <ostream>
#include <string>

#include "edgerack/v1/jobs.pb.h"

namespace edgerack::cli {

// "virtual-f746: run 40 %", or the job's state before a board has it.
std::string ProgressText(const v1::Job& job);

class Progress {
 public:
  Progress(std::ostream& out, bool terminal) : out_(out), terminal_(terminal) {}
  void Show(const v1::Job& job);
  // Clears the line on a terminal.
  void Finish();

 private:
  std::ostream& out_;
  bool terminal_;
  std::string last_;
};

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_OUTPUT_PROGRESS_H_
