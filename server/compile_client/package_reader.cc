#include "server/compile_client/package_reader.h"

#include <zlib.h>

#include <cstring>

#include "absl/strings/str_cat.h"
#include "firmware/package/format.h"

namespace edgerack::compile_client {
namespace {

// The header's fields up to and including crc32 are what the CRC does not cover.
constexpr size_t kCrcFrom = 16;

absl::Status BadPackage(const std::string& what) {
  return MakeError(
      absl::StatusCode::kInternal, ErrorClass::kBug, "BAD_PACKAGE",
      "the compiler's package is damaged: " + what + "; keep the model and report this as a bug");
}

template <typename T>
bool ReadAt(std::string_view bytes, uint64_t offset, T& to) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return false;
  std::memcpy(&to, bytes.data() + offset, sizeof(T));
  return true;
}

}  // namespace

absl::StatusOr<PackageFacts> ReadPackage(std::string_view bytes) {
  er_package_header_t header;
  if (!ReadAt(bytes, 0, header)) return BadPackage("it is shorter than its header");
  if (header.magic != ER_PACKAGE_MAGIC) return BadPackage("it does not start with ERP1");
  if (header.abi_major != ER_PACKAGE_ABI_MAJOR) {
    return BadPackage(absl::StrCat("it has ABI ", header.abi_major, ", this server knows ",
                                   ER_PACKAGE_ABI_MAJOR));
  }
  if (header.total_bytes != bytes.size()) {
    return BadPackage(
        absl::StrCat("it says it has ", header.total_bytes, " bytes and has ", bytes.size()));
  }
  const uLong crc = crc32(0, reinterpret_cast<const Bytef*>(bytes.data()) + kCrcFrom,
                          static_cast<uInt>(bytes.size() - kCrcFrom));
  if (crc != header.crc32) return BadPackage("its CRC does not match");

  PackageFacts facts;
  facts.crc32 = header.crc32;
  facts.total_bytes = header.total_bytes;
  if (header.output_count == 0) return BadPackage("it has no outputs");
  const uint32_t io_count = uint32_t{header.input_count} + header.output_count;
  for (uint32_t i = 0; i < io_count; ++i) {
    uint16_t index = 0;
    er_package_tensor_t tensor;
    if (!ReadAt(bytes, uint64_t{header.io_offset} + i * sizeof index, index)) {
      return BadPackage("its list of inputs and outputs is cut off");
    }
    if (index >= header.tensor_count ||
        !ReadAt(bytes, uint64_t{header.tensors_offset} + uint64_t{index} * sizeof tensor, tensor)) {
      return BadPackage(absl::StrCat("input or output ", i, " names tensor ", index, " of ",
                                     header.tensor_count));
    }
    if (i < header.input_count) {
      facts.input_bytes.push_back(tensor.bytes);
    } else {
      facts.outputs.push_back({index, tensor.bytes});
    }
  }
  for (uint64_t i = 0; i < header.op_count; ++i) {
    er_package_op_t op;
    if (!ReadAt(bytes, header.ops_offset + i * sizeof op, op)) {
      return BadPackage("its list of layers is cut off");
    }
    facts.layer_outputs.push_back(op.output_count);
  }
  return facts;
}

}  // namespace edgerack::compile_client
