#include "agent/board/layer_name.h"

#include "agent/board/package_records.h"

namespace edgerack::agent {
namespace {

constexpr size_t kMaxNameBytes = 60;  // fused layers have very long ones

}  // namespace

std::string DescribeLayer(const std::string& package, uint32_t layer) {
  std::string text = "layer " + std::to_string(layer);
  er_package_header_t header{};
  er_package_op_t op{};
  if (!ReadAt(package, 0, header) || header.magic != ER_PACKAGE_MAGIC || layer >= header.op_count ||
      !ReadAt(package, header.ops_offset + uint64_t{layer} * sizeof op, op)) {
    return text;
  }
  const uint64_t at = uint64_t{header.names_offset} + op.name_offset;
  if (op.name_offset >= header.names_bytes || at >= package.size()) return text;
  const std::string name = package.substr(at, kMaxNameBytes);
  const size_t end = name.find('\0');
  if (end == 0) return text;
  return text + " '" + name.substr(0, end) + (end == std::string::npos ? "…'" : "'");
}

}  // namespace edgerack::agent
