// One log format for every program: time, level, program part, text; to standard error.
#ifndef BASE_LOGGING_H_
#define BASE_LOGGING_H_

#include <string>

namespace edgerack {

// Call once at the start of main. `level` is trace, debug, info, warning, error or off.
void InitLogging(const std::string& program, const std::string& level = "info");

}  // namespace edgerack

#endif  // BASE_LOGGING_H_
