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

// Any of libpng's colour types and depths; `rows` are packed as in the file. The palette, if any,
// has three bytes for each colour; `interlaced` stores the picture in seven passes.
inline std::string PackedTestPng(int width, int height, int bit_depth, int colour_type,
                                 std::vector<std::vector<uint8_t>> rows,
                                 const std::vector<uint8_t>& palette = {},
                                 bool interlaced = false) {
  std::string out;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(
      png, &out,
      [](png_structp p, png_bytep bytes, size_t count) {
        static_cast<std::string*>(png_get_io_ptr(p))
            ->append(reinterpret_cast<const char*>(bytes), count);
      },
      nullptr);
  png_set_IHDR(png, info, static_cast<png_uint_32>(width), static_cast<png_uint_32>(height),
               bit_depth, colour_type, interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  std::vector<png_color> colours;
  for (size_t i = 0; i + 2 < palette.size(); i += 3) {
    colours.push_back({palette[i], palette[i + 1], palette[i + 2]});
  }
  if (!colours.empty()) png_set_PLTE(png, info, colours.data(), static_cast<int>(colours.size()));
  std::vector<png_bytep> pointers;
  for (auto& row : rows) pointers.push_back(row.data());
  png_write_info(png, info);
  png_write_image(png, pointers.data());
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return out;
}

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_IMAGE_TEST_PNG_H_
