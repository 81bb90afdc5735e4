#include <cstring>

#include "firmware/kernels/conv2d/conv2d.h"
#include "firmware/kernels/pool2d/pool2d.h"
#include "gtest/gtest.h"
#include "server/compiler/ir/text.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

Graph Parsed(const std::string& body) {
  auto graph = ParseGraph("graph \"g\" {\n" + body + "}\n");
  EXPECT_TRUE(graph.ok()) << graph.status();
  return graph.ok() ? *graph : Graph();
}

absl::Status Verdict(const std::string& body) { return VerifyGraph(Parsed(body)); }

constexpr char kConv[] = R"(
  input %x: int8[1,4,4,1] q(0.5, -3)
  const %w: int8[2,3,3,1] q(axis 0, [0.25, 0.5], [0, 0]) = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9]
  const %b: int32[2] = [10, -10]
  %y: int8[1,4,4,2] q(1.0, -128) = conv2d(%x, %w, %b) {stride_h = 1, stride_w = 1, pad_top = 1, pad_bottom = 1, pad_left = 1, pad_right = 1, act = "relu"} "c"
  output %y
)";

TEST(OpsTest, EveryOpIsComplete) {
  for (const OpDef* op : AllOps()) {
    EXPECT_EQ(FindOp(op->name), op);
    EXPECT_TRUE(op->verify && op->infer && op->lower) << op->name;
    EXPECT_FALSE(op->types.empty()) << op->name;
  }
  EXPECT_EQ(FindOp("fancy"), nullptr);
}

TEST(OpsTest, ConvolutionLowersToItsKernelParams) {
  Graph graph = Parsed(kConv);
  ASSERT_TRUE(VerifyGraph(graph).ok()) << VerifyGraph(graph);
  const OpDef& op = *FindOp("conv2d");
  EXPECT_EQ(op.macs(graph, graph.nodes[0]), 4 * 4 * 2 * 9);
  EXPECT_EQ(op.macc_st(graph, graph.nodes[0]), 4 * 4 * 2 * 9 + 2);
  auto lowered = op.lower(graph, graph.nodes[0]);
  ASSERT_TRUE(lowered.ok()) << lowered.status();
  ASSERT_EQ(lowered->params.size(), sizeof(er_conv2d_s8_params_t));
  er_conv2d_s8_params_t p;
  std::memcpy(&p, lowered->params.data(), sizeof p);
  EXPECT_EQ(p.shape.out_c, 2);
  EXPECT_EQ(p.shape.pad_top, 1);
  EXPECT_EQ(p.input_offset, 3);
  EXPECT_EQ(p.output_offset, -128);
  EXPECT_EQ(p.act_min, -128);
  ASSERT_EQ(lowered->inputs.size(), 5u);
  // 0.5 * 0.25 / 1.0 = 2^-3: multiplier 2^30, shift -2.
  const Tensor& multiplier = *lowered->inputs[3].made;
  const Tensor& shift = *lowered->inputs[4].made;
  int32_t m[2], s[2];
  std::memcpy(m, multiplier.data->data(), sizeof m);
  std::memcpy(s, shift.data->data(), sizeof s);
  EXPECT_EQ(m[0], 1 << 30);
  EXPECT_EQ(s[0], -2);
  EXPECT_EQ(s[1], -1);
}

TEST(OpsTest, RefusalsSayWhatIsSupported) {
  struct Case {
    const char* body;
    const char* code;
    const char* says;
  };
  const Case cases[] = {
      {"input %x: float32[1,2]\nconst %w: int8[1,2] q(0.5, 3) = [1, 2]\n"
       "%y: float32[1,1] = fully_connected(%x, %w, none) \"d\"\noutput %y\n",
       "UNSUPPORTED_QUANTIZATION", "symmetric"},
      {"input %x: float32[1,2]\nconst %w: int8[1,2] = [1, 2]\n"
       "%y: float32[1,1] = fully_connected(%x, %w, none) \"d\"\noutput %y\n",
       "UNSUPPORTED_QUANTIZATION", "0 scales"},
      {"input %x: float32[1,2]\nconst %w: int8[1,2] q(0.5, 0) = [1, 2]\nconst %b: int32[1] = [1]\n"
       "%y: float32[1,1] = fully_connected(%x, %w, %b) \"d\"\noutput %y\n",
       "UNSUPPORTED_TYPE", "float32"},
      {"input %x: float32[1,2]\nconst %w: uint8[1,2] q(0.5, 0) = [1, 2]\n"
       "%y: float32[1,1] = fully_connected(%x, %w, none) \"d\"\noutput %y\n",
       "UNSUPPORTED_TYPE", "uint8"},
      {"input %x: float32[1,2]\nconst %w: float32[1,2] = [1.0, 2.0]\n"
       "%y: float32[1,1] = fully_connected(%x, %w, none) {asymmetric_inputs = 1} \"d\"\noutput "
       "%y\n",
       "BAD_GRAPH", "asymmetric_inputs"},
      {"input %x: int8[1,2] q(0.5, 0)\nconst %w: int8[1,2] q(0.5, 3) = [1, 2]\n"
       "%y: int8[1,1] q(0.5, 0) = fully_connected(%x, %w, none) \"d\"\noutput %y\n",
       "UNSUPPORTED_QUANTIZATION", "symmetric"},
      {"input %x: uint8[1,2] q(0.5, 0)\n%y: uint8[1,2] q(0.5, 0) = softmax(%x) \"s\"\noutput %y\n",
       "UNSUPPORTED_TYPE", "uint8"},
      {"input %x: int8[1,2] q(0.5, 0)\n%y: int8[1,2] q(0.5, 0) = softmax(%x) \"s\"\noutput %y\n",
       "UNSUPPORTED_QUANTIZATION", "1/256"},
      {"input %x: float32[1,2]\ninput %b: float32[2]\n%y: float32[1,2] = add(%x, %b) \"a\"\n"
       "output %y\n",
       "UNSUPPORTED_SHAPE", "operands of one shape"},
      {"input %x: float32[1,2]\n%y: float32[1,2] = softmax(%x) {beta = 0.0} \"s\"\noutput %y\n",
       "UNSUPPORTED_ATTRIBUTE", "beta"},
      {"input %x: float32[1,2]\n%y: float32[1,3] = relu(%x) {act = \"relu\"} \"r\"\noutput %y\n",
       "SHAPE_MISMATCH", "1x2"},
      {"input %x: float32[1,2]\n%y: float32[1,2] = relu(%x) {act = \"tanh\"} \"r\"\noutput %y\n",
       "UNSUPPORTED_ATTRIBUTE", "tanh"},
      {"input %x: float32[1,2]\n%y: float32[1,2] = relu(%x) {act = \"relu\", z = 1} \"r\"\n"
       "output %y\n",
       "BAD_GRAPH", "attribute z"},
      {"input %x: float32[1,2,2,1]\n%y: float32[1,1,1,1] = max_pool2d(%x) {kernel_h = 3, "
       "kernel_w = 2, stride_h = 1, stride_w = 1} \"p\"\noutput %y\n",
       "UNSUPPORTED_SHAPE", "larger than its input"},
      {"input %x: float32[1,2,2,1]\n%y: float32[1,1,1,1] = max_pool2d(%x) {kernel_h = 2, "
       "kernel_w = 2, stride_h = 0, stride_w = 1} \"p\"\noutput %y\n",
       "UNSUPPORTED_ATTRIBUTE", "stride_h"},
      {"input %x: int8[2] q(0.5, 0)\ninput %z: int8[2] q(0.25, 0)\n%y: int8[4] q(0.5, 0) = "
       "concat(%x, %z) {axis = 0} \"k\"\noutput %y\n",
       "UNSUPPORTED_QUANTIZATION", "requantization"},
      {"input %x: float32[4]\nconst %i: int32[2] = [1, 4]\n%y: float32[2] = gather(%x, %i) "
       "{axis = 0} \"g\"\noutput %y\n",
       "INDEX_OUT_OF_RANGE", "index 4"},
      {"input %x: float32[4]\n%y: float32[1] = slice(%x) {begin = [3], end = [2]} \"s\"\n"
       "output %y\n",
       "UNSUPPORTED_SHAPE", "is empty"},
      {"input %x: float32[4,4]\n%y: float32[4,4] = transpose(%x) {perm = [1, 1]} \"t\"\n"
       "output %y\n",
       "UNSUPPORTED_ATTRIBUTE", "once"},
      {"input %x: float32[1,4]\ninput %z: float32[5,2]\n%y: float32[1,2] = matmul(%x, %z) \"m\"\n"
       "output %y\n",
       "UNSUPPORTED_SHAPE", "4 columns and 5 rows"},
      {"input %x: int8[2] q(0.5, 0)\ninput %i: int32[1]\ninput %u: int8[1] q(0.5, 0)\n"
       "%y: int8[2] q(0.5, 0) = scatter_elements(%x, %i, %u) {axis = 0, reduction = \"add\"} "
       "\"s\"\noutput %y\n",
       "UNSUPPORTED_TYPE", "reduction none"},
      {"input %x: int8[1,2,2,1] q(0.5, 0)\n%y: int8[1,4,4,1] q(0.5, 0) = resize(%x) {mode = "
       "\"linear\", out_h = 4, out_w = 4, coordinate = \"pytorch_half_pixel\"} \"r\"\noutput %y\n",
       "UNSUPPORTED_ATTRIBUTE", "TensorFlow Lite"},
      {"input %x: float32[1,4,4,4]\nconst %w: float32[1,1,1,4] = [1, 2, 3, 4]\n"
       "%y: float32[1,4,4,1] = conv2d(%x, %w, none) {stride_h = 1, stride_w = 1, groups = 2} "
       "\"c\"\noutput %y\n",
       "UNSUPPORTED_SHAPE", "groups that divide"},
      {"input %x: float32[1,4,4,1]\n%y: float32[1,2,2,1] = lp_pool2d(%x) {kernel_h = 2, kernel_w "
       "= 2, stride_h = 2, stride_w = 2, p = 3} \"p\"\noutput %y\n",
       "UNSUPPORTED_ATTRIBUTE", "supported are 1 and 2"},
      {"input %x: float32[4]\n%y: float32[4] = fancy(%x) \"f\"\noutput %y\n", "BAD_GRAPH",
       "no such operator"},
  };
  for (const Case& c : cases) {
    absl::Status status = Verdict(c.body);
    EXPECT_EQ(ErrorCodeOf(status), c.code) << c.body;
    EXPECT_EQ(ErrorClassOf(status), ErrorClass::kUser);
    EXPECT_NE(ErrorMessageOf(status).find(c.says), std::string::npos) << status;
    EXPECT_EQ(ErrorMessageOf(status).find("layer 0 '"), 0u) << status;
  }
}

}  // namespace
}  // namespace edgerack::compiler
