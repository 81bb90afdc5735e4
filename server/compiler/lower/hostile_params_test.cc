// Packages come from anywhere: whatever stands in a kernel's params, either `validate` refuses it
// or the kernel stays inside its operands. Each operator's own params are changed at random.
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/compiler/ir/text.h"
#include "server/compiler/lower/program.h"

namespace edgerack::compiler {
namespace {

constexpr size_t kGuardBytes = 64;
constexpr char kGuard = 0x5A;

// Memory of exactly a tensor's size between guards, at an address that is a multiple of 16.
class Operand {
 public:
  explicit Operand(size_t bytes) : bytes_(bytes), words_((bytes + 2 * kGuardBytes) / 16 + 1) {
    std::memset(words_.data(), kGuard, words_.size() * 16);
  }
  char* data() { return reinterpret_cast<char*>(words_.data()) + kGuardBytes; }
  bool intact() const {
    const char* all = reinterpret_cast<const char*>(words_.data());
    for (size_t i = 0; i < words_.size() * 16; ++i) {
      const bool guard = i < kGuardBytes || i >= kGuardBytes + bytes_;
      if (guard && all[i] != kGuard) return false;
    }
    return true;
  }

 private:
  struct alignas(16) Word {
    char bytes[16];
  };
  size_t bytes_;
  std::vector<Word> words_;
};

// One call with its operands in guarded memory.
class GuardedCall {
 public:
  GuardedCall(const Graph& graph, const KernelCall& call) : call_(call) {
    records_.reserve(call.inputs.size() + call.outputs.size());
    operands_.in_count = static_cast<uint32_t>(call.inputs.size());
    operands_.out_count = static_cast<uint32_t>(call.outputs.size());
    for (size_t i = 0; i < call.inputs.size(); ++i) {
      Add(graph, call.inputs[i], operands_.in[i], run_.in[i]);
    }
    for (size_t i = 0; i < call.outputs.size(); ++i) {
      const void* data = nullptr;
      Add(graph, call.outputs[i], operands_.out[i], data);
      run_.out[i] = const_cast<void*>(data);
    }
  }

  // False where `validate` refuses these params.
  bool Run(const std::vector<uint32_t>& params, std::mt19937& random) {
    operands_.params = params.data();
    if (call_.kernel->traits->validate(&operands_) != nullptr) return false;
    for (auto& operand : memory_) {
      for (size_t i = 0; i < operand.second; ++i) {
        operand.first->data()[i] = static_cast<char>(random());
      }
    }
    Operand scratch(er_kernel_scratch_bytes(call_.kernel, params.data()));
    run_.params = params.data();
    run_.scratch = scratch.data();
    call_.kernel->run(&run_);
    EXPECT_TRUE(scratch.intact());
    for (auto& operand : memory_) EXPECT_TRUE(operand.first->intact()) << call_.kernel->name;
    return true;
  }

 private:
  void Add(const Graph& graph, TensorId id, const er_package_tensor_t*& record, const void*& data) {
    if (id == kNoTensor) return;
    records_.push_back(TensorRecord(graph.tensor(id)));
    record = &records_.back();
    memory_.emplace_back(std::make_unique<Operand>(record->bytes), record->bytes);
    data = memory_.back().first->data();
  }

  const KernelCall& call_;
  std::vector<er_package_tensor_t> records_;
  std::vector<std::pair<std::unique_ptr<Operand>, size_t>> memory_;
  er_kernel_operands_t operands_ = {};
  er_kernel_call_t run_ = {};
};

uint32_t Hostile(uint32_t value, std::mt19937& random) {
  const int32_t values[] = {0,  1,       2,       3,         4,         5,        6,
                            -1, 1 << 24, 1 << 28, INT32_MAX, INT32_MIN, -2147483, 255};
  switch (random() % 4) {
    case 0:
      return value + 1;
    case 1:
      return value - 1;
    case 2:
      return value ^ (1u << (random() % 32));
    default:
      return static_cast<uint32_t>(values[random() % 14]);
  }
}

// Every kernel of the elementwise operators at least once.
constexpr const char* kNodes[] = {
    "%y: float32[2,3,4] = unary(%f) {fn = \"elu\"}",
    "%y: bool[2,3,4] = unary(%f) {fn = \"is_nan\"}",
    "%y: int32[2,3,4] = unary(%i) {fn = \"clip\", min = 1.0}",
    "%y: int8[2,3,4] q(0.5, 3) = unary(%q) {fn = \"tanh\"}",
    "%y: float32[2,3,4] = binary(%f, %f1) {fn = \"pow\"}",
    "%y: bool[2,3,4] = binary(%f1, %f) {fn = \"less\"}",
    "%y: int32[2,3,4] = binary(%i, %i1) {fn = \"floor_div\"}",
    "%y: int8[2,3,4] q(0.5, 3) = binary(%q, %q) {fn = \"mul\"}",
    "%y: bool[2,3,4] = binary(%q, %q) {fn = \"equal\"}",
    "%y: float32[2,3,4] = where(%b, %f, %f1)",
    "%y: int8[2,3,4] = cast(%f) {to = \"int8\"}",
    "%y: float32[2,3,4] = cast(%i) {to = \"float32\"}",
    "%y: float32[2,1,4] = reduce(%f) {fn = \"log_sum_exp\", axes = [1]}",
    "%y: int32[1,3,1] = reduce(%i) {fn = \"mean\", axes = [0, 2]}",
    "%y: int8[2,3,1] q(0.5, 3) = reduce(%q) {fn = \"mean\", axes = [2]}",
    "%y: int64[2,1,4] = arg_reduce(%f) {fn = \"max\", axis = 1}",
    "%y: int32[2,2,4], %z: int64[2,2,4] = topk(%i) {k = 2, axis = 1}",
    "%y: float32[2,3,4] = cumsum(%f) {axis = 1}",
    "%y: int32[2,3,4] = cumsum(%i) {axis = 2, reverse = 1}",
    "%y: float32[2,3,4] = softmax(%f) {axis = 1}",
    "%y: int8[2,3,4] q(0.00390625, -128) = softmax(%q) {axis = 1}",
    "%y: int8[2,3,4] q(0.0625, 127) = log_softmax(%q) {axis = 2}",
    "%y: float32[2,3,4] = hardmax(%f) {axis = 0}",
    "%y: float32[2,3,4], %m: float32[2,3,1], %d: float32[2,3,1] = layer_norm(%f, %f1, none)",
    "%y: float32[2,3,4] = lp_norm(%f) {axis = 1}",
    "%y: float32[2,3,4] = batch_norm(%f, %f1, %f1, %f1, %f1) {axis = 2}",
    "%y: float32[2,3,4] = lrn(%f) {axis = 1, size = 3}",
    "%y: uint8[2,3,4] q(0.5, 3) = quantize(%f) {to = \"uint8\"}",
    "%y: float32[2,3,4] = dequantize(%p)",
    "%y: int16[2,3,4] q(0.5, 0) = requantize(%q) {to = \"int16\"}",
    "%y: float32[2,1,3,3], %last: float32[1,3,3] = lstm(%f, %lw, %lr, none, %n, %h, %h, none)",
    "%y: float32[2,1,3,3], %last: float32[1,3,3] = gru(%f, %gw, %gr, none, %n, %h)",
    "%y: float32[2,1,3,3] = rnn(%f, %rw, %rr, none, %n, none) {clip = 0.5}",
    "%y: float32[2,1], %next: float32[2,10] = svdf(%sx, %sf, %st, none, %ss) {rank = 2}",
    "%y: int8[2,2] q(0.5, 3), %next: int16[2,10] q(0.02, 0) = svdf(%qx, %qf, %qt, none, %qs)",
    "%y: float32[2,3,4] = copy(%f)",
    "%y: int32[2,3,4] = bucketize(%f, %bounds)",
    "%y: int16[2,3,4] q(0.5, 0) = unary(%w) {fn = \"exp\"}",
    "%y: int16[2,3,4] q(0.5, 0) = unary(%w) {fn = \"leaky_relu\"}",
    "%y: int16[2,3,4] q(0.000030517578125, 0) = unary(%w) {fn = \"tanh\"}",
    "%y: int16[2,3,4] q(0.000030517578125, 0) = softmax(%w)",
    "%y: int16[2,3,4] q(0.5, 0) = binary(%w, %w1) {fn = \"sub\"}",
    "%y: int16[2,3,1] q(0.5, 0) = reduce(%w) {fn = \"mean\", axes = [2]}",
    "%y: int16[2,3,3] q(0.5, 0) = matmul(%w, %w) {transpose_b = 1}",
    "%y: int16[6,2] q(0.5, 0) = fully_connected(%w, %k, %kb)",
    "%y: int16[1,3,3,2] q(0.5, 0) = conv2d(%wi, %kc, %kb) {stride_h = 1, stride_w = 1}",
    "%y: int16[1,3,3,2] q(0.5, 0) = depthwise_conv2d(%wi, %kc1, none) {stride_h = 1, stride_w = 1}",
    "%y: int16[1,5,5,2] q(0.5, 0) = conv_transpose2d(%wi, %kc, none) {stride_h = 1, stride_w = 1}",
    "%y: int16[1,3,3,2] q(0.25, 0) = max_pool2d(%wi) {kernel_h = 2, kernel_w = 2, stride_h = 1, "
    "stride_w = 1}",
    "%y: int16[1,3,3,2] q(0.25, 0) = avg_pool2d(%wi) {kernel_h = 2, kernel_w = 2, stride_h = 1, "
    "stride_w = 1}",
    "%y: int16[1,5,3,2] q(0.25, 0) = resize(%wi) {mode = \"linear\", out_h = 5, out_w = 3}",
    "%z: int1[2,3,4] = binarize(%f) \"z\"\n%y: float32[2,3,4] = unbinarize(%z)",
    "%z: uint1[2,3,4] = binarize(%q) {to = \"uint1\"} \"z\"\n%y: float32[2,3,4] = unbinarize(%z)",
    "%y: float32[1,2,2,40] = unbinarize(%xb)",
    "%y: float32[1,1,1,3] = binary_conv2d(%xb, %xw) {kernel_h = 2, kernel_w = 2, stride_h = 1, "
    "stride_w = 1}",
    "%z: int1[1,1,1,3] = binary_conv2d(%xb, %xw, %xt, %xf) {kernel_h = 2, kernel_w = 2, "
    "stride_h = 1, stride_w = 1, to = \"int1\"} \"z\"\n%y: float32[1,1,1,3] = unbinarize(%z)",
    "%y: float32[1,1,1,40] = binary_depthwise_conv2d(%xb, %xd) {kernel_h = 2, kernel_w = 2, "
    "stride_h = 1, stride_w = 1}",
    "%z: int1[1,1,1,40] = binary_pool2d(%xb, %xe) {kernel_h = 2, kernel_w = 2, stride_h = 1, "
    "stride_w = 1} \"z\"\n%y: float32[1,1,1,40] = unbinarize(%z)",
};

TEST(HostileParamsTest, AreRefusedOrHarmless) {
  std::mt19937 random(42);
  for (const char* node : kNodes) {
    const std::string text = std::string(
                                 "graph \"g\" {\ninput %f: float32[2,3,4]\ninput %f1: float32[4]\n"
                                 "input %i: int32[2,3,4]\ninput %i1: int32[3,1]\n"
                                 "input %q: int8[2,3,4] q(0.25, -3)\ninput %b: bool[3,1]\n"
                                 "input %lw: float32[1,12,4]\ninput %lr: float32[1,12,3]\n"
                                 "input %gw: float32[1,9,4]\ninput %gr: float32[1,9,3]\n"
                                 "input %rw: float32[1,3,4]\ninput %rr: float32[1,3,3]\n"
                                 "input %h: float32[1,3,3]\ninput %n: int32[3]\n"
                                 "input %sx: float32[2,4]\ninput %sf: float32[2,4]\n"
                                 "input %st: float32[2,5]\ninput %ss: float32[2,10]\n"
                                 "input %qx: int8[2,4] q(0.5, 3)\n"
                                 "input %qf: int8[2,4] q(0.5, 0)\n"
                                 "input %qt: int16[2,5] q(0.01, 0)\n"
                                 "input %qs: int16[2,10] q(0.02, 0)\n"
                                 "input %w: int16[2,3,4] q(0.25, 0)\n"
                                 "input %w1: int16[3,1] q(0.125, 0)\n"
                                 "input %wi: int16[1,4,4,2] q(0.25, 0)\n"
                                 "const %k: int8[2,4] q(0.5, 0) = [1, 2, 3, 4, 5, 6, 7, 8]\n"
                                 "const %kc: int8[2,2,2,2] q(0.5, 0) = "
                                 "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]\n"
                                 "const %kc1: int8[1,2,2,2] q(0.5, 0) = [1, 2, 3, 4, 5, 6, 7, 8]\n"
                                 "const %bounds: float32[3] = [-1, 0.5, 2]\n"
                                 "const %kb: int64[2] = [1, 2]\n"
                                 "const %xb: int1[1,2,2,40] = [1, 2, 3, 4, 5, 6, 7, 8]\n"
                                 "const %xw: int1[3,160] = "
                                 "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]\n"
                                 "const %xd: int1[4,40] = [1, 2, 3, 4, 5, 6, 7, 8]\n"
                                 "const %xt: int32[3] = [1, 2, 3]\n"
                                 "const %xf: int1[3] = [5]\nconst %xe: int1[40] = [5, 6]\n"
                                 "input %p: int8[2,3,4] q(axis 1, [0.5, 0.25, 1.0], [0, 1, 2])\n") +
                             node + " \"n\"\noutput %y\n}\n";
    auto graph = ParseGraph(text);
    ASSERT_TRUE(graph.ok()) << graph.status();
    ASSERT_TRUE(VerifyGraph(*graph).ok()) << VerifyGraph(*graph) << node;
    auto call = LowerNode(*graph, 0, ER_ISA_SCALAR, KernelPreference::kReference);
    ASSERT_TRUE(call.ok()) << call.status();
    GuardedCall guarded(*graph, *call);
    std::vector<uint32_t> params((call->params.size() + 3) / 4);
    std::memcpy(params.data(), call->params.data(), call->params.size());
    ASSERT_TRUE(guarded.Run(params, random)) << node;
    int ran = 0;
    for (int round = 0; round < 4000; ++round) {
      std::vector<uint32_t> changed = params;
      for (uint32_t edits = 1 + random() % 3; edits > 0; --edits) {
        uint32_t& word = changed[random() % changed.size()];
        word = Hostile(word, random);
      }
      ran += guarded.Run(changed, random);
    }
    EXPECT_LT(ran, 4000) << node;  // some change must have been refused
  }
}

}  // namespace
}  // namespace edgerack::compiler
