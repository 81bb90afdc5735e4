#include "server/core/schedule.h"

#include <gtest/gtest.h>

namespace edgerack::core {
namespace {

int64_t Ms(const std::string& rfc3339) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, rfc3339, &time, &error)) << error;
  return absl::ToUnixMillis(time);
}

std::string Next(const std::string& when, const std::string& zone, const std::string& after) {
  auto schedule = Schedule::Parse(when, zone);
  if (!schedule.ok()) return ErrorCodeOf(schedule.status());
  return absl::FormatTime("%Y-%m-%dT%H:%M", absl::FromUnixMillis(schedule->NextAfter(Ms(after))),
                          absl::UTCTimeZone());
}

TEST(Schedule, ATimeOfDayInUtc) {
  EXPECT_EQ(Next("daily 02:30", "", "2026-11-28T02:29:59Z"), "2026-11-28T02:30");
  EXPECT_EQ(Next("daily 02:30", "", "2026-11-28T02:30:00Z"), "2026-11-29T02:30");
  EXPECT_EQ(Next("daily 2:30", "", "2026-12-31T12:00:00Z"), "2027-01-01T02:30");
}

TEST(Schedule, ATimeOfDayInAZone) {
  EXPECT_EQ(Next("daily 02:30", "Europe/Berlin", "2026-07-01T12:00:00Z"), "2026-07-02T00:30");
  EXPECT_EQ(Next("daily 02:30", "Europe/Berlin", "2026-12-01T12:00:00Z"), "2026-12-02T01:30");
  // The night that has no 02:30: at 03:00 summer time begins, which is 01:00 in UTC.
  EXPECT_EQ(Next("daily 02:30", "Europe/Berlin", "2026-03-28T12:00:00Z"), "2026-03-29T01:00");
  // The night that has it twice: once, the first time.
  EXPECT_EQ(Next("daily 02:30", "Europe/Berlin", "2026-10-24T12:00:00Z"), "2026-10-25T00:30");
  EXPECT_EQ(Next("daily 02:30", "Europe/Berlin", "2026-10-25T00:30:00Z"), "2026-10-26T01:30");
}

TEST(Schedule, DaysOfTheWeek) {
  // 28 November 2026 is a Saturday.
  EXPECT_EQ(Next("weekly mon 02:30", "", "2026-11-28T00:00:00Z"), "2026-11-30T02:30");
  EXPECT_EQ(Next("weekly mon,sat 02:30", "", "2026-11-28T00:00:00Z"), "2026-11-28T02:30");
  EXPECT_EQ(Next("weekly sat 02:30", "", "2026-11-28T02:30:00Z"), "2026-12-05T02:30");
}

TEST(Schedule, Periods) {
  EXPECT_EQ(Next("every 6h", "", "2026-11-28T01:23:00Z"), "2026-11-28T07:23");
  EXPECT_EQ(Next("every 90m", "", "2026-11-28T01:23:00Z"), "2026-11-28T02:53");
  EXPECT_EQ(Next("every 2d", "", "2026-11-28T01:23:00Z"), "2026-11-30T01:23");
}

TEST(Schedule, RefusesWhatIsNone) {
  for (const char* when :
       {"", "daily", "daily 24:00", "daily 02:60", "daily 2", "daily 02:3", "daily 02:30 x",
        "weekly 02:30", "weekly monday 02:30", "weekly mon, 02:30", "every 0h", "every -1h",
        "every h", "every 1s", "every 99999d", "every 6 h", "hourly"}) {
    EXPECT_EQ(Next(when, "", "2026-11-28T00:00:00Z"), "BAD_SCHEDULE") << when;
  }
  EXPECT_EQ(Next("daily 02:30", "Mars/Olympus", "2026-11-28T00:00:00Z"), "BAD_SCHEDULE");
  EXPECT_EQ(Next("daily 02:30", "../../etc/passwd", "2026-11-28T00:00:00Z"), "BAD_SCHEDULE");
}

}  // namespace
}  // namespace edgerack::core
