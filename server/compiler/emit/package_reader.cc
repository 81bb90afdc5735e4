#include "server/compiler/emit/package_reader.h"

#include <zlib.h>

#include <cstring>

#include "base/sha256.h"
#include "firmware/kernels/common/packing.h"
#include "firmware/kernels/registry.h"
#include "firmware/package/format.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

absl::Status Bad(const std::string& message) {
  return Refuse("BAD_PACKAGE", "not a sound package: " + message + "; compile the model again");
}

class Reader {
 public:
  explicit Reader(const std::string& bytes) : bytes_(bytes) {}

  absl::StatusOr<PackageInfo> Read() {
    ER_RETURN_IF_ERROR(ReadHeader());
    for (uint32_t i = 0; i < header_.tensor_count; ++i) ER_RETURN_IF_ERROR(ReadTensor(i));
    for (uint32_t i = 0; i < header_.op_count; ++i) ER_RETURN_IF_ERROR(ReadOp(i));
    ER_ASSIGN_OR_RETURN(info_.inputs,
                        Tensors(header_.io_offset, header_.input_count, false, "the input list"));
    ER_ASSIGN_OR_RETURN(info_.outputs, Tensors(header_.io_offset + 2u * header_.input_count,
                                               header_.output_count, false, "the output list"));
    for (int index : info_.inputs) {
      if (info_.tensors[static_cast<size_t>(index)].constant) return Bad("an input is a constant");
    }
    return std::move(info_);
  }

 private:
  bool Inside(uint64_t offset, uint64_t count, uint64_t size, uint64_t total) const {
    return offset <= total && count * size <= total - offset;
  }

  template <typename T>
  T At(uint64_t offset) const {
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof value);
    return value;
  }

  absl::Status ReadHeader() {
    if (bytes_.size() < sizeof header_) return Bad("the file is shorter than a header");
    header_ = At<er_package_header_t>(0);
    const er_package_header_t& h = header_;
    if (h.magic != ER_PACKAGE_MAGIC) return Bad("wrong magic number");
    if (h.abi_major != ER_PACKAGE_ABI_MAJOR) {
      return Bad("ABI version " + std::to_string(h.abi_major) + ", this program knows " +
                 std::to_string(ER_PACKAGE_ABI_MAJOR));
    }
    if ((h.flags & ~static_cast<unsigned>(ER_PACKAGE_CARRY_STATE)) != 0) {
      return Bad("its flags " + std::to_string(h.flags) + " ask for what this program lacks");
    }
    if (h.total_bytes != bytes_.size() || h.total_bytes % 4 != 0) {
      return Bad("the file has " + std::to_string(bytes_.size()) + " bytes, its header says " +
                 std::to_string(h.total_bytes));
    }
    const uLong crc = crc32(0, reinterpret_cast<const Bytef*>(bytes_.data()) + 16,
                            static_cast<uInt>(bytes_.size() - 16));
    if (crc != h.crc32) return Bad("its checksum is wrong, so bytes were changed or lost");
    const uint64_t total = bytes_.size();
    const uint64_t io_count = static_cast<uint64_t>(h.input_count) + h.output_count;
    if (!Inside(h.tensors_offset, h.tensor_count, sizeof(er_package_tensor_t), total) ||
        !Inside(h.ops_offset, h.op_count, sizeof(er_package_op_t), total) ||
        !Inside(h.io_offset, io_count, 2, total) ||
        !Inside(h.names_offset, h.names_bytes, 1, total) ||
        !Inside(h.constants_offset, h.constants_bytes, 1, total)) {
      return Bad("a section lies outside the file");
    }
    if (h.names_bytes == 0 || bytes_[h.names_offset + h.names_bytes - 1] != '\0') {
      return Bad("the names do not end");
    }
    info_.total_bytes = h.total_bytes;
    info_.arena_bytes = h.arena_bytes;
    info_.constants_bytes = h.constants_bytes;
    info_.isa = h.isa;
    info_.carry_state = (h.flags & ER_PACKAGE_CARRY_STATE) != 0;
    info_.model_sha256 = HexEncode(
        std::string_view(reinterpret_cast<const char*>(h.model_sha256), sizeof h.model_sha256));
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> Name(uint32_t offset) const {
    if (offset >= header_.names_bytes) return Bad("a name lies outside the names");
    return std::string(bytes_.c_str() + header_.names_offset + offset);
  }

  absl::Status ReadTensor(uint32_t index) {
    const auto t = At<er_package_tensor_t>(header_.tensors_offset +
                                           uint64_t{index} * sizeof(er_package_tensor_t));
    const std::string where = "tensor " + std::to_string(index);
    PackageTensor tensor;
    tensor.index = static_cast<int>(index);
    const std::optional<DType> dtype = DTypeFromNumber(t.dtype);
    if (!dtype || t.rank > ER_PACKAGE_MAX_RANK) return Bad(where + " has a bad type or rank");
    tensor.dtype = *dtype;
    tensor.shape.assign(t.dims, t.dims + t.rank);
    tensor.bytes = StorageBytes(*dtype, tensor.shape);
    if (tensor.bytes < 1) return Bad(where + " has a bad shape");
    if (t.packing != ER_PACKING_CANONICAL) {
      if (t.place != ER_PLACE_CONSTANT || t.offset % ER_PACKAGE_PACKED_ALIGN != 0 ||
          er_packing_name(t.packing) == nullptr) {
        return Bad(where + " is packed as it cannot be");
      }
      tensor.packing = static_cast<er_packing_t>(t.packing);
      tensor.bytes = static_cast<int64_t>(er_packed_elements(&t)) * DTypeBytes(*dtype);
    }
    if (tensor.bytes != t.bytes) return Bad(where + " has a bad shape");
    tensor.constant = t.place == ER_PLACE_CONSTANT;
    tensor.state = t.place == ER_PLACE_STATE;
    tensor.offset = t.offset;
    tensor.scale = t.scale;
    tensor.zero_point = t.zero_point;
    const bool sound = tensor.constant ? t.offset >= header_.constants_offset &&
                                             Inside(t.offset - header_.constants_offset, t.bytes, 1,
                                                    header_.constants_bytes)
                                       : (t.place == ER_PLACE_ARENA || t.place == ER_PLACE_STATE) &&
                                             Inside(t.offset, t.bytes, 1, header_.arena_bytes);
    if (!sound) return Bad(where + " lies outside its memory");
    ER_ASSIGN_OR_RETURN(tensor.name, Name(t.name_offset));
    info_.tensors.push_back(std::move(tensor));
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<int>> Tensors(uint64_t offset, uint64_t count, bool may_be_absent,
                                           const std::string& where) const {
    if (!Inside(offset, count, 2, bytes_.size())) return Bad(where + " lies outside the file");
    std::vector<int> list;
    for (uint64_t i = 0; i < count; ++i) {
      const uint16_t index = At<uint16_t>(offset + 2 * i);
      if (index == ER_PACKAGE_NO_TENSOR && may_be_absent) {
        list.push_back(-1);
      } else if (index >= info_.tensors.size()) {
        return Bad(where + " names a tensor that does not exist");
      } else {
        list.push_back(index);
      }
    }
    return list;
  }

  absl::Status ReadOp(uint32_t index) {
    const auto o =
        At<er_package_op_t>(header_.ops_offset + uint64_t{index} * sizeof(er_package_op_t));
    const std::string where = "layer " + std::to_string(index);
    const er_kernel_t* kernel = er_kernel_find(o.kernel);
    if (kernel == nullptr) return Bad(where + " names a kernel that does not exist");
    if (o.params_bytes != kernel->traits->params_bytes || o.params_offset % 4 != 0 ||
        !Inside(o.params_offset, o.params_bytes, 1, bytes_.size())) {
      return Bad(where + " has bad parameters");
    }
    if (!Inside(o.scratch_offset, o.scratch_bytes, 1, header_.arena_bytes)) {
      return Bad(where + " has scratch memory outside the arena");
    }
    PackageOp op;
    op.kernel = o.kernel;
    op.scratch_offset = o.scratch_offset;
    op.scratch_bytes = o.scratch_bytes;
    ER_ASSIGN_OR_RETURN(op.name, Name(o.name_offset));
    ER_ASSIGN_OR_RETURN(op.inputs, Tensors(o.operands_offset, o.input_count, true, where));
    ER_ASSIGN_OR_RETURN(op.outputs, Tensors(uint64_t{o.operands_offset} + 2u * o.input_count,
                                            o.output_count, true, where));
    for (size_t i = 0; i < op.inputs.size(); ++i) {
      if (op.inputs[i] >= 0 && info_.tensors[static_cast<size_t>(op.inputs[i])].packing !=
                                   er_kernel_packing(kernel, static_cast<uint32_t>(i))) {
        return Bad(where + " has an operand packed otherwise than its kernel takes it");
      }
    }
    for (int output : op.outputs) {
      if (output >= 0 && info_.tensors[static_cast<size_t>(output)].constant) {
        return Bad(where + " writes a constant");
      }
    }
    info_.ops.push_back(std::move(op));
    return absl::OkStatus();
  }

  const std::string& bytes_;
  er_package_header_t header_ = {};
  PackageInfo info_;
};

}  // namespace

int64_t PackageInfo::InputBytes() const {
  int64_t sum = 0;
  for (int index : inputs) sum += tensors[static_cast<size_t>(index)].bytes;
  return sum;
}

int64_t PackageInfo::OutputBytes() const {
  int64_t sum = 0;
  for (int index : outputs) sum += tensors[static_cast<size_t>(index)].bytes;
  return sum;
}

absl::StatusOr<PackageInfo> ReadPackage(const std::string& bytes) { return Reader(bytes).Read(); }

}  // namespace edgerack::compiler
