// When a suite is due: "daily 02:30", "weekly mon,thu 02:30", "every 6h" (m, h or d).
#ifndef SERVER_CORE_SCHEDULE_H_
#define SERVER_CORE_SCHEDULE_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "base/error.h"

namespace edgerack::core {

class Schedule {
 public:
  // `time_zone` is a name of the IANA database; empty = UTC. INVALID_ARGUMENT (BAD_SCHEDULE),
  // saying what is expected.
  static absl::StatusOr<Schedule> Parse(const std::string& when, const std::string& time_zone);

  // The first moment after `wall_ms` (milliseconds since 1970) at which it is due. A time of day
  // that a change to summer time skips is due when the gap ends; one that comes twice is due once,
  // the first time.
  int64_t NextAfter(int64_t wall_ms) const;

 private:
  int64_t every_ms_ = 0;  // 0: at a time of day
  int minute_of_day_ = 0;
  unsigned weekdays_ = 0;  // a bit for each, Monday first
  absl::TimeZone zone_;
};

}  // namespace edgerack::core

#endif  // SERVER_CORE_SCHEDULE_H_
