// Decisions about a board and a package that need no I/O.
#ifndef AGENT_BOARD_CHECKS_H_
#define AGENT_BOARD_CHECKS_H_

#include <string>

#include "agent/board/board_spec.h"
#include "agent/link/identity.h"

namespace edgerack::agent {

// Is this the board that was configured? FAILED_PRECONDITION with code
//   WRONG_CHIP (BOARD)              its device id is not the chip file's
//   WRONG_BOARD (INFRASTRUCTURE)    its UID is not the configured one
// Both are told from a firmware of any build.
absl::Status CheckIdentity(const BoardSpec& spec, const Identity& identity);

// Does the artifact hold the package that the assignment speaks of? DATA_LOSS with code
// PACKAGE_BROKEN (BUG).
absl::Status CheckPackage(const Assignment& assignment, const std::string& package);

// Are there as many input bytes as the assignment says, and is every number in range?
// INVALID_ARGUMENT with code BAD_ASSIGNMENT (BUG).
absl::Status CheckAssignment(const Assignment& assignment);
absl::Status CheckInputs(const Assignment& assignment, const std::string& inputs);

// A refused PACKAGE_LOAD in the words of the farm: PACKAGE_REFUSED, class JOB when the board lacks
// room, BOARD when the stored bytes are damaged, else BUG.
absl::Status ExplainRefusedPackage(const absl::Status& refusal);

}  // namespace edgerack::agent

#endif  // AGENT_BOARD_CHECKS_H_
