// `edgerack-compile` as the estimate uses it: the user's own files and words, this program's name.
#ifndef AGENT_ESTIMATE_COMPILE_CHILD_H_
#define AGENT_ESTIMATE_COMPILE_CHILD_H_

#include <filesystem>
#include <map>
#include <string>

#include "base/error.h"

namespace edgerack::estimate {

struct CompileRequest {
  std::string model;  // files as the user named them
  std::string calibration;
  std::string kind;
  std::string quantize;
  std::map<std::string, std::string> options;
};

struct Compiled {
  std::string package;
  std::string report;  // JSON; also there when the model was refused
};

// Package and report are written into `folder`. A refusal has class, code and message of the
// compiler. COMPILE_TIMEOUT (USER) after ten minutes, COMPILER_CRASHED (BUG) when it ended
// otherwise. `compiled.report` is filled whenever the compiler wrote one.
absl::Status Compile(const CompileRequest& request, const std::filesystem::path& folder,
                     Compiled& compiled);

}  // namespace edgerack::estimate

#endif  // AGENT_ESTIMATE_COMPILE_CHILD_H_
