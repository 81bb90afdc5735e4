#include "base/log_pattern/log_pattern.h"

#include <re2/re2.h>

#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace edgerack {
namespace {

constexpr int64_t kMostMemoryBytes = 4 << 20;
constexpr double kMostValue = 1e15;  // still exact, and no time of a board

struct Unit {
  const char* group;
  TimeUnit unit;
};
constexpr Unit kUnits[] = {{"s", TimeUnit::kSeconds},
                           {"ms", TimeUnit::kMilliseconds},
                           {"us", TimeUnit::kMicroseconds},
                           {"ns", TimeUnit::kNanoseconds},
                           {"cycles", TimeUnit::kCycles}};

absl::Status Bad(const std::string& regex, const std::string& what) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kJob, "BAD_OPTION",
                   absl::StrCat("option regex=", regex.substr(0, 80), ": ", what,
                                "; write it as `latency: (?P<us>[0-9.]+)`, with the group named "
                                "after its unit: s, ms, us, ns or cycles"));
}

}  // namespace

absl::StatusOr<LogPattern> LogPattern::Compile(const std::string& regex) {
  RE2::Options options(RE2::Quiet);
  options.set_max_mem(kMostMemoryBytes);
  auto compiled = std::make_shared<const RE2>(regex, options);
  if (!compiled->ok()) return Bad(regex, compiled->error());
  const auto& groups = compiled->NamedCapturingGroups();
  const Unit* found = nullptr;
  for (const Unit& unit : kUnits) {
    if (groups.count(unit.group) == 0) continue;
    if (found != nullptr) {
      return Bad(regex,
                 absl::StrCat("it has both a group ", found->group, " and a group ", unit.group));
    }
    found = &unit;
  }
  if (found == nullptr) return Bad(regex, "no group of it is named after a unit of time");
  return LogPattern(compiled, groups.at(found->group), found->unit);
}

std::optional<double> LogPattern::Find(const std::string& line) const {
  const auto groups = static_cast<size_t>(group_) + 1;
  std::vector<re2::StringPiece> found(groups);
  if (!regex_->Match(line, 0, line.size(), RE2::UNANCHORED, found.data(),
                     static_cast<int>(groups))) {
    return std::nullopt;
  }
  double value = 0;
  if (!absl::SimpleAtod(std::string(found.back()), &value)) return std::nullopt;
  if (!(value >= 0 && value <= kMostValue)) return std::nullopt;
  return value;
}

}  // namespace edgerack
