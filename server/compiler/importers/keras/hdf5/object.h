// An object of the file (group or dataset): its header messages, and what they mean.
#ifndef SERVER_COMPILER_IMPORTERS_KERAS_HDF5_OBJECT_H_
#define SERVER_COMPILER_IMPORTERS_KERAS_HDF5_OBJECT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "server/compiler/importers/keras/hdf5/cursor.h"

namespace edgerack::compiler::hdf5 {

// The file and the widths of its addresses and lengths.
struct Image {
  std::string_view bytes;  // from the base address on: addresses count from its first byte
  int offset_width = 8;
  int length_width = 8;

  Cursor At(uint64_t address) const { return Cursor(bytes, address); }
};

// Message types that matter here.
enum MessageType : uint16_t {
  kDataspace = 0x01,
  kLinkInfo = 0x02,
  kDatatype = 0x03,
  kLink = 0x06,
  kDataLayout = 0x08,
  kFilterPipeline = 0x0B,
  kAttribute = 0x0C,
  kContinuation = 0x10,
  kSymbolTable = 0x11,
};

struct Message {
  uint16_t type = 0;
  std::string_view data;
};

// Every message of the object whose header begins at `address`, continuations included.
absl::StatusOr<std::vector<Message>> ReadMessages(const Image& image, uint64_t address);

struct Link {
  std::string name;
  uint64_t address = 0;  // of the object's header
};

// Members of a group, of whichever form it has.
absl::StatusOr<std::vector<Link>> ReadLinks(const Image& image,
                                            const std::vector<Message>& messages);

// Element type of a dataset or an attribute.
struct ElementType {
  enum class Kind { kFloat, kSigned, kUnsigned, kFixedText, kVariableText };
  Kind kind = Kind::kFloat;
  uint32_t bytes = 0;  // of one element as stored
};
absl::StatusOr<ElementType> ParseDatatype(std::string_view data);
// Sizes of the dimensions; empty for a scalar.
absl::StatusOr<std::vector<int64_t>> ParseDataspace(const Image& image, std::string_view data);

// Product of the dimensions. Refused above 2^28: no model here has such a tensor.
absl::StatusOr<int64_t> CountElements(const std::vector<int64_t>& shape);

absl::Status Damaged(const std::string& what);
absl::Status Unsupported(const std::string& what);

}  // namespace edgerack::compiler::hdf5

#endif  // SERVER_COMPILER_IMPORTERS_KERAS_HDF5_OBJECT_H_
