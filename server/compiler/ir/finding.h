// Something the report tells about a model that compiled, or why it did not.
#ifndef SERVER_COMPILER_IR_FINDING_H_
#define SERVER_COMPILER_IR_FINDING_H_

#include <string>

namespace edgerack::compiler {

enum class Severity { kInfo, kWarning, kError };
inline const char* SeverityName(Severity severity) {
  return severity == Severity::kInfo      ? "info"
         : severity == Severity::kWarning ? "warning"
                                          : "error";
}

struct Finding {
  std::string code;  // upper case with underscores; stable
  Severity severity = Severity::kInfo;
  std::string layer;  // a node's name; empty for the whole model
  std::string message;
  std::string remedy;
};

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IR_FINDING_H_
