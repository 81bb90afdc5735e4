// Errors as the whole product speaks of them: an absl::Status whose payload carries the class (who
// has to act) and a stable code (what a program may match on). The message is for a person: what
// happened, where, the likely cause, the next step.
#ifndef BASE_ERROR_H_
#define BASE_ERROR_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace edgerack {

// Who has to act on an error.
enum class ErrorClass {
  kUser,            // the model, the dataset or the request
  kJob,             // the job's options
  kInfrastructure,  // cable, probe, agent, disk, network
  kBoard,           // the board itself: wedged, out of spec, faulted
  kBug,             // ours
};

// "USER", "JOB", "INFRASTRUCTURE", "BOARD", "BUG": the spelling of the API and the database.
const char* ErrorClassName(ErrorClass error_class);
// The inverse; kBug for a name it does not know.
ErrorClass ParseErrorClass(std::string_view name);

// A status with class and code. `code` is upper case with underscores, e.g. "FLASH_VERIFY_FAILED".
absl::Status MakeError(absl::StatusCode status_code, ErrorClass error_class, std::string_view code,
                       std::string_view message);

// Of a status made elsewhere the class is kBug and the code its canonical name ("INTERNAL").
ErrorClass ErrorClassOf(const absl::Status& status);
std::string ErrorCodeOf(const absl::Status& status);
std::string ErrorMessageOf(const absl::Status& status);

// The same error with "where: " put in front of its message.
absl::Status Annotate(const absl::Status& status, std::string_view where);

}  // namespace edgerack

// Returns from the enclosing function when `expression`, an absl::Status, is an error.
#define ER_RETURN_IF_ERROR(expression)                                               \
  do {                                                                               \
    if (absl::Status er_status_ = (expression); !er_status_.ok()) return er_status_; \
  } while (false)

#define ER_CONCAT_INNER_(a, b) a##b
#define ER_CONCAT_(a, b) ER_CONCAT_INNER_(a, b)
// `ER_ASSIGN_OR_RETURN(auto x, F());` takes the value of a StatusOr or returns its error.
#define ER_ASSIGN_OR_RETURN(left, expression) \
  ER_ASSIGN_OR_RETURN_IMPL_(ER_CONCAT_(er_status_or_, __LINE__), left, expression)
#define ER_ASSIGN_OR_RETURN_IMPL_(name, left, expression) \
  auto name = (expression);                               \
  if (!name.ok()) return name.status();                   \
  left = std::move(name).value()

#endif  // BASE_ERROR_H_
