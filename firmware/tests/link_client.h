// The host's end of the link for tests: frames over a serial device, blocking, with deadlines.
#ifndef FIRMWARE_TESTS_LINK_CLIENT_H_
#define FIRMWARE_TESTS_LINK_CLIENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "firmware/wire/frame.h"

namespace edgerack::firmware {

struct LinkReply {
  bool accepted = false;  // an ACCEPTED came first
  uint8_t status = 0xFF;
  std::vector<uint8_t> fields;  // after the status byte
  std::string ErrorText() const;
  uint32_t ErrorDetail() const;
};

class LinkClient {
 public:
  // Opens a serial device raw. Aborts the test program when it cannot.
  explicit LinkClient(const std::string& device);
  ~LinkClient();
  LinkClient(const LinkClient&) = delete;
  LinkClient& operator=(const LinkClient&) = delete;

  // Sends once and waits for the reply of that sequence number.
  std::optional<LinkReply> Exchange(uint8_t id, uint16_t sequence,
                                    const std::vector<uint8_t>& payload, int timeout_ms = 10000);
  // The same with the next free sequence number.
  std::optional<LinkReply> Call(uint8_t id, const std::vector<uint8_t>& payload,
                                int timeout_ms = 10000);

  void SendRaw(const std::vector<uint8_t>& bytes);
  std::optional<LinkReply> Receive(uint16_t sequence, int timeout_ms);

  // Bytes as they come, until they end with `end` or the time is up.
  std::string ReadText(const std::string& end, int timeout_ms);

  static std::vector<uint8_t> Encode(uint8_t id, uint16_t sequence,
                                     const std::vector<uint8_t>& payload);

 private:
  int fd_;
  uint16_t sequence_ = 100;
  er_frame_decoder_t decoder_;
};

}  // namespace edgerack::firmware

#endif  // FIRMWARE_TESTS_LINK_CLIENT_H_
