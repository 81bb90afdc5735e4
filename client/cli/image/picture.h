// Pictures of 8 bits per channel, gray or RGB. Pure functions over plain data.
#ifndef CLIENT_CLI_IMAGE_PICTURE_H_
#define CLIENT_CLI_IMAGE_PICTURE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"

namespace edgerack::cli {

struct Picture {
  int width = 0;
  int height = 0;
  int channels = 1;             // 1: gray, 3: RGB
  std::vector<uint8_t> pixels;  // row by row, the channels of a pixel together
};

inline constexpr int kMostPictureSide = 4096;

// Any PNG up to 4096x4096: palettes become RGB, 16 bits become 8, colour profiles and gamma are not
// applied. BAD_INPUT when it is not a PNG, damaged, too large or has transparent pixels.
absl::StatusOr<Picture> DecodePng(const std::string& bytes);

// RGB to gray by 0.299 R + 0.587 G + 0.114 B, gray to RGB by repetition; the same when it has as
// many channels already. `channels` is 1 or 3.
Picture WithChannels(const Picture& picture, int channels);

// To another size with a triangle filter that covers all source pixels (bilinear when it grows);
// the aspect ratio is not kept. Sides from 1 on.
Picture Resized(const Picture& picture, int width, int height);

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_IMAGE_PICTURE_H_
