// Datatype and dataspace messages (specification IV.A.2.b and IV.A.2.d).
#include "server/compiler/importers/keras/hdf5/object.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler::hdf5 {
namespace {

constexpr int kMaxRank = 8;
constexpr int64_t kMaxElements = 1ll << 28;

}  // namespace

absl::StatusOr<ElementType> ParseDatatype(std::string_view data) {
  Cursor at(data, 0);
  const int type_class = at.Byte() & 0x0F;
  const uint64_t bits = at.Number(3);
  ElementType type;
  type.bytes = static_cast<uint32_t>(at.Number(4));
  if (!at.ok() || type.bytes == 0 || type.bytes > (1u << 28)) return Damaged("a type is cut off");
  const bool number = type.bytes == 1 || type.bytes == 2 || type.bytes == 4 || type.bytes == 8;
  switch (type_class) {
    case 0:
      type.kind = bits & 8 ? ElementType::Kind::kSigned : ElementType::Kind::kUnsigned;
      break;
    case 1:
      type.kind = ElementType::Kind::kFloat;
      if (type.bytes != 4 && type.bytes != 8) {
        return Refuse("UNSUPPORTED_TYPE", "the file keeps " + std::to_string(8 * type.bytes) +
                                              "-bit floats; supported are float32 and float64. "
                                              "Save the model in float32");
      }
      break;
    case 3:
      type.kind = ElementType::Kind::kFixedText;
      return type;
    case 9:
      type.kind = ElementType::Kind::kVariableText;
      if ((bits & 0xF) != 1) return Unsupported("sequences of variable length");
      return type;
    default:
      return Unsupported("elements of class " + std::to_string(type_class));
  }
  if (!number || (bits & 1)) return Unsupported("big-endian or odd-sized numbers");
  return type;
}

absl::StatusOr<std::vector<int64_t>> ParseDataspace(const Image& image, std::string_view data) {
  Cursor at(data, 0);
  const int version = at.Byte();
  const int rank = at.Byte();
  at.Skip(1);
  if (version == 1) at.Skip(5);
  if (version == 2 && at.Byte() == 2) return std::vector<int64_t>{0};  // a null dataspace
  if (version != 1 && version != 2) return Unsupported("dataspaces of an unknown version");
  if (rank > kMaxRank) return Damaged("a dataset has " + std::to_string(rank) + " dimensions");
  std::vector<int64_t> shape;
  for (int d = 0; d < rank; ++d) {
    shape.push_back(static_cast<int64_t>(at.Number(image.length_width)));
  }
  if (!at.ok()) return Damaged("a dataspace is cut off");
  ER_RETURN_IF_ERROR(CountElements(shape).status());
  return shape;
}

absl::StatusOr<int64_t> CountElements(const std::vector<int64_t>& shape) {
  int64_t count = 1;
  for (int64_t dim : shape) {
    if (dim < 0 || dim > kMaxElements) return Damaged("a dimension is too large");
    count *= dim;
    if (count > kMaxElements) return Damaged("a dataset has over 268435456 elements");
  }
  return count;
}

}  // namespace edgerack::compiler::hdf5
