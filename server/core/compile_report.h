// What `edgerack-compile` says about a model, as far as a result repeats it.
#ifndef SERVER_CORE_COMPILE_REPORT_H_
#define SERVER_CORE_COMPILE_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/core/result.h"

namespace edgerack::core {

struct Finding {
  std::string code;
  std::string message;
  std::string remedy;
};

struct CompileReport {
  bool fits = true;
  Memory memory;
  std::vector<Layer> layers;
  std::optional<int64_t> macs;
  std::vector<Finding> findings;
  std::optional<QuantizationAccuracy> quantization_accuracy;
  std::string compiler_version;  // empty when the report does not say
};

}  // namespace edgerack::core

#endif  // SERVER_CORE_COMPILE_REPORT_H_
