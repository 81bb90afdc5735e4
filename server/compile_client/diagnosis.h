// Reads what `edgerack-compile doctor` writes; lenient as report.h.
#ifndef SERVER_COMPILE_CLIENT_DIAGNOSIS_H_
#define SERVER_COMPILE_CLIENT_DIAGNOSIS_H_

#include <string>

#include "base/error.h"
#include "server/core/diagnosis.h"

namespace edgerack::compile_client {

// INTERNAL (BAD_DIAGNOSIS), class BUG, when the text is not a JSON object.
absl::StatusOr<core::Diagnosis> ParseDiagnosis(const std::string& text);

}  // namespace edgerack::compile_client

#endif  // SERVER_COMPILE_CLIENT_DIAGNOSIS_H_
