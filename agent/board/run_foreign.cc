// Somebody else's image, and what is measured by another protocol than the link.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "agent/board/checks.h"
#include "agent/board/run_execution.h"
#include "base/catalog/image_fit.h"
#include "base/log_pattern/log_pattern.h"

namespace edgerack::agent {
namespace {

constexpr int64_t kHostClockMinMs = 1'000;
constexpr size_t kMostSaidLines = 20;
constexpr double kMicroseconds = 1e6;

double InMicroseconds(double value, TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kSeconds:
      return value * kMicroseconds;
    case TimeUnit::kMilliseconds:
      return value * 1e3;
    case TimeUnit::kNanoseconds:
      return value / 1e3;
    default:
      return value;
  }
}

}  // namespace

std::filesystem::path RunExecution::FirmwareFile() const {
  return image_ != nullptr ? image_->path : session_.spec().FirmwareElf(variant_);
}

// Everything that can be wrong with the image is found before the board is touched.
Task<absl::Status> RunExecution::AcquireImage() {
  ER_CO_RETURN_IF_ERROR(session_.CheckProbe());
  ER_CO_ASSIGN_OR_RETURN(image_, co_await Fetch(assignment_.foreign.image_sha256));
  ER_CO_ASSIGN_OR_RETURN(const std::vector<ElfSegment> segments, ParseElf(image_->bytes));
  ER_CO_RETURN_IF_ERROR(CheckImageFitsChip(segments, session_.spec().chip));
  measurement_->code_bytes = ImageBytes(segments);
  if (assignment_.foreign.protocol == Protocol::kLogRegex) {
    ER_CO_RETURN_IF_ERROR(LogPattern::Compile(assignment_.foreign.regex).status());
  }
  co_return absl::OkStatus();
}

Task<absl::Status> RunExecution::FlashImage() {
  FlashRequest request;
  request.firmware_elf = image_->path;
  request.uid = identity_ ? identity_->uid : session_.spec().expected_uid;
  measurement_->uid = request.uid;
  spdlog::info("board {}: flashing somebody else's image {} ({} bytes)", session_.spec().id.value(),
               image_->sha256.substr(0, 12), measurement_->code_bytes);
  left_foreign_image_ = true;
  identity_.reset();
  // Before it starts, so that nothing of what it says is lost.
  session_.SetBaud(assignment_.foreign.baud);
  ER_CO_RETURN_IF_ERROR(co_await session_.OpenConsole(true, deadline_ms_));
  co_return co_await session_.Flash(std::move(request), deadline_ms_);
}

// Of an image that does not speak the link.
Task<absl::Status> RunExecution::MeetImage() {
  if (assignment_.foreign.protocol != Protocol::kMlperfTiny) {
    Skip();
    co_return absl::OkStatus();
  }
  MlperfClient client(session_.console(), session_.clock());
  ER_CO_ASSIGN_OR_RETURN(const MlperfAnswer identity, co_await client.Begin(deadline_ms_));
  measurement_->said = identity.lines;
  co_return absl::OkStatus();
}

Task<absl::Status> RunExecution::LoadStoredPackage() {
  ER_CO_ASSIGN_OR_RETURN(er_package_info_reply_t info,
                         co_await session_.link().PackageInfo(Limits()));
  if (!info.present) {
    co_return MakeError(absl::StatusCode::kFailedPrecondition, ErrorClass::kJob, "NO_PACKAGE",
                        "the image speaks the board link and has no package in its store; name a "
                        "model to be loaded, or put the package into the image");
  }
  auto loaded = co_await session_.link().PackageLoad(Limits());
  co_return loaded.ok() ? absl::OkStatus() : ExplainRefusedPackage(loaded.status());
}

Task<absl::Status> RunExecution::MeasureImage() {
  if (assignment_.foreign.protocol == Protocol::kLogRegex) co_return co_await ReadLog();
  std::string input;  // named, because GCC 12 destroys a temporary of a co_await expression twice
  if (inputs_ != nullptr) input = inputs_->bytes;
  co_return co_await MeasureByText(std::move(input));
}

Task<absl::Status> RunExecution::MeasureByText(std::string input) {
  Measurement& m = *measurement_;
  MlperfClient client(session_.console(), session_.clock());
  if (m.said.empty()) {
    ER_CO_ASSIGN_OR_RETURN(const MlperfAnswer identity, co_await client.Begin(deadline_ms_));
    m.said = identity.lines;
  }
  if (!input.empty()) {
    ER_CO_RETURN_IF_ERROR(co_await client.LoadInput(std::move(input), deadline_ms_));
  }
  WindowRules rules = assignment_.foreign.windows;
  rules.warmups = assignment_.warmup_runs;
  double board_ms = 0;
  int64_t host_ms = 0;
  const std::function<void(const InferenceWindow&, size_t)> measured =
      [&](const InferenceWindow& window, size_t count) {
        SetProgress(static_cast<double>(count) / rules.windows);
        // Warm-ups took part of the same time; they are counted as the mean of the timed ones.
        const auto inferences = static_cast<double>(window.inferences);
        board_ms += static_cast<double>(window.elapsed_us) / 1e3 * (inferences + rules.warmups) /
                    inferences;
        host_ms += client.last_work_ms();
      };
  ER_CO_ASSIGN_OR_RETURN(m.windows, co_await MeasureWindows(client, rules, deadline_ms_, measured));
  if (client.last_answer().results) m.reported_results = *client.last_answer().results;
  if (session_.spec().kind.host_clock_check && host_ms > kHostClockMinMs) {
    m.host_clock_ratio = board_ms / static_cast<double>(host_ms);
  }
  co_return absl::OkStatus();
}

Task<absl::Status> RunExecution::ReadLog() {
  Measurement& m = *measurement_;
  ER_CO_ASSIGN_OR_RETURN(const LogPattern pattern, LogPattern::Compile(assignment_.foreign.regex));
  std::vector<double>& samples =
      pattern.unit() == TimeUnit::kCycles ? m.logged_cycles : m.logged_us;
  const auto wanted = static_cast<size_t>(assignment_.timed_runs);
  LineCutter cutter;
  int32_t skipped = 0;
  while (samples.size() < wanted) {
    ER_CO_ASSIGN_OR_RETURN(const std::string bytes, co_await session_.console().Read(deadline_ms_));
    for (const std::string& line : cutter.Feed(bytes)) {
      if (m.said.size() < kMostSaidLines) m.said.push_back(line);
      const std::optional<double> value = pattern.Find(line);
      if (!value || samples.size() == wanted) continue;
      if (skipped++ < assignment_.warmup_runs) continue;
      samples.push_back(InMicroseconds(*value, pattern.unit()));
    }
    SetProgress(static_cast<double>(samples.size()) / static_cast<double>(wanted));
    if (session_.clock().SteadyMs() < deadline_ms_) continue;
    if (samples.size() == wanted) break;
    const std::string excerpt = cutter.Excerpt();
    co_return MakeError(
        absl::StatusCode::kDeadlineExceeded, ErrorClass::kJob, "FOREIGN_SILENT",
        absl::StrCat(
            "only ", samples.size(), " of ", wanted, " times were found in the log by ",
            "option regex after ", std::min(skipped, assignment_.warmup_runs),
            " to warm up; does the expression fit the lines, is option baud right, does "
            "the image print so often before timeout.run_ms? ",
            excerpt.empty() ? "it printed nothing" : "the console's last lines:\n" + excerpt));
  }
  co_return absl::OkStatus();
}

}  // namespace edgerack::agent
