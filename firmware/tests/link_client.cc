#include "firmware/tests/link_client.h"

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

namespace edgerack::firmware {

std::string LinkReply::ErrorText() const {
  return fields.size() < 4 ? "" : std::string(fields.begin() + 4, fields.end());
}

uint32_t LinkReply::ErrorDetail() const {
  if (fields.size() < 4) return 0;
  return static_cast<uint32_t>(fields[0] | fields[1] << 8 | fields[2] << 16) |
         static_cast<uint32_t>(fields[3]) << 24;
}

LinkClient::LinkClient(const std::string& device)
    : fd_(open(device.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC)) {
  termios raw;
  if (fd_ < 0 || tcgetattr(fd_, &raw) != 0) {
    std::perror(device.c_str());
    std::abort();
  }
  cfmakeraw(&raw);
  tcsetattr(fd_, TCSANOW, &raw);
  er_frame_decoder_init(&decoder_);
}

LinkClient::~LinkClient() { close(fd_); }

std::vector<uint8_t> LinkClient::Encode(uint8_t id, uint16_t sequence,
                                        const std::vector<uint8_t>& payload) {
  const er_frame_t frame = {ER_WIRE_REQUEST, id, sequence, payload.data(),
                            static_cast<uint32_t>(payload.size())};
  std::vector<uint8_t> encoded(ER_FRAME_MAX_ENCODED_BYTES);
  encoded.resize(er_frame_encode(&frame, encoded.data(), encoded.size()));
  return encoded;
}

void LinkClient::SendRaw(const std::vector<uint8_t>& bytes) {
  size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t put = write(fd_, bytes.data() + sent, bytes.size() - sent);
    if (put < 0) {
      std::perror("write to the board");
      std::abort();
    }
    sent += static_cast<size_t>(put);
  }
}

std::optional<LinkReply> LinkClient::Receive(uint16_t sequence, int timeout_ms) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  LinkReply reply;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd ready = {fd_, POLLIN, 0};
    if (left.count() <= 0 || poll(&ready, 1, static_cast<int>(left.count())) <= 0) return {};
    uint8_t byte;
    if (read(fd_, &byte, 1) != 1) return {};
    er_frame_t frame;
    if (!er_frame_decoder_push(&decoder_, byte, &frame) || frame.sequence != sequence) continue;
    if (frame.kind == ER_WIRE_ACCEPTED) reply.accepted = true;
    if (frame.kind != ER_WIRE_REPLY || frame.payload_bytes < 1) continue;
    reply.status = frame.payload[0];
    reply.fields.assign(frame.payload + 1, frame.payload + frame.payload_bytes);
    return reply;
  }
}

std::string LinkClient::ReadText(const std::string& end, int timeout_ms) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  std::string text;
  while (text.size() < end.size() || text.compare(text.size() - end.size(), end.size(), end) != 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline - std::chrono::steady_clock::now());
    pollfd ready = {fd_, POLLIN, 0};
    char byte;
    if (left.count() <= 0 || poll(&ready, 1, static_cast<int>(left.count())) <= 0) break;
    if (read(fd_, &byte, 1) != 1) break;
    text += byte;
  }
  return text;
}

std::optional<LinkReply> LinkClient::Exchange(uint8_t id, uint16_t sequence,
                                              const std::vector<uint8_t>& payload, int timeout_ms) {
  SendRaw(Encode(id, sequence, payload));
  return Receive(sequence, timeout_ms);
}

std::optional<LinkReply> LinkClient::Call(uint8_t id, const std::vector<uint8_t>& payload,
                                          int timeout_ms) {
  return Exchange(id, ++sequence_, payload, timeout_ms);
}

}  // namespace edgerack::firmware
