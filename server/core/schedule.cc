#include "server/core/schedule.h"

#include <algorithm>
#include <array>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/civil_time.h"

namespace edgerack::core {
namespace {

constexpr std::array<const char*, 7> kDays = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr unsigned kEveryDay = 0x7F;
constexpr int64_t kMinuteMs = 60'000;
constexpr int64_t kShortestMs = kMinuteMs;
constexpr int64_t kLongestMs = 366LL * 24 * 60 * kMinuteMs;

absl::Status Bad(const std::string& when) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_SCHEDULE",
                   "schedule \"" + when.substr(0, 80) +
                       "\": expected \"daily HH:MM\", \"weekly mon,thu HH:MM\" or \"every N\" with "
                       "m, h or d behind the number");
}

// "6h" in milliseconds; 0 for what is none.
int64_t ParsePeriod(const std::string& text) {
  if (text.size() < 2 || text.size() > 8) return 0;
  int64_t unit_ms = 0;
  if (text.back() == 'm') unit_ms = kMinuteMs;
  if (text.back() == 'h') unit_ms = 60 * kMinuteMs;
  if (text.back() == 'd') unit_ms = 24 * 60 * kMinuteMs;
  int64_t count = 0;
  if (!absl::SimpleAtoi(text.substr(0, text.size() - 1), &count) || count <= 0) return 0;
  const int64_t ms = count * unit_ms;
  return ms >= kShortestMs && ms <= kLongestMs ? ms : 0;
}

// "02:30" in minutes; −1 for what is none.
int ParseTimeOfDay(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, ':');
  int hour = 0;
  int minute = 0;
  if (parts.size() != 2 || parts[0].empty() || parts[0].size() > 2 || parts[1].size() != 2 ||
      !absl::SimpleAtoi(parts[0], &hour) || !absl::SimpleAtoi(parts[1], &minute) || hour < 0 ||
      hour > 23 || minute < 0 || minute > 59) {
    return -1;
  }
  return hour * 60 + minute;
}

// 0 for what is none.
unsigned ParseDays(const std::string& text) {
  unsigned days = 0;
  for (const std::string& name : std::vector<std::string>(absl::StrSplit(text, ','))) {
    unsigned day = 0;
    for (size_t i = 0; i < kDays.size(); ++i) {
      if (name == kDays[i]) day = 1u << i;
    }
    if (day == 0) return 0;
    days |= day;
  }
  return days;
}

}  // namespace

absl::StatusOr<Schedule> Schedule::Parse(const std::string& when, const std::string& time_zone) {
  Schedule schedule;
  schedule.zone_ = absl::UTCTimeZone();
  // The library would open whatever path the name is.
  const bool is_name = time_zone.size() <= 64 && time_zone.find("..") == time_zone.npos &&
                       std::all_of(time_zone.begin(), time_zone.end(), [](char c) {
                         return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '/' ||
                                c == '_' || c == '+' || c == '-';
                       });
  if (!time_zone.empty() &&
      (!is_name || time_zone[0] == '/' || !absl::LoadTimeZone(time_zone, &schedule.zone_))) {
    return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "BAD_SCHEDULE",
                     "time zone \"" + time_zone.substr(0, 64) +
                         "\" is not in the server's database; names are like \"Europe/Berlin\"");
  }
  const std::vector<std::string> words = absl::StrSplit(when, ' ', absl::SkipEmpty());
  if (words.size() == 2 && words[0] == "every") {
    schedule.every_ms_ = ParsePeriod(words[1]);
    if (schedule.every_ms_ == 0) return Bad(when);
    return schedule;
  }
  const bool daily = words.size() == 2 && words[0] == "daily";
  const bool weekly = words.size() == 3 && words[0] == "weekly";
  if (!daily && !weekly) return Bad(when);
  schedule.minute_of_day_ = ParseTimeOfDay(words.back());
  schedule.weekdays_ = daily ? kEveryDay : ParseDays(words[1]);
  if (schedule.minute_of_day_ < 0 || schedule.weekdays_ == 0) return Bad(when);
  return schedule;
}

int64_t Schedule::NextAfter(int64_t wall_ms) const {
  if (every_ms_ > 0) return wall_ms + every_ms_;
  const absl::Time after = absl::FromUnixMillis(wall_ms);
  absl::CivilDay day(absl::ToCivilDay(after, zone_));
  // A week and a day: today's time may be over, and one moment may be skipped.
  for (int i = 0; i < 9; ++i, ++day) {
    const auto weekday = static_cast<unsigned>(absl::GetWeekday(day));  // Monday = 0
    if ((weekdays_ & (1u << weekday)) == 0) continue;
    const absl::CivilMinute minute(day.year(), day.month(), day.day(), minute_of_day_ / 60,
                                   minute_of_day_ % 60);
    const absl::TimeZone::TimeInfo info = zone_.At(absl::CivilSecond(minute));
    const absl::Time due = info.kind == absl::TimeZone::TimeInfo::SKIPPED ? info.trans : info.pre;
    if (due > after) return absl::ToUnixMillis(due);
  }
  return wall_ms + kLongestMs;  // not reached: each week has each day
}

}  // namespace edgerack::core
