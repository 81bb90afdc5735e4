// Text in, text out: each case names the pass, the graph before and the graph after.
#include "server/compiler/passes/pass_text.h"

namespace edgerack::compiler {
namespace {

Graph Parsed(const std::string& body) { return ParsedGraph(body); }

std::string After(const std::string& pass_name, const std::string& body, PassOptions options = {}) {
  return AfterPass(pass_name, body, std::move(options));
}

std::string Text(const std::string& body) { return GraphText(body); }

constexpr char kWeights[] = "  const %w: float32[1,2,2,1] = [1, 2, 3, 4]\n";

TEST(PassesTest, FoldConstantsComputesWhatDependsOnConstantsOnly) {
  EXPECT_EQ(After("fold-constants",
                  "  input %x: float32[2]\n"
                  "  const %a: float32[2] = [1.5, 2.0]\n"
                  "  const %b: float32[2] = [10.0, -20.0]\n"
                  "  %c: float32[2] = add(%a, %b) \"c\"\n"
                  "  %y: float32[2] = add(%x, %c) \"y\"\n"
                  "  output %y\n"),
            Text("  input %x: float32[2]\n"
                 "  const %c: float32[2] = [11.5, -18]\n"
                 "  %y: float32[2] = add(%x, %c) \"y\"\n"
                 "  output %y\n"));
}

TEST(PassesTest, FoldConstantsLeavesLargeInt8WeightsAsTheyAre) {
  std::string zeros = "0";
  for (int i = 1; i < 4096; ++i) zeros += ", 0";
  const std::string body =
      "  input %x: float32[4096]\n"
      "  const %w: int8[4096] q(0.5, 0) = [" +
      zeros +
      "]\n"
      "  %f: float32[4096] = dequantize(%w) \"f\"\n"
      "  %y: float32[4096] = add(%x, %f) \"y\"\n"
      "  output %y\n";
  EXPECT_NE(After("fold-constants", body).find("= dequantize(%w)"), std::string::npos);
}

TEST(PassesTest, PlaceStatesLeavesWhatIsComputedInPlace) {
  const std::string body =
      "  input %x: float32[4]\n"
      "  state %s: float32[4]\n"
      "  %y: float32[4] = add(%s, %x) \"y\"\n"
      "  output %y\n"
      "  next %s = %y\n";
  EXPECT_EQ(After("place-states", body), Text(body));
}

TEST(PassesTest, PlaceStatesCopiesWhatIsReadLaterSharedOrAnInput) {
  EXPECT_EQ(After("place-states",
                  "  input %x: float32[4]\n"
                  "  state %a: float32[4]\n"
                  "  state %b: float32[4]\n"
                  "  state %c: float32[4]\n"
                  "  %s: float32[4] = add(%a, %x) \"s\"\n"
                  "  %t: float32[4] = add(%a, %b) \"t\"\n"
                  "  %y: float32[4] = add(%t, %c) \"y\"\n"
                  "  output %y\n"
                  "  next %a = %s\n"
                  "  next %b = %s\n"
                  "  next %c = %x\n"),
            Text("  input %x: float32[4]\n"
                 "  state %a: float32[4]\n"
                 "  state %b: float32[4]\n"
                 "  state %c: float32[4]\n"
                 "  %s: float32[4] = add(%a, %x) \"s\"\n"
                 "  %t: float32[4] = add(%a, %b) \"t\"\n"
                 "  %y: float32[4] = add(%t, %c) \"y\"\n"
                 "  %a.next: float32[4] = copy(%s) \"a.next\"\n"
                 "  %b.next: float32[4] = copy(%s) \"b.next\"\n"
                 "  %c.next: float32[4] = copy(%x) \"c.next\"\n"
                 "  output %y\n"
                 "  next %a = %a.next\n"
                 "  next %b = %b.next\n"
                 "  next %c = %c.next\n"));
}

// The first copy is made before the second reads the old value: it goes to a place of its own.
TEST(PassesTest, PlaceStatesLetsStatesChangePlaces) {
  EXPECT_EQ(After("place-states",
                  "  input %x: float32[4]\n"
                  "  state %a: float32[4]\n"
                  "  state %b: float32[4]\n"
                  "  %y: float32[4] = add(%a, %b) \"y\"\n"
                  "  output %y\n"
                  "  next %a = %b\n"
                  "  next %b = %a\n"),
            Text("  input %x: float32[4]\n"
                 "  state %a: float32[4]\n"
                 "  state %b: float32[4]\n"
                 "  %y: float32[4] = add(%a, %b) \"y\"\n"
                 "  %a.next: float32[4] = copy(%b) \"a.next\"\n"
                 "  %b.next: float32[4] = copy(%a) \"b.next\"\n"
                 "  %a.next_1: float32[4] = copy(%a.next) \"a.next_1\"\n"
                 "  output %y\n"
                 "  next %a = %a.next_1\n"
                 "  next %b = %b.next\n"));
}

TEST(PassesTest, PlaceStatesGivesAnOutputThatShowsAStateItsOwnBytes) {
  const std::string text = After("place-states",
                                 "  input %x: float32[4]\n"
                                 "  state %s: float32[4]\n"
                                 "  output %s\n"
                                 "  next %s = %x\n");
  EXPECT_NE(text.find("%s.value: float32[4] = copy(%s)"), std::string::npos) << text;
  EXPECT_NE(text.find("  output %s.value\n"), std::string::npos) << text;
}

TEST(PassesTest, RemoveDeadFollowsStatesAndDropsOptionalOutputs) {
  EXPECT_EQ(After("remove-dead",
                  "  input %x: float32[1,1,2]\n"
                  "  state %h: float32[1,1,1]\n"
                  "  state %unread: float32[1,1,2]\n"
                  "  const %w: float32[1,1,2] = [1, 2]\n"
                  "  const %r: float32[1,1,1] = [0.5]\n"
                  "  %y: float32[1,1,1,1], %last: float32[1,1,1] = rnn(%x, %w, %r, none, none, %h) "
                  "\"y\"\n"
                  "  %z: float32[1,1,1] = softmax(%h) \"z\"\n"
                  "  output %z\n"
                  "  next %h = %last\n"
                  "  next %unread = %x\n"),
            Text("  input %x: float32[1,1,2]\n"
                 "  state %h: float32[1,1,1]\n"
                 "  const %w: float32[1,1,2] = [1, 2]\n"
                 "  const %r: float32[1,1,1] = [0.5]\n"
                 "  none, %last: float32[1,1,1] = rnn(%x, %w, %r, none, none, %h) \"y\"\n"
                 "  %z: float32[1,1,1] = softmax(%h) \"z\"\n"
                 "  output %z\n"
                 "  next %h = %last\n"));
}

TEST(PassesTest, FoldPadMovesIntoEveryConvolutionBehindIt) {
  EXPECT_EQ(
      After("fold-pad",
            std::string("  input %x: float32[1,4,4,1]\n") + kWeights +
                "  %p: float32[1,6,5,1] = pad(%x) {pads = [0, 0, 1, 1, 0, 1, 0, 0]} \"p\"\n"
                "  %y: float32[1,5,4,1] = conv2d(%p, %w, none) {stride_h = 1, stride_w = 1} \"y\"\n"
                "  output %y\n"),
      Text(std::string("  input %x: float32[1,4,4,1]\n") + kWeights +
           "  %y: float32[1,5,4,1] = conv2d(%x, %w, none) {pad_bottom = 1, pad_right = 1, "
           "pad_top = 1, stride_h = 1, stride_w = 1} \"y\"\n"
           "  output %y\n"));
}

TEST(PassesTest, FoldPadLeavesOtherReadersAlone) {
  const std::string body =
      "  input %x: float32[1,4,4,1]\n"
      "  %p: float32[1,6,6,1] = pad(%x) {pads = [0, 0, 1, 1, 1, 1, 0, 0]} \"p\"\n"
      "  %y: float32[1,6,6,1] = relu(%p) {act = \"relu\"} \"y\"\n"
      "  output %y\n";
  EXPECT_EQ(After("fold-pad", body), Text(body));
}

TEST(PassesTest, FuseActivationIntoAConvolution) {
  EXPECT_EQ(After("fuse-activation",
                  std::string("  input %x: float32[1,2,2,1]\n") + kWeights +
                      "  %c: float32[1,1,1,1] = conv2d(%x, %w, none) {stride_h = 1, stride_w = 1} "
                      "\"c\"\n"
                      "  %y: float32[1,1,1,1] = relu(%c) {act = \"relu6\"} \"y\"\n"
                      "  output %y\n"),
            Text(std::string("  input %x: float32[1,2,2,1]\n") + kWeights +
                 "  %y: float32[1,1,1,1] = conv2d(%x, %w, none) {act = \"relu6\", stride_h = 1, "
                 "stride_w = 1} \"y\"\n"
                 "  output %y\n"));
}

TEST(PassesTest, FuseActivationNeedsOneScaleAndOneReader) {
  const std::string two_scales =
      "  input %x: int8[4] q(0.5, 0)\n"
      "  %c: int8[4] q(0.5, 0) = add(%x, %x) \"c\"\n"
      "  %y: int8[4] q(0.25, -128) = relu(%c) {act = \"relu\"} \"y\"\n"
      "  output %y\n";
  EXPECT_EQ(After("fuse-activation", two_scales), Text(two_scales));
  const std::string two_readers =
      "  input %x: float32[4]\n"
      "  %c: float32[4] = add(%x, %x) \"c\"\n"
      "  %y: float32[4] = relu(%c) {act = \"relu\"} \"y\"\n"
      "  %z: float32[4] = add(%c, %y) \"z\"\n"
      "  output %z\n";
  EXPECT_EQ(After("fuse-activation", two_readers), Text(two_readers));
}

// Statistics whose deviation is exactly 2 and 4.
constexpr char kStatistics[] =
    "  const %s: float32[2] = [4, 2]\n"
    "  const %b: float32[2] = [10, 20]\n"
    "  const %m: float32[2] = [1, 3]\n"
    "  const %v: float32[2] = [3, 15]\n";

TEST(PassesTest, FoldScaleScalesTheWeightsBeforeIt) {
  const std::string call = "batch_norm(%c, %s, %b, %m, %v) {axis = 3, epsilon = 1.0} \"n\"\n";
  EXPECT_EQ(After("fold-scale",
                  std::string("  input %x: float32[1,1,1,2]\n") + kStatistics +
                      "  const %w: float32[2,1,1,2] = [1, 2, 3, 4]\n"
                      "  const %o: float32[2] = [5, 7]\n"
                      "  %c: float32[1,1,1,2] = conv2d(%x, %w, %o) {stride_h = 1, stride_w = 1} "
                      "\"c\"\n"
                      "  %y: float32[1,1,1,2] = " +
                      call + "  output %y\n"),
            Text("  input %x: float32[1,1,1,2]\n"
                 "  const %w_1: float32[2,1,1,2] = [2, 4, 1.5, 2]\n"
                 "  const %c.bias: float32[2] = [18, 22]\n"
                 "  %y: float32[1,1,1,2] = conv2d(%x, %w_1, %c.bias) "
                 "{stride_h = 1, stride_w = 1} \"c\"\n"
                 "  output %y\n"));
  EXPECT_EQ(After("fold-scale",
                  std::string("  input %x: float32[1,1,1,2]\n") + kStatistics +
                      "  const %w: float32[1,1,2,2] = [1, 2, 3, 4]\n"
                      "  %c: float32[1,1,1,2] = depthwise_conv2d(%x, %w, none) {pad_right = 1, "
                      "stride_h = 1, stride_w = 1} \"c\"\n"
                      "  %y: float32[1,1,1,2] = " +
                      call + "  output %y\n"),
            Text("  input %x: float32[1,1,1,2]\n"
                 "  const %w_1: float32[1,1,2,2] = [2, 1, 6, 2]\n"
                 "  const %c.bias: float32[2] = [8, 18.5]\n"
                 "  %y: float32[1,1,1,2] = depthwise_conv2d(%x, %w_1, "
                 "%c.bias) {pad_right = 1, stride_h = 1, stride_w = 1} \"c\"\n"
                 "  output %y\n"));
}

TEST(PassesTest, FoldScaleLeavesOtherAxesAndReaders) {
  const std::string other_axis =
      std::string("  input %x: float32[1,2,1,2]\n") + kStatistics +
      "  const %w: float32[2,1,1,2] = [1, 2, 3, 4]\n"
      "  %c: float32[1,2,1,2] = conv2d(%x, %w, none) {stride_h = 1, stride_w = 1} \"c\"\n"
      "  %y: float32[1,2,1,2] = batch_norm(%c, %s, %b, %m, %v) {axis = 1} \"n\"\n"
      "  output %y\n";
  EXPECT_NE(After("fold-scale", other_axis).find("batch_norm"), std::string::npos);
  const std::string two_readers =
      std::string("  input %x: float32[1,1,1,2]\n") + kStatistics +
      "  const %w: float32[2,1,1,2] = [1, 2, 3, 4]\n"
      "  %c: float32[1,1,1,2] = conv2d(%x, %w, none) {stride_h = 1, stride_w = 1} \"c\"\n"
      "  %y: float32[1,1,1,2] = batch_norm(%c, %s, %b, %m, %v) {axis = 3} \"n\"\n"
      "  output %c\n"
      "  output %y\n";
  EXPECT_NE(After("fold-scale", two_readers).find("batch_norm"), std::string::npos);
}

TEST(PassesTest, FuseActivationIntoABroadcastingProduct) {
  EXPECT_EQ(After("fuse-activation",
                  "  input %x: float32[2,3]\n"
                  "  input %s: float32[3]\n"
                  "  %p: float32[2,3] = binary(%x, %s) {fn = \"mul\"} \"p\"\n"
                  "  %y: float32[2,3] = relu(%p) {act = \"relu\"} \"y\"\n"
                  "  output %y\n"),
            Text("  input %x: float32[2,3]\n"
                 "  input %s: float32[3]\n"
                 "  %y: float32[2,3] = binary(%x, %s) {act = \"relu\", fn = \"mul\"} \"y\"\n"
                 "  output %y\n"));
}

TEST(PassesTest, NodesOfSeveralOutputsLiveByAnyOfThem) {
  const std::string body =
      "  input %x: float32[4]\n"
      "  %v: float32[2], %i: int64[2] = topk(%x) {k = 2} \"t\"\n"
      "  %n: float32[4], none, %d: float32[1] = layer_norm(%x, none, none) \"n\"\n"
      "  output %i\n"
      "  output %d\n";
  EXPECT_EQ(After("remove-dead", body), Text(body));
  // An absent operand does not keep a node whose output is absent too.
  EXPECT_EQ(After("remove-dead",
                  "  input %x: float32[4]\n"
                  "  %n: float32[4], none, %d: float32[1] = layer_norm(%x, none, none) \"n\"\n"
                  "  %y: float32[4] = layer_norm(%x, none, none) \"y\"\n"
                  "  output %y\n"),
            Text("  input %x: float32[4]\n"
                 "  %y: float32[4] = layer_norm(%x, none, none) \"y\"\n"
                 "  output %y\n"));
}

TEST(PassesTest, FoldConstantsFoldsEveryOutput) {
  EXPECT_EQ(After("fold-constants",
                  "  input %x: int64[2]\n"
                  "  const %c: float32[3] = [1, 5, 3]\n"
                  "  %v: float32[2], %i: int64[2] = topk(%c) {k = 2} \"t\"\n"
                  "  %y: int64[2] = binary(%x, %i) {fn = \"add\"} \"y\"\n"
                  "  output %y\n"),
            Text("  input %x: int64[2]\n"
                 "  const %i: int64[2] = [1, 2]\n"
                 "  %y: int64[2] = binary(%x, %i) {fn = \"add\"} \"y\"\n"
                 "  output %y\n"));
}

TEST(PassesTest, DropIdentityJoinsReshapes) {
  EXPECT_EQ(After("drop-identity",
                  "  input %x: float32[1,4]\n"
                  "  %a: float32[2,2] = reshape(%x) {shape = [2, 2]} \"a\"\n"
                  "  %b: float32[1,4] = reshape(%a) {shape = [1, 4]} \"b\"\n"
                  "  %y: float32[1,4] = softmax(%b) \"y\"\n"
                  "  output %y\n"),
            Text("  input %x: float32[1,4]\n"
                 "  %y: float32[1,4] = softmax(%x) \"y\"\n"
                 "  output %y\n"));
}

TEST(PassesTest, FoldConstantsReshapesWeights) {
  EXPECT_EQ(After("fold-constants",
                  "  input %x: float32[1,2]\n"
                  "  const %c: float32[2] = [1, 2]\n"
                  "  %w: float32[1,2] = reshape(%c) {shape = [1, 2]} \"w\"\n"
                  "  %y: float32[1,2] = add(%x, %w) \"y\"\n"
                  "  output %y\n"),
            Text("  input %x: float32[1,2]\n"
                 "  const %w: float32[1,2] = [1, 2]\n"
                 "  %y: float32[1,2] = add(%x, %w) \"y\"\n"
                 "  output %y\n"));
}

TEST(PassesTest, SimplifyMovementJoinsTransposes) {
  EXPECT_EQ(After("simplify-movement",
                  "  input %x: float32[2,3,4]\n"
                  "  %a: float32[4,2,3] = transpose(%x) {perm = [2, 0, 1]} \"a\"\n"
                  "  %y: float32[4,3,2] = transpose(%a) {perm = [0, 2, -2]} \"y\"\n"
                  "  output %y\n"),
            Text("  input %x: float32[2,3,4]\n"
                 "  %y: float32[4,3,2] = transpose(%x) {perm = [2, 1, 0]} \"y\"\n"
                 "  output %y\n"));
}

TEST(PassesTest, SimplifyMovementMakesReshapesOfCopiesInOrder) {
  EXPECT_EQ(After("simplify-movement",
                  "  input %x: float32[1,3,4]\n"
                  "  %a: float32[3,1,4] = transpose(%x) {perm = [1, 0, 2]} \"a\"\n"
                  "  %b: float32[3,1,4] = slice(%a) {begin = [0], end = [9], axes = [0]} \"b\"\n"
                  "  %c: float32[3,1,4] = concat(%b) {axis = 1} \"c\"\n"
                  "  %y: float32[1,3,1,4] = expand(%c) {shape = [1, 1, 1, 4]} \"y\"\n"
                  "  output %y\n"),
            Text("  input %x: float32[1,3,4]\n"
                 "  %a: float32[3,1,4] = reshape(%x) {shape = [3, 1, 4]} \"a\"\n"
                 "  %b: float32[3,1,4] = reshape(%a) {shape = [3, 1, 4]} \"b\"\n"
                 "  %c: float32[3,1,4] = reshape(%b) {shape = [3, 1, 4]} \"c\"\n"
                 "  %y: float32[1,3,1,4] = reshape(%c) {shape = [1, 3, 1, 4]} \"y\"\n"
                 "  output %y\n"));
}

TEST(PassesTest, SimplifyMovementLeavesWhatMovesElements) {
  for (const std::string& node :
       {std::string("%y: float32[3,2] = transpose(%x) {perm = [1, 0]}"),
        std::string("%y: float32[2,3] = slice(%x) {begin = [-1], end = [-9], steps = [-1], "
                    "axes = [0]}"),
        std::string("%y: float32[2,3] = pad(%x) {pads = [0, 0, 1, -1]}")}) {
    const std::string body = "  input %x: float32[2,3]\n  " + node + " \"y\"\n  output %y\n";
    EXPECT_NE(After("simplify-movement", body).find(node.substr(0, node.find('{'))),
              std::string::npos);
  }
}

TEST(PassesTest, FoldPadLeavesOtherThanZeros) {
  for (const std::string& pad :
       {std::string("pad(%x) {mode = \"edge\", pads = [0, 0, 1, 1, 0, 1, 0, 0]}"),
        std::string("pad(%x, %v) {pads = [0, 0, 1, 1, 0, 1, 0, 0]}")}) {
    const std::string body =
        std::string("  input %x: float32[1,4,4,1]\n") + kWeights +
        "  const %v: float32[1] = [1]\n  %p: float32[1,6,5,1] = " + pad +
        " \"p\"\n  %y: float32[1,5,4,1] = conv2d(%p, %w, none) {stride_h = 1, stride_w = 1} "
        "\"y\"\n  output %y\n";
    EXPECT_NE(After("fold-pad", body).find("= pad("), std::string::npos);
  }
}

TEST(PassesTest, RemoveDeadKeepsWhatOutputsNeed) {
  EXPECT_EQ(After("remove-dead",
                  "  input %x: float32[4]\n"
                  "  const %u: float32[1] = [1]\n"
                  "  %d: float32[4] = softmax(%x) \"d\"\n"
                  "  %y: float32[4] = add(%x, %x) \"y\"\n"
                  "  output %y\n"),
            Text("  input %x: float32[4]\n"
                 "  %y: float32[4] = add(%x, %x) \"y\"\n"
                 "  output %y\n"));
}

constexpr char kBatch[] =
    "  input %x: float32[1,2,2,1]\n"
    "  const %w: float32[1,4] = [1, 2, 3, 4]\n"
    "  %f: float32[1,4] = reshape(%x) {shape = [1, 4]} \"f\"\n"
    "  %y: float32[1,1] = fully_connected(%f, %w, none) \"y\"\n"
    "  output %y\n";

TEST(PassesTest, FixInputsChangesTheBatch) {
  PassOptions options;
  options.input_shapes["x"] = {3, 2, 2, 1};
  EXPECT_EQ(After("fix-inputs", kBatch, options),
            Text("  input %x: float32[3,2,2,1]\n"
                 "  const %w: float32[1,4] = [1, 2, 3, 4]\n"
                 "  %f: float32[3,4] = reshape(%x) {shape = [3, 4]} \"f\"\n"
                 "  %y: float32[3,1] = fully_connected(%f, %w, none) \"y\"\n"
                 "  output %y\n"));
}

TEST(PassesTest, FixInputsRefusesWhatItCannotDo) {
  PassOptions image;
  image.input_shapes["x"] = {1, 4, 4, 1};
  EXPECT_NE(After("fix-inputs", kBatch, image).find("only its first dimension"), std::string::npos);
  PassOptions unknown;
  unknown.input_shapes["z"] = {1};
  EXPECT_NE(After("fix-inputs", kBatch, unknown).find("no such input; it has x"),
            std::string::npos);
}

TEST(PassesTest, FixInputsFreezes) {
  const std::string body =
      "  input %a: float32[2]\n  input %b: float32[2]\n"
      "  %y: float32[2] = add(%a, %b) \"y\"\n  output %y\n";
  PassOptions options;
  const float values[] = {1.5f, 2.0f};
  options.frozen_inputs["b"] = {
      DType::kF32, {2}, std::string(reinterpret_cast<const char*>(values), sizeof values)};
  EXPECT_EQ(After("fix-inputs", body, options),
            Text("  input %a: float32[2]\n  const %b: float32[2] = [1.5, 2]\n"
                 "  %y: float32[2] = add(%a, %b) \"y\"\n  output %y\n"));
}

TEST(PassesTest, UnknownPassIsNamed) {
  PassOptions options;
  options.switched_off.insert("make-faster");
  Graph graph = Parsed(kBatch);
  std::vector<Finding> findings;
  FakeClock clock;
  auto timings = RunPasses(graph, options, findings, clock);
  EXPECT_EQ(ErrorCodeOf(timings.status()), "BAD_OPTION");
}

}  // namespace
}  // namespace edgerack::compiler
