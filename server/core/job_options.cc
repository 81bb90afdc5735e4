#include "server/core/job_options.h"

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace edgerack::core {
namespace {

// Windows of MLPerf Tiny are long, and a modelled second takes longer than a real one.
constexpr int64_t kMlperfRunMs = 2 * 3'600'000;

absl::Status Bad(const char* code, const std::string& message) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kJob, code, message);
}

absl::Status NotFor(const std::string& option, const std::string& what) {
  return Bad("BAD_OPTION", absl::StrCat("option ", option, ": ", what));
}

absl::Status CheckProtocol(const JobSpec& spec) {
  const std::string name = ProtocolName(spec.protocol);
  const bool own_image = !spec.firmware.empty();
  if (own_image && spec.protocol != Protocol::kLink && !spec.model.empty()) {
    return Bad("BAD_PROTOCOL", absl::StrCat("an image that speaks ", name,
                                            " has its model in it; name a model or a "
                                            "firmware, not both, or use protocol edgerack-link"));
  }
  if (!own_image && spec.protocol == Protocol::kLogRegex) {
    return Bad("BAD_PROTOCOL",
               "protocol log-regex reads what an image of your own prints; name it as firmware");
  }
  if (own_image && spec.protocol != Protocol::kMlperfTiny && spec.model.empty() &&
      !spec.dataset.empty()) {
    return Bad("BAD_PROTOCOL", absl::StrCat("an image that is measured by ", name,
                                            " takes no input bytes; leave the dataset out"));
  }
  return absl::OkStatus();
}

absl::Status CheckOption(const JobSpec& spec, const std::string& key) {
  static const std::set<std::string> kOfImages = {"warmup",  "samples",  "baud",
                                                  "windows", "window_s", "regex"};
  const bool own_image = !spec.firmware.empty();
  if (key == "baud" && !own_image) {
    return NotFor(key, "the resident firmware's rate is its board's; it goes with a firmware");
  }
  if (key == "regex" && spec.protocol != Protocol::kLogRegex) {
    return NotFor(key, "it goes with protocol log-regex");
  }
  if ((key == "windows" || key == "window_s") && spec.protocol != Protocol::kMlperfTiny) {
    return NotFor(key, "it goes with protocol mlperf-tiny");
  }
  if (own_image && spec.model.empty() && kOfImages.count(key) == 0 &&
      !absl::StartsWith(key, "timeout.")) {
    return NotFor(key,
                  "nothing is compiled and no condition set for an image that has its model "
                  "in it; leave it out");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RunOptions> OptionsOf(const JobSpec& spec) {
  ER_ASSIGN_OR_RETURN(RunOptions options, ParseRunOptions(spec.options));
  ER_RETURN_IF_ERROR(CheckProtocol(spec));
  for (const auto& [key, value] : spec.options) ER_RETURN_IF_ERROR(CheckOption(spec, key));
  if (spec.protocol == Protocol::kLogRegex && options.foreign.regex.empty()) {
    return NotFor("regex", "protocol log-regex needs it, e.g. regex=took (?P<us>[0-9.]+) us");
  }
  if (spec.protocol == Protocol::kMlperfTiny && spec.options.count("timeout.run_ms") == 0) {
    options.timeouts.run_ms = kMlperfRunMs;
  }
  return options;
}

}  // namespace edgerack::core
