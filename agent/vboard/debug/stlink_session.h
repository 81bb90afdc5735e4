// One client of ST's "stlink-server" protocol: cuts the byte stream into requests and answers each.
// No socket in here.
#ifndef EDGERACK_AGENT_VBOARD_DEBUG_STLINK_SESSION_H_
#define EDGERACK_AGENT_VBOARD_DEBUG_STLINK_SESSION_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/vboard/debug/stlink_probe.h"

namespace edgerack::vboard {

class StlinkSession {
 public:
  // `serial` is what OpenOCD's `adapter serial` compares with.
  StlinkSession(StlinkProbe* probe, std::string serial)
      : probe_(probe), serial_(std::move(serial)) {}

  // Takes bytes from the client and appends what is to be sent back. False: not this protocol;
  // close the connection.
  bool Feed(const uint8_t* bytes, size_t size, std::vector<uint8_t>* out);
  bool opened() const { return opened_; }

 private:
  // Bytes of the request at the start of `pending_`; 0 if more are needed to know, -1 if it is
  // none.
  int RequestBytes() const;
  void Answer(std::vector<uint8_t>* out);
  void AnswerUsbCommand(std::vector<uint8_t>* out);

  StlinkProbe* probe_;
  std::string serial_;
  std::vector<uint8_t> pending_;
  bool opened_ = false;
};

}  // namespace edgerack::vboard

#endif  // EDGERACK_AGENT_VBOARD_DEBUG_STLINK_SESSION_H_
