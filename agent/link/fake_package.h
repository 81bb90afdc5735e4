// Package bytes for tests: a valid header and CRC around filler.
#ifndef AGENT_LINK_FAKE_PACKAGE_H_
#define AGENT_LINK_FAKE_PACKAGE_H_

#include <cstring>
#include <string>
#include <vector>

#include "firmware/package/format.h"
#include "firmware/wire/frame.h"

namespace edgerack::agent {

// `bytes` is at least 92; `salt` makes packages differ.
inline std::string FakePackage(size_t bytes, int salt = 0) {
  std::string package(bytes, '\0');
  for (size_t i = sizeof(er_package_header_t); i < bytes; ++i) {
    package[i] = static_cast<char>(i * 31 + static_cast<size_t>(salt));
  }
  er_package_header_t header{};
  header.magic = ER_PACKAGE_MAGIC;
  header.abi_major = ER_PACKAGE_ABI_MAJOR;
  header.total_bytes = static_cast<uint32_t>(bytes);
  std::memcpy(package.data(), &header, sizeof header);
  header.crc32 = er_crc32(0, package.data() + 16, bytes - 16);
  std::memcpy(package.data(), &header, sizeof header);
  return package;
}

// A package whose layer i writes tensor i of bytes[i] bytes and reads nothing.
inline std::string FakePackageWithLayers(const std::vector<uint32_t>& bytes) {
  const auto layers = static_cast<uint16_t>(bytes.size());
  er_package_header_t header{};
  header.magic = ER_PACKAGE_MAGIC;
  header.abi_major = ER_PACKAGE_ABI_MAJOR;
  header.tensor_count = header.op_count = layers;
  header.tensors_offset = sizeof header;
  header.ops_offset =
      static_cast<uint32_t>(header.tensors_offset + layers * sizeof(er_package_tensor_t));
  const auto operands = static_cast<uint32_t>(header.ops_offset + layers * sizeof(er_package_op_t));
  std::string package(reinterpret_cast<const char*>(&header), sizeof header);
  for (uint32_t size : bytes) {
    er_package_tensor_t tensor{};
    tensor.bytes = size;
    package.append(reinterpret_cast<const char*>(&tensor), sizeof tensor);
  }
  for (uint32_t i = 0; i < layers; ++i) {
    er_package_op_t op{};
    op.output_count = 1;
    op.operands_offset = operands + 2 * i;
    package.append(reinterpret_cast<const char*>(&op), sizeof op);
  }
  for (uint16_t i = 0; i < layers; ++i) {
    package.append(reinterpret_cast<const char*>(&i), sizeof i);
  }
  header.total_bytes = static_cast<uint32_t>(package.size());
  std::memcpy(package.data(), &header, sizeof header);
  header.crc32 = er_crc32(0, package.data() + 16, package.size() - 16);
  std::memcpy(package.data(), &header, sizeof header);
  return package;
}

inline uint32_t PackageCrc(const std::string& package) {
  er_package_header_t header{};
  std::memcpy(&header, package.data(), sizeof header);
  return header.crc32;
}

}  // namespace edgerack::agent

#endif  // AGENT_LINK_FAKE_PACKAGE_H_
