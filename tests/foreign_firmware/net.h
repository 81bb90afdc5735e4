/* A network of one layer: ten weighted sums of 64 bytes. */
#ifndef NET_H_
#define NET_H_

#include <stdint.h>

enum { NET_INPUTS = 64, NET_OUTPUTS = 10 };

/* Whole sums; the device says thousandths of them. */
void net_infer(const uint8_t* input, int32_t* output);

#endif
