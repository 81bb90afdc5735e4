// Why a job or a run failed, as a plain record that can be stored.
#ifndef SERVER_CORE_FAILURE_H_
#define SERVER_CORE_FAILURE_H_

#include <string>

#include "base/error.h"

namespace edgerack::core {

struct Failure {
  ErrorClass error_class = ErrorClass::kBug;
  std::string code;     // stable, upper case with underscores
  std::string message;  // for a person

  bool operator==(const Failure&) const = default;
};

// Of a status that is not OK.
inline Failure FailureOf(const absl::Status& status) {
  return {ErrorClassOf(status), ErrorCodeOf(status), ErrorMessageOf(status)};
}

}  // namespace edgerack::core

#endif  // SERVER_CORE_FAILURE_H_
