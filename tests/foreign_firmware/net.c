#include "net.h"

static int32_t weight(uint32_t output, uint32_t input) {
  return (int32_t)((output * 37u + input * 11u) % 15u) - 7;
}

void net_infer(const uint8_t* input, int32_t* output) {
  for (uint32_t i = 0; i < NET_OUTPUTS; i++) {
    int32_t sum = 0;
    for (uint32_t j = 0; j < NET_INPUTS; j++) sum += weight(i, j) * input[j];
    output[i] = sum;
  }
}
