// Writes PNGs for tests.
#ifndef CLIENT_CLI_IMAGE_TEST_PNG_H_
#define CLIENT_CLI_IMAGE_TEST_PNG_H_

#include <png.h>

#include <cstdint>
#include <string>
#include <vector>

namespace edgerack::cli {

// `format` is one of libpng's, e.g. PNG_FORMAT_GRAY; pixels row by row.
inline std::string TestPng(int width, int height, const std::vector<uint8_t>& pixels,
                           png_uint_32 format = PNG_FORMAT_GRAY) {
  png_image image = {};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(height);
  image.format = format;
  png_alloc_size_t bytes = 0;
  png_image_write_to_memory(&image, nullptr, &bytes, 0, pixels.data(), 0, nullptr);
  std::string out(bytes, '\0');
  png_image_write_to_memory(&image, out.data(), &bytes, 0, pixels.data(), 0, nullptr);
  out.resize(bytes);
  return out;
}

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_IMAGE_TEST_PNG_H_
