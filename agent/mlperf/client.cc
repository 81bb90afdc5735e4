#include "agent/mlperf/client.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace edgerack::agent {
namespace {

constexpr int64_t kNameEveryMs = 1'000;
constexpr int64_t kQuietMs = 150;
constexpr int64_t kCommandMs = 10'000;
// As MLCommons' runner: a command has at most 80 characters.
constexpr size_t kBytesPerCommand = 31;

absl::Status Failed(absl::StatusCode code, const char* name, const std::string& message) {
  return MakeError(code, ErrorClass::kJob, name, message);
}

std::string Quoted(const std::string& excerpt) {
  return excerpt.empty() ? "it printed nothing" : "the console's last lines:\n" + excerpt;
}

}  // namespace

absl::Status MlperfClient::Silent(const std::string& command) const {
  return Failed(absl::StatusCode::kDeadlineExceeded, "FOREIGN_SILENT",
                absl::StrCat("the image did not answer \"", command,
                             "%\" with m-ready in time; its UART must be the board's console (",
                             console_.name(),
                             "), at the rate of option baud; it may hang, or want a longer "
                             "timeout.handshake_ms or timeout.run_ms; ",
                             Quoted(lines_.Excerpt())));
}

absl::Status MlperfClient::CheckAnswer(const std::string& command) const {
  if (answer_.errors.empty()) return absl::OkStatus();
  return Failed(absl::StatusCode::kFailedPrecondition, "FOREIGN_REFUSED",
                absl::StrCat("the image refused \"", command, "%\": ", answer_.errors.front()));
}

Task<absl::Status> MlperfClient::Send(std::string command, int64_t deadline_ms) {
  answer_ = {};
  // Named, as everywhere here, because GCC 12 destroys a temporary of a co_await expression twice.
  command += '%';
  co_return co_await console_.Write(std::move(command), deadline_ms);
}

Task<absl::Status> MlperfClient::Receive(int64_t until_ms) {
  const int64_t start_ms = clock_.SteadyMs();
  while (true) {
    while (!received_.empty()) {
      AddLine(received_.front(), answer_);
      received_.erase(received_.begin());
      if (!answer_.ready) continue;
      last_work_ms_ = clock_.SteadyMs() - start_ms;
      co_return absl::OkStatus();
    }
    // A stream that never pauses must not outlive the deadline either.
    if (clock_.SteadyMs() >= until_ms) co_return absl::OkStatus();
    ER_CO_ASSIGN_OR_RETURN(const std::string bytes, co_await console_.Read(until_ms));
    if (bytes.empty()) co_return absl::OkStatus();
    received_ = lines_.Feed(bytes);
  }
}

// Answers to repeated questions, and whatever else is under way.
Task<absl::Status> MlperfClient::Drain(int64_t deadline_ms) {
  while (clock_.SteadyMs() < deadline_ms) {
    const int64_t until_ms = std::min(clock_.SteadyMs() + kQuietMs, deadline_ms);
    ER_CO_ASSIGN_OR_RETURN(const std::string bytes, co_await console_.Read(until_ms));
    if (bytes.empty()) break;
    lines_.Feed(bytes);
  }
  received_.clear();
  lines_.Restart();
  co_return absl::OkStatus();
}

Task<absl::StatusOr<MlperfAnswer>> MlperfClient::Command(std::string command, int64_t deadline_ms) {
  ER_CO_RETURN_IF_ERROR(co_await Send(command, deadline_ms));
  ER_CO_RETURN_IF_ERROR(co_await Receive(deadline_ms));
  if (!answer_.ready) co_return Silent(command);
  co_return answer_;
}

Task<absl::StatusOr<MlperfAnswer>> MlperfClient::Begin(int64_t deadline_ms) {
  MlperfAnswer identity;
  while (identity.vendor.empty()) {
    if (clock_.SteadyMs() >= deadline_ms) co_return Silent("name");
    std::string name = "name";
    ER_CO_RETURN_IF_ERROR(co_await Send(std::move(name), deadline_ms));
    const int64_t until_ms = std::min(clock_.SteadyMs() + kNameEveryMs, deadline_ms);
    // What a boot says ends with "m-ready" too.
    while (answer_.vendor.empty() && clock_.SteadyMs() < until_ms) {
      answer_.ready = false;
      ER_CO_RETURN_IF_ERROR(co_await Receive(until_ms));
    }
    identity = answer_;
  }
  ER_CO_RETURN_IF_ERROR(co_await Drain(deadline_ms));
  std::string command = "profile";
  ER_CO_ASSIGN_OR_RETURN(const MlperfAnswer profile,
                         co_await Command(std::move(command), deadline_ms));
  identity.profile = profile.profile;
  identity.model = profile.model;
  identity.lines.insert(identity.lines.end(), profile.lines.begin(), profile.lines.end());
  co_return identity;
}

Task<absl::Status> MlperfClient::LoadInput(std::string bytes, int64_t deadline_ms) {
  static constexpr char kDigits[] = "0123456789abcdef";
  auto limit = [&] { return std::min(clock_.SteadyMs() + kCommandMs, deadline_ms); };
  const std::string load = absl::StrCat("db load ", bytes.size());
  auto loading = co_await Command(load, limit());
  ER_CO_RETURN_IF_ERROR(loading.status());
  ER_CO_RETURN_IF_ERROR(CheckAnswer(load));
  for (size_t at = 0; at < bytes.size(); at += kBytesPerCommand) {
    std::string command = "db ";
    for (size_t i = at; i < std::min(at + kBytesPerCommand, bytes.size()); ++i) {
      const auto byte = static_cast<unsigned char>(bytes[i]);
      command += kDigits[byte >> 4];
      command += kDigits[byte & 15];
    }
    auto taken = co_await Command(std::move(command), limit());
    ER_CO_RETURN_IF_ERROR(taken.status());
    ER_CO_RETURN_IF_ERROR(CheckAnswer("db HEX"));
  }
  if (!answer_.load_done) {
    co_return Failed(absl::StatusCode::kDataLoss, "FOREIGN_BAD_ANSWER",
                     absl::StrCat("the image took ", bytes.size(),
                                  " bytes and did not say m-load-done; bytes may have been lost "
                                  "on the line"));
  }
  co_return absl::OkStatus();
}

Task<absl::StatusOr<InferenceWindow>> MlperfClient::Infer(int64_t inferences, int64_t warmups,
                                                          int64_t deadline_ms) {
  const std::string command = absl::StrCat("infer ", inferences, " ", warmups);
  auto answer = co_await Command(command, deadline_ms);
  ER_CO_RETURN_IF_ERROR(answer.status());
  ER_CO_RETURN_IF_ERROR(CheckAnswer(command));
  if (!answer_.infer_done || answer_.laps_us.size() != 2 ||
      answer_.laps_us[1] < answer_.laps_us[0]) {
    co_return Failed(absl::StatusCode::kDataLoss, "FOREIGN_BAD_ANSWER",
                     absl::StrCat("the image answered \"", command,
                                  "%\" without m-infer-done after two m-lap-us that grow; ",
                                  Quoted(lines_.Excerpt())));
  }
  co_return InferenceWindow{inferences, answer_.laps_us[1] - answer_.laps_us[0]};
}

}  // namespace edgerack::agent
