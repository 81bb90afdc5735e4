// What a pixel's 0 … 255 becomes before the model sees it.
#ifndef CLIENT_CLI_IMAGE_VALUE_SCALE_H_
#define CLIENT_CLI_IMAGE_VALUE_SCALE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"

namespace edgerack::cli {

struct ValueScale {
  double low = 0;                 // of a pixel of 0
  double high = 1;                // of a pixel of 255
  std::vector<double> mean;       // then subtracted: none, one, or one for each channel
  std::vector<double> deviation;  // then divided by, as many
};

// `range` is "LOW..HIGH", `mean` and `deviation` are empty or numbers with commas. INVALID_ARGUMENT
// (BAD_OPTION): not numbers, LOW not below HIGH, a deviation that is not above 0, only one of the
// two.
absl::StatusOr<ValueScale> ParseValueScale(const std::string& range, const std::string& mean,
                                           const std::string& deviation);

// BAD_INPUT when there is a mean for another number of channels.
absl::Status CheckChannels(const ValueScale& scale, int channels);
double Scaled(const ValueScale& scale, uint8_t pixel, int channel);
// "x/255", "x/127.5 - 1", "(x/255 - 0.5)/0.25".
std::string FormulaText(const ValueScale& scale);

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_IMAGE_VALUE_SCALE_H_
