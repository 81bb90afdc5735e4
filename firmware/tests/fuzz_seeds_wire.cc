#include <vector>

#include "firmware/wire/frame.h"

namespace edgerack::firmware {

std::vector<std::vector<uint8_t>> FuzzSeeds();

// One frame of every message, its payload counting up.
std::vector<std::vector<uint8_t>> FuzzSeeds() {
  std::vector<std::vector<uint8_t>> seeds;
  std::vector<uint8_t> payload(120);
  for (size_t i = 0; i < payload.size(); i++) payload[i] = static_cast<uint8_t>(i);
#define ER_SEED(id, NAME, name, text)                                              \
  {                                                                                \
    const er_frame_t frame = {ER_WIRE_REPLY, id, id * 3, payload.data(), 20 + id}; \
    std::vector<uint8_t> encoded(ER_FRAME_MAX_ENCODED_BYTES);                      \
    encoded.resize(er_frame_encode(&frame, encoded.data(), encoded.size()));       \
    seeds.push_back(encoded);                                                      \
  }
  ER_MESSAGES(ER_SEED)
  return seeds;
}

}  // namespace edgerack::firmware
