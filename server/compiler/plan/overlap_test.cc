// What the planner lays over each other and makes row by row gives the same bits as every tensor in
// a place of its own and every layer by itself: random windows, on each instruction set, by the
// kernels that a board would run and by the reference kernels that a host runs in their place.
#include "server/compiler/plan/overlap.h"

#include <cstring>
#include <random>

#include "gtest/gtest.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/text.h"
#include "server/compiler/ops/conv_pool.h"
#include "server/compiler/plan/memory_plan.h"

namespace edgerack::compiler {
namespace {

struct alignas(16) Block {
  char bytes[16];
};

class Memory {
 public:
  explicit Memory(size_t bytes) : blocks_(bytes / sizeof(Block) + 1) {}
  char* data() { return blocks_.data()->bytes; }

 private:
  std::vector<Block> blocks_;
};

// Runs the program as a board does; `bytes` are the only input's. Returns the only output's.
std::string Run(const Program& program, const MemoryPlan& plan, const std::string& bytes,
                bool reference) {
  const Graph& graph = program.graph;
  Memory arena(static_cast<size_t>(plan.arena_bytes));
  auto at = [&](TensorId id) { return arena.data() + plan.tensor_offsets[Index(id)]; };
  std::memcpy(at(graph.inputs[0]), bytes.data(), bytes.size());
  for (size_t c = 0; c < program.calls.size(); ++c) {
    const KernelCall& call = program.calls[c];
    std::vector<std::unique_ptr<Memory>> constants;
    er_kernel_call_t run = {};
    run.params = call.params.data();
    run.scratch = arena.data() + plan.scratch_offsets[c];
    for (size_t i = 0; i < call.inputs.size(); ++i) {
      if (call.inputs[i] == kNoTensor) continue;
      const Tensor& t = graph.tensor(call.inputs[i]);
      if (!t.constant()) {
        run.in[i] = at(call.inputs[i]);
        continue;
      }
      constants.push_back(std::make_unique<Memory>(t.data->size()));
      std::memcpy(constants.back()->data(), t.data->data(), t.data->size());
      run.in[i] = constants.back()->data();
    }
    run.out[0] = at(call.outputs[0]);
    (reference ? er_kernel_reference_of(call.kernel->id) : call.kernel)->run(&run);
  }
  const TensorId out = graph.outputs[0];
  return std::string(at(out), static_cast<size_t>(graph.tensor(out).bytes()));
}

class RandomModel {
 public:
  RandomModel(uint32_t seed, bool floats) : engine_(seed), floats_(floats) {}

  // One to three windowed layers; `bytes`: of the input.
  std::optional<Graph> Make(std::string& bytes) {
    graph_ = Graph();
    graph_.name = "g";
    x_ = graph_.Add(Activation("x", {1, In(4, 14), In(3, 11), In(1, 9)}));
    graph_.inputs = {x_};
    bytes = Values(static_cast<size_t>(graph_.tensor(x_).elements()));
    const int layers = In(1, 3);
    for (int i = 0; i < layers; ++i) {
      const int kind = In(0, 3);
      const std::string op = kind == 0   ? (In(0, 1) ? "max_pool2d" : "avg_pool2d")
                             : kind == 1 ? "depthwise_conv2d"
                                         : "conv2d";
      if (!AddLayer(op, "layer" + std::to_string(i))) return std::nullopt;
    }
    graph_.outputs = {x_};
    return VerifyGraph(graph_).ok() ? std::optional(graph_) : std::nullopt;
  }

 private:
  int32_t In(int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine_); }

  std::string Values(size_t count) {
    std::string bytes;
    for (size_t i = 0; i < count; ++i) {
      if (floats_) {
        AppendElement(bytes, static_cast<float>(In(-1000, 1000)) / 700.0f);
      } else {
        AppendElement(bytes, static_cast<int8_t>(In(-127, 127)));
      }
    }
    return bytes;
  }

  Tensor Activation(const std::string& name, Shape shape) {
    Tensor t;
    t.name = name;
    t.dtype = floats_ ? DType::kF32 : DType::kS8;
    t.shape = std::move(shape);
    if (!floats_) t.quantization = {{0.05f}, {3}, 0};
    return t;
  }

  bool AddLayer(const std::string& op, const std::string& name) {
    const int32_t channels = graph_.tensor(x_).shape[3];
    const int32_t kernel = In(1, 3);
    const bool pool = op.ends_with("pool2d");
    Node node;
    node.name = name;
    node.op = op;
    node.inputs = {x_};
    if (!pool) {
      const bool depthwise = op == "depthwise_conv2d";
      Tensor w = Activation(name + ".w",
                            depthwise ? Shape{1, kernel, kernel, channels * (In(0, 3) ? 1 : 2)}
                                      : Shape{In(1, 9), kernel, kernel, channels});
      if (!floats_) w.quantization = {{0.01f}, {0}, 0};
      w.data = std::make_shared<const std::string>(Values(static_cast<size_t>(w.elements())));
      node.inputs.push_back(graph_.Add(std::move(w)));
    } else {
      node.attributes["kernel_h"] = node.attributes["kernel_w"] = int64_t{kernel};
    }
    for (const char* key : {"stride_h", "stride_w"}) node.attributes[key] = int64_t{In(1, 2)};
    for (const char* key : {"pad_top", "pad_bottom", "pad_left", "pad_right"}) {
      node.attributes[key] = int64_t{In(0, kernel - 1)};
    }
    if (In(0, 1)) node.attributes["act"] = std::string("relu");
    const auto types = FindOp(op)->infer(graph_, node);
    if (!types.ok()) return false;
    x_ = graph_.Add(Activation(name + ".y", (*types)[0].shape));
    node.outputs = {x_};
    graph_.nodes.push_back(node);
    return true;
  }

  std::mt19937 engine_;
  bool floats_;
  Graph graph_;
  TensorId x_ = kNoTensor;
};

Program Lowered(const Graph& graph, er_isa_t isa) {
  auto program = LowerGraph(graph, isa, KernelPreference::kFast);
  EXPECT_TRUE(program.ok()) << program.status();
  return program.ok() ? *std::move(program) : Program();
}

void ExpectSameBits(bool floats) {
  RandomModel models(floats ? 5 : 6, floats);
  int overlapping = 0;
  int streamed = 0;
  for (int round = 0; round < 400; ++round) {
    std::string bytes;
    const auto graph = models.Make(bytes);
    if (!graph) continue;
    const Program plain = Lowered(*graph, ER_ISA_SCALAR);
    const std::string expected = Run(plain, PlanMemoryApart(plain), bytes, false);
    const auto pools = StreamablePools(*graph);
    streamed += static_cast<int>(pools.size());
    for (er_isa_t isa : {ER_ISA_SCALAR, ER_ISA_ARMV7EM, ER_ISA_MVE}) {
      for (const Graph& made : {*graph, StreamPools(*graph, pools)}) {
        const Program program = Lowered(made, isa);
        const MemoryPlan plan = PlanMemory(program);
        overlapping += plan.overlapping_layers;
        ASSERT_EQ(Run(program, plan, bytes, false), expected) << PrintGraph(made);
        bool packed = !program.packings.empty();  // the reference takes canonical weights
        if (packed) continue;
        ASSERT_EQ(Run(program, plan, bytes, true), expected) << PrintGraph(made);
      }
    }
  }
  EXPECT_GT(overlapping, 200);
  EXPECT_GT(streamed, 20);
}

TEST(OverlapTest, Int8ModelsGiveTheSameBits) { ExpectSameBits(false); }
TEST(OverlapTest, FloatModelsGiveTheSameBits) { ExpectSameBits(true); }

}  // namespace
}  // namespace edgerack::compiler
