// Reads little-endian numbers from a file that may lie: nothing is read outside of it.
#ifndef SERVER_COMPILER_IMPORTERS_KERAS_HDF5_CURSOR_H_
#define SERVER_COMPILER_IMPORTERS_KERAS_HDF5_CURSOR_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace edgerack::compiler::hdf5 {

// A position in `bytes`. Reading past the end gives zeros and makes ok() false for good, so that a
// decoder checks once after a structure instead of after each field.
class Cursor {
 public:
  Cursor(std::string_view bytes, uint64_t position) : bytes_(bytes), position_(position) {}

  // The low `width` bytes, 1 to 8.
  uint64_t Number(int width);
  uint8_t Byte() { return static_cast<uint8_t>(Number(1)); }
  std::string_view Take(uint64_t count);
  void Skip(uint64_t count) { Take(count); }
  // To the next multiple of `alignment`, counted from `origin`.
  void Align(uint64_t origin, uint64_t alignment);
  bool Matches(std::string_view signature) { return Take(signature.size()) == signature; }
  // Up to the next zero byte, which is passed over.
  std::string Text();

  uint64_t position() const { return position_; }
  bool ok() const { return ok_; }

 private:
  std::string_view bytes_;
  uint64_t position_;
  bool ok_ = true;
};

}  // namespace edgerack::compiler::hdf5

#endif  // SERVER_COMPILER_IMPORTERS_KERAS_HDF5_CURSOR_H_
