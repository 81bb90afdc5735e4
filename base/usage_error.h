// Which errors mean that the command line itself is wrong, and not what it names.
#ifndef BASE_USAGE_ERROR_H_
#define BASE_USAGE_ERROR_H_

#include "base/error.h"

namespace edgerack {

// Programs that need no server end with status 2 then, with 1 after any other error.
inline bool IsUsageError(const absl::Status& status) {
  const std::string code = ErrorCodeOf(status);
  for (const char* usage : {"BAD_OPTION", "UNKNOWN_BOARD_KIND", "FILE_NOT_FOUND"}) {
    if (code == usage) return true;
  }
  return false;
}

}  // namespace edgerack

#endif  // BASE_USAGE_ERROR_H_
