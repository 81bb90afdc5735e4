// Numbers as decimal text, because the firmware has no printf.
#ifndef FIRMWARE_APP_DECIMAL_H_
#define FIRMWARE_APP_DECIMAL_H_

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ER_DECIMAL_BYTES 24u  // the longest text of either, its zero included

// Both write a zero-terminated text and return its first character, which is inside `to`.
char* er_decimal(uint64_t value, char to[ER_DECIMAL_BYTES]);

// As printf's "%.3f" writes it: the exact value rounded half to even; "nan", "inf", "-inf". From
// 2^53 on, where a float has no fraction any more, 9007199254740992.000 stands for every value.
char* er_decimal_thousandths(float value, char to[ER_DECIMAL_BYTES]);

// A whole number from the start of `text`, as atoi reads it: 0 where there is none. What does not
// fit an int32_t is the nearest that does.
int32_t er_decimal_parse(const char* text);

#ifdef __cplusplus
}
#endif
#endif  // FIRMWARE_APP_DECIMAL_H_
