#include "base/utf8.h"

namespace edgerack {

std::string Utf8(const std::string& text) {
  std::string clean;
  size_t i = 0;
  while (i < text.size()) {
    const auto byte = static_cast<unsigned char>(text[i]);
    size_t length = byte < 0x80                   ? 1
                    : byte >= 0xC2 && byte < 0xE0 ? 2
                    : byte >= 0xE0 && byte < 0xF0 ? 3
                    : byte >= 0xF0 && byte < 0xF5 ? 4
                                                  : 0;
    bool good = length > 0 && i + length <= text.size();
    for (size_t k = 1; good && k < length; ++k) {
      good = (static_cast<unsigned char>(text[i + k]) & 0xC0) == 0x80;
    }
    if (good && length > 2) {  // overlong forms, surrogates, beyond the last code point
      const auto next = static_cast<unsigned char>(text[i + 1]);
      good = !(byte == 0xE0 && next < 0xA0) && !(byte == 0xED && next > 0x9F) &&
             !(byte == 0xF0 && next < 0x90) && !(byte == 0xF4 && next > 0x8F);
    }
    if (!good) length = 1;
    clean += good ? text.substr(i, length) : "?";
    i += length;
  }
  return clean;
}

}  // namespace edgerack
