#include "server/compiler/importers/keras/hdf5/cursor.h"

namespace edgerack::compiler::hdf5 {

std::string_view Cursor::Take(uint64_t count) {
  if (!ok_ || position_ > bytes_.size() || count > bytes_.size() - position_) {
    ok_ = false;
    return {};
  }
  const std::string_view taken = bytes_.substr(position_, count);
  position_ += count;
  return taken;
}

uint64_t Cursor::Number(int width) {
  const std::string_view taken = Take(static_cast<uint64_t>(width));
  uint64_t value = 0;
  for (size_t i = taken.size(); i-- > 0;) {
    value = value << 8 | static_cast<unsigned char>(taken[i]);
  }
  return value;
}

void Cursor::Align(uint64_t origin, uint64_t alignment) {
  const uint64_t over = (position_ - origin) % alignment;
  if (over != 0) Skip(alignment - over);
}

std::string Cursor::Text() {
  std::string text;
  while (ok_) {
    const char c = static_cast<char>(Byte());
    if (c == 0) break;
    text += c;
  }
  return text;
}

}  // namespace edgerack::compiler::hdf5
