// The only file that sees libpng. Its errors jump (longjmp), so the functions that may be left that
// way hold nothing that needs a destructor.
#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <cstring>

#include "client/cli/image/picture.h"
#include "client/cli/image/refusal.h"

namespace edgerack::cli {
namespace {

constexpr size_t kSignatureBytes = 8;
constexpr png_alloc_size_t kMostChunkBytes = 8 << 20;

std::string SignatureText(const std::string& bytes) {
  if (bytes.empty()) return "it is empty";
  std::string text = "it starts with";
  for (size_t i = 0; i < std::min(bytes.size(), size_t{4}); ++i) {
    char hex[8];
    std::snprintf(hex, sizeof hex, " %02x", static_cast<unsigned char>(bytes[i]));
    text += hex;
  }
  if (bytes.compare(0, 2, "\xff\xd8") == 0) text += ", a JPEG";
  if (bytes.compare(0, 3, "GIF") == 0) text += ", a GIF";
  if (bytes.compare(0, 2, "BM") == 0) text += ", a BMP";
  return text;
}

class PngReader {
 public:
  explicit PngReader(const std::string& bytes) : bytes_(bytes) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, this, OnError, OnWarning);
    if (png_ != nullptr) info_ = png_create_info_struct(png_);
  }
  ~PngReader() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngReader(const PngReader&) = delete;
  PngReader& operator=(const PngReader&) = delete;

  absl::StatusOr<Picture> Read() {
    if (info_ == nullptr) return Failed();
    if (!ReadHeader()) return Failed();
    rows_.resize(static_cast<size_t>(height_) * row_bytes_);
    for (size_t y = 0; y < height_; ++y) {
      pointers_.push_back(reinterpret_cast<png_bytep>(rows_.data()) + y * row_bytes_);
    }
    if (!ReadRows()) return Failed();
    return WithoutAlpha();
  }

 private:
  [[noreturn]] static void OnError(png_structp png, png_const_charp message) {
    auto* self = static_cast<PngReader*>(png_get_error_ptr(png));
    std::snprintf(self->error_, sizeof self->error_, "%s", message);
    png_longjmp(png, 1);
  }
  static void OnWarning(png_structp, png_const_charp) {}
  static void OnRead(png_structp png, png_bytep out, size_t count) {
    auto* self = static_cast<PngReader*>(png_get_io_ptr(png));
    if (count > self->bytes_.size() - self->at_) png_error(png, "the file ends too early");
    std::memcpy(out, self->bytes_.data() + self->at_, count);
    self->at_ += count;
  }

  bool ReadHeader() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_set_read_fn(png_, this, OnRead);
    png_set_user_limits(png_, kMostPictureSide, kMostPictureSide);
    png_set_chunk_malloc_max(png_, kMostChunkBytes);
    png_read_info(png_, info_);
    png_set_expand(png_);
    png_set_scale_16(png_);
    png_set_interlace_handling(png_);
    png_read_update_info(png_, info_);
    width_ = png_get_image_width(png_, info_);
    height_ = png_get_image_height(png_, info_);
    channels_ = png_get_channels(png_, info_);
    row_bytes_ = png_get_rowbytes(png_, info_);
    return true;
  }

  bool ReadRows() {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    png_read_image(png_, pointers_.data());
    png_read_end(png_, nullptr);
    return true;
  }

  absl::Status Failed() const {
    return BadInput(std::string("the png cannot be read: ") + error_ +
                    " (at most 4096x4096 pixels are taken)");
  }

  absl::StatusOr<Picture> WithoutAlpha() const {
    const bool alpha = channels_ == 2 || channels_ == 4;
    const size_t colours = alpha ? channels_ - 1 : channels_;
    Picture picture{
        static_cast<int>(width_), static_cast<int>(height_), static_cast<int>(colours), {}};
    picture.pixels.reserve(static_cast<size_t>(width_) * height_ * colours);
    for (size_t at = 0; at + channels_ <= rows_.size(); at += channels_) {
      const auto* pixel = reinterpret_cast<const uint8_t*>(rows_.data()) + at;
      if (alpha && pixel[colours] != 255) {
        return BadInput(
            "the png has transparent pixels, and the model sees no background; flatten it first, "
            "e.g. with `convert in.png -background black -flatten out.png`");
      }
      picture.pixels.insert(picture.pixels.end(), pixel, pixel + colours);
    }
    return picture;
  }

  const std::string& bytes_;
  size_t at_ = 0;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  char error_[200] = "libpng has no memory";
  png_uint_32 width_ = 0;
  png_uint_32 height_ = 0;
  size_t channels_ = 0;
  size_t row_bytes_ = 0;
  std::string rows_;
  std::vector<png_bytep> pointers_;
};

}  // namespace

absl::StatusOr<Picture> DecodePng(const std::string& bytes) {
  if (bytes.size() < kSignatureBytes ||
      png_sig_cmp(reinterpret_cast<png_const_bytep>(bytes.data()), 0, kSignatureBytes) != 0) {
    return BadInput("not a png: " + SignatureText(bytes) + "; save the picture as png");
  }
  return PngReader(bytes).Read();
}

}  // namespace edgerack::cli
