// NumPy's array files: .npy (one array) and .npz (a zip of them). Files may come from anywhere:
// sizes are bounded before memory is asked for.
#ifndef SERVER_COMPILER_NPY_NPY_H_
#define SERVER_COMPILER_NPY_NPY_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"

namespace edgerack {

struct NpyArray {
  char kind = 'f';     // 'f' float, 'i' signed, 'u' unsigned, 'b' bool
  int item_bytes = 4;  // of one element: 1, 2, 4 or 8
  std::vector<int64_t> shape;
  std::string data;  // little-endian, row-major, whatever the file's order was

  int64_t elements() const;
  // "float32", "uint8", … as NumPy calls it.
  std::string TypeName() const;
  // Element `index` (row-major); exact but for 64-bit integers above 2^53.
  double Value(int64_t index) const;
};

// "3x28x28"; "scalar" for no dimensions.
std::string NpyShapeText(const std::vector<int64_t>& shape);

// Named arrays in the order of the file. A name is the key np.load shows.
using NpyArchive = std::vector<std::pair<std::string, NpyArray>>;

// Of a file as it unfolds: larger than any dataset a board sees, and what a hostile file may cost.
inline constexpr int64_t kMaxArrayBytes = int64_t{1} << 30;

// INVALID_ARGUMENT of class USER with code BAD_ARRAY_FILE, saying what is wrong and what to do.
absl::StatusOr<NpyArray> ParseNpy(const std::string& bytes);
absl::StatusOr<NpyArchive> ParseNpz(const std::string& bytes,
                                    int64_t max_total_bytes = kMaxArrayBytes);
// By the content: a single array gets the key "".
absl::StatusOr<NpyArchive> ParseNpyOrNpz(const std::string& bytes);

std::string WriteNpy(const NpyArray& array);
// Stored without compression and without a date: the same arrays give the same bytes.
absl::StatusOr<std::string> WriteNpz(const NpyArchive& archive);

// nullptr when there is none.
const NpyArray* FindArray(const NpyArchive& archive, const std::string& key);

}  // namespace edgerack

#endif  // SERVER_COMPILER_NPY_NPY_H_
