// A minimal package for tests: inputs, outputs, and layers that nobody could run.
#ifndef SERVER_COMPILE_CLIENT_TEST_PACKAGE_H_
#define SERVER_COMPILE_CLIENT_TEST_PACKAGE_H_

#include <zlib.h>

#include <cstring>
#include <string>
#include <vector>

#include "firmware/package/format.h"

namespace edgerack::compile_client {

// Sets total_bytes and the CRC to what the bytes are.
inline void SealPackage(std::string& bytes) {
  er_package_header_t header;
  std::memcpy(&header, bytes.data(), sizeof header);
  header.total_bytes = static_cast<uint32_t>(bytes.size());
  std::memcpy(bytes.data(), &header, sizeof header);
  header.crc32 = static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(bytes.data()) + 16,
                                             static_cast<uInt>(bytes.size() - 16)));
  std::memcpy(bytes.data(), &header, sizeof header);
}

// Tensors 0, 1, … with these sizes: first the inputs, then the outputs. Layers have as many outputs
// as `layer_outputs` says.
inline std::string TestPackage(const std::vector<uint32_t>& input_bytes,
                               const std::vector<uint32_t>& output_bytes,
                               const std::vector<uint8_t>& layer_outputs = {}) {
  std::vector<uint32_t> sizes = input_bytes;
  sizes.insert(sizes.end(), output_bytes.begin(), output_bytes.end());
  er_package_header_t header = {};
  header.magic = ER_PACKAGE_MAGIC;
  header.abi_major = ER_PACKAGE_ABI_MAJOR;
  header.tensor_count = static_cast<uint16_t>(sizes.size());
  header.input_count = static_cast<uint16_t>(input_bytes.size());
  header.output_count = static_cast<uint16_t>(output_bytes.size());
  header.tensors_offset = sizeof header;
  header.io_offset =
      static_cast<uint32_t>(sizeof header + sizes.size() * sizeof(er_package_tensor_t));
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
  for (uint32_t size : sizes) {
    er_package_tensor_t tensor = {};
    tensor.dtype = ER_DTYPE_S8;
    tensor.place = ER_PLACE_ARENA;
    tensor.bytes = size;
    bytes.append(reinterpret_cast<const char*>(&tensor), sizeof tensor);
  }
  for (uint16_t i = 0; i < sizes.size(); ++i) {
    bytes.append(reinterpret_cast<const char*>(&i), sizeof i);
  }
  bytes.resize((bytes.size() + 3) / 4 * 4);
  header.op_count = static_cast<uint16_t>(layer_outputs.size());
  header.ops_offset = static_cast<uint32_t>(bytes.size());
  std::memcpy(bytes.data(), &header, sizeof header);
  for (uint8_t count : layer_outputs) {
    er_package_op_t op = {};
    op.output_count = count;
    bytes.append(reinterpret_cast<const char*>(&op), sizeof op);
  }
  SealPackage(bytes);
  return bytes;
}

}  // namespace edgerack::compile_client

#endif  // SERVER_COMPILE_CLIENT_TEST_PACKAGE_H_
