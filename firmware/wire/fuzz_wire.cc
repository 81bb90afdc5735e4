// Fuzz entry of the frame decoder and of every message decoder behind it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "firmware/wire/frame.h"

namespace {

// What a decoder accepted must come out of the encoder and go in again unchanged in length.
template <typename Message, typename Decode, typename Encode>
void RoundTrip(Decode decode, Encode encode, const uint8_t* data, size_t bytes) {
  Message message;
  if (!decode(&message, data, bytes)) return;
  std::vector<uint8_t> again(bytes + 1);
  const size_t written = encode(&message, again.data(), again.size());
  if (written > bytes) std::abort();
  Message second;
  if (written != 0 && !decode(&second, again.data(), written)) std::abort();
}

void DecodeAll(const uint8_t* data, size_t bytes) {
#define ER_FUZZ_MESSAGE(id, NAME, name, text)                                                    \
  RoundTrip<er_##name##_request_t>(er_decode_##name##_request, er_encode_##name##_request, data, \
                                   bytes);                                                       \
  RoundTrip<er_##name##_reply_t>(er_decode_##name##_reply, er_encode_##name##_reply, data, bytes);
  ER_MESSAGES(ER_FUZZ_MESSAGE)
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  er_frame_decoder_t decoder;
  er_frame_decoder_init(&decoder);
  er_frame_t frame;
  for (size_t i = 0; i < size; i++) {
    if (!er_frame_decoder_push(&decoder, data[i], &frame)) continue;
    DecodeAll(frame.payload, frame.payload_bytes);
  }
  DecodeAll(data, size);
  return 0;
}
