#include "agent/link/link_client.h"

#include <algorithm>

#include "agent/link/message_names.h"

namespace edgerack::agent {
namespace {

constexpr int64_t kFirstTimeoutMs = 300;
// After ACCEPTED. Long enough not to talk into a short measurement, short enough to get a lost
// reply back well before a stage's deadline.
constexpr int64_t kFirstWorkTimeoutMs = 3'000;
constexpr int64_t kMaxWorkTimeoutMs = 10'000;
// A call in which damaged frames came back, which HELLO's silent board does not send.
constexpr int kNoisyTries = 12;
// Per call; a board that sends nothing but garbage must not be asked without pause.
constexpr int kMostEarlyRepeats = 10;

int64_t Grown(int64_t timeout_ms) {
  return std::min(timeout_ms + timeout_ms / 2, kMaxWorkTimeoutMs);
}

// Work during which a board may hear nothing.
bool IsLong(uint8_t id) {
  return id == ER_MSG_RUN || id == ER_MSG_PROFILE || id == ER_MSG_STEP ||
         id == ER_MSG_PACKAGE_ERASE || id == ER_MSG_PACKAGE_LOAD;
}

absl::Status Silent(const Console& console, uint8_t id, int tries, int64_t waited_ms) {
  return MakeError(absl::StatusCode::kUnavailable, ErrorClass::kBoard, "BOARD_SILENT",
                   "the board on " + console.name() + " did not answer " + MessageName(id) + " (" +
                       std::to_string(tries) + " tries in " + std::to_string(waited_ms) +
                       " ms): no resident firmware, a wrong console, or a board that hangs; reset "
                       "it, and check the wires and the baud rate if it stays silent");
}

absl::Status Noisy(const Console& console, uint8_t id, int sent, int damaged) {
  return MakeError(absl::StatusCode::kUnavailable, ErrorClass::kInfrastructure, "LINK_NOISY",
                   "the link on " + console.name() + " is too noisy: " + MessageName(id) +
                       " was sent " + std::to_string(sent) + " times and " +
                       std::to_string(damaged) +
                       " damaged frames came back; check cable, ground and the baud rate");
}

absl::Status TooLate(const Console& console, uint8_t id, bool accepted, int64_t waited_ms) {
  return MakeError(absl::StatusCode::kDeadlineExceeded, ErrorClass::kBoard, "BOARD_SILENT",
                   "the board on " + console.name() +
                       (accepted ? " began " : " had no time to answer ") + MessageName(id) +
                       (accepted ? " and had not answered after " : "; it was waited for ") +
                       std::to_string(waited_ms) + " ms");
}

// A reply that is not OK: detail u32, then text.
absl::Status Refusal(uint8_t id, uint8_t code, const std::string& rest) {
  uint32_t detail = 0;
  for (size_t i = 0; i < 4 && i < rest.size(); ++i) {
    detail |= static_cast<uint32_t>(static_cast<uint8_t>(rest[i])) << (8 * i);
  }
  std::string text = rest.size() > 4 ? rest.substr(4) : "";
  auto status_code = code <= 16 ? static_cast<absl::StatusCode>(code) : absl::StatusCode::kUnknown;
  return MakeError(status_code, ErrorClass::kBoard, "BOARD_REFUSED",
                   std::string("the board refused ") + MessageName(id) + ": " +
                       absl::StatusCodeToString(status_code) + (text.empty() ? "" : ", " + text) +
                       " (detail " + std::to_string(detail) + ")");
}

}  // namespace

LinkClient::LinkClient(Console& console, Clock& clock, uint16_t first_sequence)
    : console_(console), clock_(clock), sequence_(first_sequence) {
  er_frame_decoder_init(&decoder_);
}

LinkStatistics LinkClient::statistics() const {
  LinkStatistics all = statistics_;
  all.damaged_replies += decoder_.dropped_frames;
  return all;
}

void LinkClient::Restart() {
  statistics_.damaged_replies += decoder_.dropped_frames;
  er_frame_decoder_init(&decoder_);
  received_.clear();
  used_ = 0;
}

Task<absl::StatusOr<LinkClient::Answer>> LinkClient::AwaitAnswer(uint8_t id, uint16_t sequence,
                                                                 int64_t until_ms) {
  const uint32_t dropped = decoder_.dropped_frames;
  while (true) {
    while (used_ < received_.size()) {
      er_frame_t frame;
      if (!er_frame_decoder_push(&decoder_, static_cast<uint8_t>(received_[used_++]), &frame)) {
        if (decoder_.dropped_frames != dropped) {
          Answer damaged;
          damaged.kind = Answer::kDamaged;
          co_return damaged;
        }
        continue;
      }
      if (frame.sequence != sequence) continue;  // the answer to an earlier repetition
      Answer answer;
      if (frame.kind == ER_WIRE_ACCEPTED) {
        answer.kind = frame.id == id ? Answer::kAccepted : Answer::kNothing;
      } else if (frame.kind == ER_WIRE_REPLY && frame.payload_bytes >= 1) {
        answer.kind = frame.id == id ? Answer::kReply : Answer::kStale;
        answer.payload.assign(reinterpret_cast<const char*>(frame.payload), frame.payload_bytes);
      }
      if (answer.kind != Answer::kNothing) co_return answer;
    }
    // A stream that never pauses must not outlive the deadline either.
    if (clock_.SteadyMs() >= until_ms) co_return Answer{};
    ER_CO_ASSIGN_OR_RETURN(received_, co_await console_.Read(until_ms));
    used_ = 0;
    if (received_.empty()) co_return Answer{};
  }
}

Task<absl::StatusOr<std::string>> LinkClient::Call(uint8_t id, std::string payload,
                                                   CallLimits limits, const Meanwhile* meanwhile) {
  const int64_t started_ms = clock_.SteadyMs();
  int64_t timeout_ms = kFirstTimeoutMs;
  int64_t work_timeout_ms = kFirstWorkTimeoutMs;
  bool accepted = false;
  int sent = 0;
  int unanswered = 0;
  int damaged = 0;
  ++statistics_.requests;
  uint16_t sequence = ++sequence_;
  int64_t work_since_ms = started_ms;
  while (true) {
    er_frame_t frame{};
    frame.kind = ER_WIRE_REQUEST;
    frame.id = id;
    frame.sequence = sequence;
    frame.payload = reinterpret_cast<const uint8_t*>(payload.data());
    frame.payload_bytes = static_cast<uint32_t>(payload.size());
    std::string bytes(ER_FRAME_MAX_ENCODED_BYTES, '\0');
    bytes.resize(er_frame_encode(&frame, reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()));
    if (bytes.empty()) {
      co_return MakeError(absl::StatusCode::kInternal, ErrorClass::kBug, "REQUEST_TOO_LONG",
                          std::string(MessageName(id)) + " does not fit into a frame");
    }
    ER_CO_RETURN_IF_ERROR(co_await console_.Write(std::move(bytes), limits.deadline_ms));
    if (sent++ > 0) ++statistics_.repeated_requests;
    if (!accepted) work_since_ms = clock_.SteadyMs();

    bool at_once = false;
    int64_t until_ms = clock_.SteadyMs() + (accepted ? work_timeout_ms : timeout_ms);
    while (true) {
      int64_t end_ms = std::min(until_ms, limits.deadline_ms);
      ER_CO_ASSIGN_OR_RETURN(Answer answer, co_await AwaitAnswer(id, sequence, end_ms));
      if (answer.kind == Answer::kReply) {
        last_work_ms_ = clock_.SteadyMs() - work_since_ms;
        uint8_t code = static_cast<uint8_t>(answer.payload[0]);
        std::string rest = answer.payload.substr(1);
        if (code != ER_OK) co_return Refusal(id, code, rest);
        co_return rest;
      }
      if (answer.kind == Answer::kStale) {
        // The board kept this number from an earlier life of the agent: take the next one.
        sequence = ++sequence_;
        break;
      }
      if (answer.kind == Answer::kNothing) break;
      if (answer.kind == Answer::kDamaged) {
        // Most likely what was waited for: ask for it again, the board has kept it.
        at_once = ++damaged <= kMostEarlyRepeats;
        if (at_once) break;
        continue;
      }
      if (!accepted) work_since_ms = clock_.SteadyMs();
      if (!accepted && meanwhile != nullptr) co_await (*meanwhile)();
      accepted = true;
      until_ms = clock_.SteadyMs() + work_timeout_ms;
    }
    const int64_t now_ms = clock_.SteadyMs();
    if (now_ms >= limits.deadline_ms) {
      co_return TooLate(console_, id, accepted, now_ms - started_ms);
    }
    if (at_once) continue;
    if (accepted) {
      work_timeout_ms = std::min(work_timeout_ms * 2, kMaxWorkTimeoutMs);
      continue;
    }
    timeout_ms = Grown(timeout_ms);
    ++unanswered;
    if (IsLong(id)) continue;
    const bool noisy = damaged > 0 && id != ER_MSG_HELLO;
    if (noisy && unanswered >= std::max(kNoisyTries, limits.tries)) {
      co_return Noisy(console_, id, sent, damaged);
    }
    if (!noisy && unanswered >= limits.tries) {
      co_return Silent(console_, id, sent, now_ms - started_ms);
    }
  }
}

}  // namespace edgerack::agent
