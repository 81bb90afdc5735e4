// Times that a program prints, found by a regular expression.
#ifndef BASE_LOG_PATTERN_LOG_PATTERN_H_
#define BASE_LOG_PATTERN_LOG_PATTERN_H_

#include <memory>
#include <optional>
#include <string>

#include "base/error.h"

namespace re2 {
class RE2;
}

namespace edgerack {

enum class TimeUnit { kSeconds, kMilliseconds, kMicroseconds, kNanoseconds, kCycles };

// An expression of RE2 with one group whose name is the unit of what it finds: (?P<us>[0-9.]+),
// also s, ms, ns and cycles. Thread-safe; time and memory of a search are bounded by RE2.
class LogPattern {
 public:
  // INVALID_ARGUMENT with code BAD_OPTION (JOB): option `regex` is no expression, or no group of it
  // is named after a unit, or two are.
  static absl::StatusOr<LogPattern> Compile(const std::string& regex);

  // The number in the first match in the line; nullopt without a match, or where the group holds no
  // number from 0 to 1e15.
  std::optional<double> Find(const std::string& line) const;
  TimeUnit unit() const { return unit_; }

 private:
  LogPattern(std::shared_ptr<const re2::RE2> regex, int group, TimeUnit unit)
      : regex_(std::move(regex)), group_(group), unit_(unit) {}

  std::shared_ptr<const re2::RE2> regex_;
  int group_;
  TimeUnit unit_;
};

}  // namespace edgerack

#endif  // BASE_LOG_PATTERN_LOG_PATTERN_H_
