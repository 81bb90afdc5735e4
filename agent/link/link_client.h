// The host's end of the board link: requests with sequence numbers and repetition, typed calls.
//
// A request is repeated when nothing comes back for 300 ms, then 450 ms, and so on, five times. A
// damaged frame has it repeated at once, and then up to twelve times: the board lives, the line is
// bad. Once the board has said ACCEPTED it is at work; the client then repeats the same sequence
// number only every few seconds, in case the reply was lost: the board answers a repeated number
// with the stored reply and does the work once.
#ifndef AGENT_LINK_LINK_CLIENT_H_
#define AGENT_LINK_LINK_CLIENT_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "agent/link/identity.h"
#include "agent/protocol/console.h"
#include "base/clock.h"
#include "firmware/wire/frame.h"

namespace edgerack::agent {

// How long one call may take. `deadline_ms` is on the steady clock.
struct CallLimits {
  int64_t deadline_ms = 0;
  int tries = 5;  // RUN, PROFILE, STEP, PACKAGE_ERASE and PACKAGE_LOAD go on until the deadline: if
                  // their ACCEPTED was lost, a board at work cannot be told from a dead one
};

// Used on the board's strand, one call at a time. Errors of every call:
//   BOARD_SILENT (BOARD)  UNAVAILABLE: no answer to any try; DEADLINE_EXCEEDED: it accepted the
//                         request and never answered, or the deadline came first
//   BOARD_REFUSED (BOARD) with the board's own canonical code and text
//   LINK_NOISY (INFRASTRUCTURE) UNAVAILABLE: what came back to every try was damaged
//   BAD_REPLY (BUG)       the reply is shorter than its message
//   and the console's errors.
class LinkClient {
 public:
  // `first_sequence` should differ from start to start: a board keeps its last reply, and an equal
  // number would be answered with that.
  LinkClient(Console& console, Clock& clock, uint16_t first_sequence);

  // Forgets half a frame; call after the console was opened anew.
  void Restart();

  Task<absl::StatusOr<Identity>> Hello(CallLimits limits);
  Task<absl::StatusOr<er_fault_reply_t>> Fault(bool clear, CallLimits limits);
  Task<absl::Status> Reset(CallLimits limits);
  Task<absl::StatusOr<er_configure_reply_t>> Configure(er_configure_request_t request,
                                                       CallLimits limits);
  Task<absl::StatusOr<er_package_info_reply_t>> PackageInfo(CallLimits limits);
  // Erases the store and writes the whole package in pieces.
  Task<absl::Status> WritePackage(const std::string& package, CallLimits limits);
  Task<absl::StatusOr<er_package_load_reply_t>> PackageLoad(CallLimits limits);
  Task<absl::Status> WriteInput(uint16_t input, std::string bytes, CallLimits limits);
  // `meanwhile`, if any, is called once when the board has begun, and waited for.
  using Meanwhile = std::function<Task<void>()>;
  Task<absl::StatusOr<er_run_reply_t>> Run(er_run_request_t request, CallLimits limits,
                                           const Meanwhile* meanwhile = nullptr);
  Task<absl::StatusOr<std::vector<uint32_t>>> ReadSamples(uint16_t count, CallLimits limits);
  Task<absl::StatusOr<er_profile_reply_t>> Profile(uint32_t extra_counter, CallLimits limits);
  Task<absl::StatusOr<std::vector<LayerCount>>> ReadProfile(uint16_t count, CallLimits limits);
  Task<absl::StatusOr<std::string>> ReadTensor(uint16_t tensor, uint32_t bytes, CallLimits limits);
  // CRC-32 of each output of the layer.
  Task<absl::StatusOr<std::vector<uint32_t>>> Step(uint16_t layer, uint16_t flags,
                                                   CallLimits limits);
  Task<absl::StatusOr<er_memory_reply_t>> Memory(CallLimits limits);

  // Milliseconds between ACCEPTED (or, without one, the last sending) and REPLY of the last call.
  int64_t last_work_ms() const { return last_work_ms_; }
  // Asks the board for its share; fails as a call does.
  Task<absl::Status> UpdateDamagedRequests(CallLimits limits);
  // Counts since this client was made; damaged_requests since the board's last boot, as of the last
  // UpdateDamagedRequests.
  LinkStatistics statistics() const;

 private:
  struct Answer {
    enum Kind { kNothing, kAccepted, kReply, kStale, kDamaged } kind = kNothing;
    std::string payload;
  };

  // Sends one request and returns the reply's fields, without the status byte.
  Task<absl::StatusOr<std::string>> Call(uint8_t id, std::string payload, CallLimits limits,
                                         const Meanwhile* meanwhile = nullptr);
  Task<absl::StatusOr<Answer>> AwaitAnswer(uint8_t id, uint16_t sequence, int64_t until_ms);
  // Largest payload of one request or reply, as both ends can.
  uint32_t max_payload() const { return max_payload_; }

  Console& console_;
  Clock& clock_;
  uint16_t sequence_;
  uint32_t max_payload_ = 64;  // until HELLO says more
  LinkStatistics statistics_;  // without the damaged replies the decoder still counts
  int64_t last_work_ms_ = 0;
  std::string received_;  // bytes not yet given to the decoder
  size_t used_ = 0;       // of received_
  er_frame_decoder_t decoder_;
};

}  // namespace edgerack::agent

#endif  // AGENT_LINK_LINK_CLIENT_H_
