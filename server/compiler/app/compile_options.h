// `--option K=V` of the compile command.
#ifndef SERVER_COMPILER_APP_COMPILE_OPTIONS_H_
#define SERVER_COMPILER_APP_COMPILE_OPTIONS_H_

#include <map>
#include <string>
#include <vector>

#include "base/catalog/placement.h"
#include "base/error.h"
#include "server/compiler/app/codebooks.h"
#include "server/compiler/app/lower_and_plan.h"
#include "server/compiler/lower/kernel_choice.h"
#include "server/compiler/passes/pass.h"
#include "server/compiler/ptq/options.h"

namespace edgerack::compiler {

struct CompileOptions {
  KernelPreference kernels = KernelPreference::kFast;
  Objective objective = Objective::kBalanced;
  std::string io;            // "", "float" or "int8"
  bool carry_state = false;  // state=carry
  Placement placement;       // arena, weights, code, stack: memories of the chip
  PassOptions passes;
  PtqOptions ptq;
  CodebookOptions codebook;
};

// Reads files for freeze.NAME. BAD_OPTION (class JOB) names the option and what is supported.
absl::StatusOr<CompileOptions> ParseCompileOptions(const std::vector<std::string>& options);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_APP_COMPILE_OPTIONS_H_
