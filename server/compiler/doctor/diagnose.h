// Which of the usual causes reproduce what a board gave.
#ifndef SERVER_COMPILER_DOCTOR_DIAGNOSE_H_
#define SERVER_COMPILER_DOCTOR_DIAGNOSE_H_

#include <string>
#include <vector>

#include "server/compiler/doctor/trials.h"

namespace edgerack::compiler::doctor {

struct Cause {
  std::string code;
  std::string what;
  std::string fix;
  double confidence = 0;  // 0..1; shared by causes that cannot be told apart
  Fit fit = Fit::kNone;
  Match after;  // of all samples, if the cause is true
};

struct Diagnosis {
  int64_t samples = 0;
  bool agrees = false;        // the outputs are the model's own
  Match before;               // the right outputs against the given ones
  std::vector<Cause> causes;  // the best first; empty where nothing explains the outputs
  // Sets of codes whose predictions are equal for every sample.
  std::vector<std::vector<std::string>> indistinguishable;
  std::vector<std::string> notes;  // what cannot matter here, and what was not tried
  int64_t hypotheses = 0;          // without other models
  int64_t inferences = 0;
};

// Another model that may have been on the board, e.g. the version before.
struct Rival {
  std::string name;
  std::string model;  // the file's bytes
};

// Blocks for the time of some hundred to some thousand inferences on this machine.
absl::StatusOr<Diagnosis> Diagnose(const Subject& subject, const Observation& seen,
                                   const std::vector<Rival>& rivals);

}  // namespace edgerack::compiler::doctor

#endif  // SERVER_COMPILER_DOCTOR_DIAGNOSE_H_
