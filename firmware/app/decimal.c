#include "firmware/app/decimal.h"

#include <string.h>

static char* put_digits(uint64_t value, char* at) {
  do {
    *--at = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  return at;
}

char* er_decimal(uint64_t value, char to[ER_DECIMAL_BYTES]) {
  char* const end = to + ER_DECIMAL_BYTES - 1;
  *end = 0;
  return put_digits(value, end);
}

// mantissa * 2^exponent in thousandths, for an exponent of -149 .. 29.
static uint64_t thousandths(uint32_t mantissa, int exponent) {
  const uint64_t exact = (uint64_t)mantissa * 1000u;  // below 2^34
  if (exponent >= 0) return exact << exponent;
  const int shift = -exponent;
  if (shift > 35) return 0;  // below half of a thousandth
  const uint64_t quotient = exact >> shift;
  const uint64_t rest = exact - (quotient << shift);
  const uint64_t half = (uint64_t)1 << (shift - 1);
  return quotient + (rest > half || (rest == half && (quotient & 1)));
}

char* er_decimal_thousandths(float value, char to[ER_DECIMAL_BYTES]) {
  enum { kMantissaBits = 23, kBias = 127 + kMantissaBits, kMostExponent = 29 };
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  const int biased = (int)(bits >> kMantissaBits & 0xFF);
  uint32_t mantissa = bits & ((1u << kMantissaBits) - 1);
  if (biased == 0xFF) {
    memcpy(to, mantissa ? "nan\0" : "-inf", sizeof "-inf");
    return to + (!mantissa && !(bits >> 31));
  }
  const int exponent = (biased ? biased : 1) - kBias;
  if (biased) mantissa |= 1u << kMantissaBits;
  const uint64_t all = exponent > kMostExponent ? 9007199254740992000u  // 2^53 thousandfold
                                                : thousandths(mantissa, exponent);
  // The digits of 1000 + fraction, of which the point then takes the first one's place.
  char* const end = to + ER_DECIMAL_BYTES - 1;
  *end = 0;
  char* at = put_digits(1000 + all % 1000, end);
  *at = '.';
  at = put_digits(all / 1000, at);
  if (bits >> 31) *--at = '-';
  return at;
}

int32_t er_decimal_parse(const char* text) {
  const int negative = *text == '-';
  if (negative || *text == '+') text++;
  int64_t value = 0;
  for (; *text >= '0' && *text <= '9'; text++) {
    value = value * 10 + (*text - '0');
    if (value > INT32_MAX) value = INT32_MAX;
  }
  return (int32_t)(negative ? -value : value);
}
