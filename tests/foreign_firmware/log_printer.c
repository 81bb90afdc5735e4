/* Somebody's firmware that runs its network for ever and prints what each run took. */
#include "chip.h"
#include "net.h"

int main(void) {
  static uint8_t input[NET_INPUTS];
  static int32_t result[NET_OUTPUTS];
  chip_start();
  chip_print("sum10 by someone else\r\n");
  for (uint32_t run = 0;; run++) {
    for (uint32_t i = 0; i < NET_INPUTS; i++) input[i] = (uint8_t)(run + i);
    const uint32_t start = chip_microseconds();
    net_infer(input, result);
    const uint32_t us = chip_microseconds() - start;
    chip_print("run ");
    chip_print_number(run);
    chip_print(" took ");
    chip_print_number(us);
    chip_print(" us\r\n");
  }
}
