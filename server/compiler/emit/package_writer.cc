#include "server/compiler/emit/package_writer.h"

#include <zlib.h>

#include <cstring>
#include <map>
#include <string_view>

#include "server/compiler/emit/package_reader.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

constexpr size_t kMaxTensors = ER_PACKAGE_NO_TENSOR;
constexpr int64_t kMaxBytes = INT32_MAX;

class Writer {
 public:
  Writer(const Program& program, const MemoryPlan& plan, const PackageOptions& options)
      : program_(program), plan_(plan), options_(options) {}

  absl::StatusOr<WrittenPackage> Write(const std::string& model_sha256) {
    NumberTensors();
    if (used_.size() >= kMaxTensors || plan_.arena_bytes > kMaxBytes ||
        ConstantBytes() > kMaxBytes) {
      return Refuse("MODEL_TOO_LARGE", "the model has " + std::to_string(used_.size()) +
                                           " tensors, " + std::to_string(ConstantBytes()) +
                                           " bytes of constants and " +
                                           std::to_string(plan_.arena_bytes) +
                                           " bytes of activations; a package "
                                           "holds 65534 tensors and 2 GiB of each");
    }
    BuildConstants();
    BuildOps();
    BuildTensors();
    Assemble(model_sha256);
    written_.constants_bytes = static_cast<int64_t>(constants_.size());
    return std::move(written_);
  }

 private:
  const Graph& graph() const { return program_.graph; }

  void NumberTensors() {
    written_.tensor_index.assign(graph().tensors.size(), -1);
    auto use = [&](const std::vector<TensorId>& ids) {
      for (TensorId id : ids) {
        if (id == kNoTensor || written_.tensor_index[Index(id)] >= 0) continue;
        written_.tensor_index[Index(id)] = static_cast<int>(used_.size());
        used_.push_back(id);
      }
    };
    use(graph().inputs);
    for (const KernelCall& call : program_.calls) {
      use(call.inputs);
      use(call.outputs);
    }
    use(graph().outputs);
    for (const State& state : graph().states) use({state.tensor});
  }

  int64_t ConstantBytes() const {
    int64_t sum = 0;
    for (TensorId id : used_) {
      const Tensor& t = graph().tensor(id);
      if (t.constant()) sum += static_cast<int64_t>(t.data->size()) + 16;
    }
    return sum;
  }

  void BuildConstants() {
    std::map<std::string_view, uint32_t> known;
    for (TensorId id : used_) {
      const Tensor& t = graph().tensor(id);
      if (!t.constant()) continue;
      auto [found, fresh] = known.try_emplace(*t.data, static_cast<uint32_t>(constants_.size()));
      constant_at_[id] = found->second;
      if (!fresh) continue;
      constants_ += *t.data;
      constants_.resize((constants_.size() + 15) / 16 * 16);
    }
  }

  uint32_t Name(const std::string& name) {
    // The format's names end with a zero byte, so a name ends at its first one.
    const std::string text(name.c_str());
    if (text.empty()) return 0;
    auto [found, fresh] = name_at_.try_emplace(text, static_cast<uint32_t>(names_.size()));
    if (fresh) names_.append(text.c_str(), text.size() + 1);
    return found->second;
  }

  uint16_t Operand(TensorId id) const {
    if (id == kNoTensor) return ER_PACKAGE_NO_TENSOR;
    return static_cast<uint16_t>(written_.tensor_index[Index(id)]);
  }

  // Offsets inside their own sections; Assemble adds where the sections begin.
  void BuildOps() {
    for (TensorId id : graph().inputs) AppendElement(operands_, Operand(id));
    for (TensorId id : graph().outputs) AppendElement(operands_, Operand(id));
    for (size_t c = 0; c < program_.calls.size(); ++c) {
      const KernelCall& call = program_.calls[c];
      er_package_op_t op = {};
      op.kernel = call.kernel->id;
      op.input_count = static_cast<uint8_t>(call.inputs.size());
      op.output_count = static_cast<uint8_t>(call.outputs.size());
      op.operands_offset = static_cast<uint32_t>(operands_.size());
      op.params_offset = static_cast<uint32_t>(params_.size());
      op.params_bytes = static_cast<uint32_t>(call.params.size());
      op.scratch_offset = static_cast<uint32_t>(plan_.scratch_offsets[c]);
      op.scratch_bytes = call.scratch_bytes;
      op.name_offset = Name(call.name);
      for (TensorId id : call.inputs) AppendElement(operands_, Operand(id));
      for (TensorId id : call.outputs) AppendElement(operands_, Operand(id));
      params_ += call.params;
      params_.resize((params_.size() + 3) / 4 * 4);
      ops_.push_back(op);
    }
    operands_.resize((operands_.size() + 3) / 4 * 4);
  }

  void BuildTensors() {
    for (TensorId id : used_) {
      const Tensor& t = graph().tensor(id);
      er_package_tensor_t record = TensorRecord(t, program_.PackingOf(id));
      record.offset =
          t.constant() ? constant_at_[id] : static_cast<uint32_t>(plan_.tensor_offsets[Index(id)]);
      if (graph().StateOf(id) != nullptr) record.place = ER_PLACE_STATE;
      record.name_offset = Name(t.name);
      tensors_.push_back(record);
    }
  }

  void Assemble(const std::string& model_sha256) {
    names_.resize((names_.size() + 3) / 4 * 4);
    er_package_header_t header = {};
    const uint32_t tensors_at = sizeof header;
    const uint32_t ops_at =
        tensors_at + static_cast<uint32_t>(tensors_.size() * sizeof(er_package_tensor_t));
    const uint32_t operands_at =
        ops_at + static_cast<uint32_t>(ops_.size() * sizeof(er_package_op_t));
    const uint32_t params_at = operands_at + static_cast<uint32_t>(operands_.size());
    const uint32_t names_at = params_at + static_cast<uint32_t>(params_.size());
    const uint32_t names_end = names_at + static_cast<uint32_t>(names_.size());
    const uint32_t constants_at = (names_end + 15) / 16 * 16;
    for (er_package_op_t& op : ops_) {
      op.operands_offset += operands_at;
      op.params_offset += params_at;
    }
    for (er_package_tensor_t& t : tensors_) {
      if (t.place == ER_PLACE_CONSTANT) t.offset += constants_at;
    }
    header.magic = ER_PACKAGE_MAGIC;
    header.abi_major = ER_PACKAGE_ABI_MAJOR;
    header.abi_minor = ER_PACKAGE_ABI_MINOR;
    header.total_bytes = constants_at + static_cast<uint32_t>(constants_.size());
    header.flags = options_.carry_state ? ER_PACKAGE_CARRY_STATE : 0;
    header.isa = static_cast<uint8_t>(program_.isa);
    header.arena_bytes = static_cast<uint32_t>(plan_.arena_bytes);
    header.tensor_count = static_cast<uint16_t>(tensors_.size());
    header.op_count = static_cast<uint16_t>(ops_.size());
    header.input_count = static_cast<uint16_t>(graph().inputs.size());
    header.output_count = static_cast<uint16_t>(graph().outputs.size());
    header.tensors_offset = tensors_at;
    header.ops_offset = ops_at;
    header.io_offset = operands_at;
    header.names_offset = names_at;
    header.names_bytes = static_cast<uint32_t>(names_.size());
    header.constants_offset = constants_at;
    header.constants_bytes = static_cast<uint32_t>(constants_.size());
    for (size_t i = 0; i < sizeof header.model_sha256; ++i) {
      header.model_sha256[i] =
          static_cast<uint8_t>(std::stoi(model_sha256.substr(2 * i, 2), nullptr, 16));
    }
    std::string& out = written_.bytes;
    AppendElement(out, header);
    for (const er_package_tensor_t& t : tensors_) AppendElement(out, t);
    for (const er_package_op_t& op : ops_) AppendElement(out, op);
    out += operands_ + params_ + names_;
    out.resize(constants_at);
    out += constants_;
    header.crc32 = static_cast<uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(out.data()) + 16,
                                               static_cast<uInt>(out.size() - 16)));
    std::memcpy(out.data(), &header, sizeof header);
  }

  const Program& program_;
  const MemoryPlan& plan_;
  const PackageOptions& options_;
  WrittenPackage written_;
  std::vector<TensorId> used_;
  std::map<TensorId, uint32_t> constant_at_;
  std::string constants_;
  std::string operands_;
  std::string params_;
  std::string names_ = std::string(1, '\0');
  std::map<std::string, uint32_t> name_at_;
  std::vector<er_package_op_t> ops_;
  std::vector<er_package_tensor_t> tensors_;
};

}  // namespace

absl::StatusOr<WrittenPackage> WritePackage(const Program& program, const MemoryPlan& plan,
                                            const std::string& model_sha256,
                                            const PackageOptions& options) {
  if (model_sha256.size() != 64) return CompilerBug("a model's hash has 64 characters");
  ER_ASSIGN_OR_RETURN(WrittenPackage written, Writer(program, plan, options).Write(model_sha256));
  if (auto read = ReadPackage(written.bytes); !read.ok()) {
    return CompilerBug("the package just written is bad: " + ErrorMessageOf(read.status()));
  }
  return written;
}

}  // namespace edgerack::compiler
