#include "server/compiler/validate/validation.h"

#include <zlib.h>

#include "gtest/gtest.h"
#include "server/compiler/emit/package_writer.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/text.h"
#include "server/compiler/validate/validation_json.h"

namespace edgerack::compiler {
namespace {

// Two layers that can be computed in the head: y = relu(x + x), z = -y.
constexpr char kModel[] =
    "graph \"t\" {\n"
    "  input %x: float32[2]\n"
    "  %y: float32[2] = add(%x, %x) {act = \"relu\"} \"double\"\n"
    "  %z: float32[2] = unary(%y) {fn = \"neg\"} \"negate\"\n"
    "  output %z\n"
    "}\n";

TracedGraph Traced(const std::string& text) {
  TracedGraph traced;
  traced.graph = *ParseGraph(text);
  auto program = LowerGraph(traced.graph, ER_ISA_SCALAR, KernelPreference::kReference);
  auto package = WritePackage(*program, PlanMemory(*program), std::string(64, '0'));
  traced.package = *ReadPackage(package->bytes);
  traced.tensor_index = package->tensor_index;
  return traced;
}

std::string Floats(const std::vector<float>& values) { return BytesOf(values); }

class ValidationTest : public testing::Test {
 protected:
  // Trace of both layers.
  void Add(const std::string& original, const std::string& compiled, const std::string& package,
           const BoardTrace* board = nullptr) {
    const int64_t index = validation.samples();
    validation.Add({inputs, original, compiled, package}, board, index);
  }
  std::vector<std::string> Diverging() {
    std::vector<std::string> list;
    for (const auto& d : ValidationJson(validation)["divergences"]) {
      list.push_back(d["at"].get<std::string>() + " " + d["name"].get<std::string>());
    }
    return list;
  }

  const std::string inputs = Floats({1, -2});
  const std::string right = Floats({2, 0, -2, 0});
  const std::string first_wrong = Floats({3, 0, -3, 0});
  const std::string second_wrong = Floats({2, 0, -2, 1});
  Validation validation{Traced(kModel), Traced(kModel), Traced(kModel).package};
};

TEST_F(ValidationTest, EqualExecutionsAreClean) {
  Add(right, right, right);
  EXPECT_TRUE(Diverging().empty());
  const auto json = ValidationJson(validation);
  EXPECT_EQ(json["samples"], 1);
  ASSERT_EQ(json["layers"].size(), 2u);
  EXPECT_EQ(json["layers"][1]["original"]["bit_exact"], true);
  EXPECT_EQ(json["layers"][1]["package"]["bit_exact"], true);
  EXPECT_EQ(json["layers"][1]["board"]["not_compared"], "there is no such execution");
}

// Both graphs of one text do the same; another original shows what the passes would have done.
TEST_F(ValidationTest, APassThatChangesALayerIsFoundAtThatLayer) {
  Add(second_wrong, right, right);
  EXPECT_EQ(Diverging(), std::vector<std::string>{"passes negate"});
  Validation other{Traced(kModel), Traced(kModel), Traced(kModel).package};
  std::swap(validation, other);
  Add(first_wrong, right, right);  // what follows from it is right
  EXPECT_EQ(Diverging(), std::vector<std::string>{"passes double"});
  EXPECT_GT(validation.layers()[1].original.Figures().max, 0);
}

TEST_F(ValidationTest, AKernelThatIsWrongIsFoundAtItsLayer) {
  Add(right, first_wrong, first_wrong);
  EXPECT_EQ(Diverging(), std::vector<std::string>{"arithmetic double"});
}

TEST_F(ValidationTest, OfThePackageOnlyTheFirstLayerIsNamed) {
  Add(right, right, first_wrong);
  EXPECT_EQ(Diverging(), std::vector<std::string>{"package double"});
  EXPECT_EQ(validation.layers()[1].package.differing, 1);
  Add(right, right, second_wrong);
  EXPECT_EQ(Diverging(), (std::vector<std::string>{"package double", "package negate"}));
}

TEST_F(ValidationTest, TheBoardIsComparedByItsCrcs) {
  auto crc = [](const std::string& bytes) {
    return static_cast<uint32_t>(
        crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
  };
  BoardTrace board;
  board.samples = 2;
  board.crc32 = {crc(right.substr(0, 8)), crc(right.substr(8)), crc(right.substr(0, 8)), 77};
  board.differing[{1, 1, 0}] = Floats({-2, 1});
  Add(right, right, right, &board);
  EXPECT_TRUE(Diverging().empty());
  Add(right, right, right, &board);
  EXPECT_EQ(Diverging(), std::vector<std::string>{"board negate"});
  const ExactComparison& exact = validation.layers()[1].board;
  EXPECT_EQ(exact.samples, 2);
  EXPECT_EQ(exact.differing, 1);
  EXPECT_EQ(exact.error.Figures().max, 1);
}

TEST_F(ValidationTest, WithoutAnOriginalTheRestIsCompared) {
  Validation other{std::nullopt, Traced(kModel), Traced(kModel).package};
  std::swap(validation, other);
  Add("", right, second_wrong);
  EXPECT_EQ(Diverging(), std::vector<std::string>{"package negate"});
  EXPECT_EQ(ValidationJson(validation)["layers"][0]["original"]["unmatched"],
            "the original model was not executed");
}

}  // namespace
}  // namespace edgerack::compiler
