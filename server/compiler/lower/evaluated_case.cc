#include "server/compiler/lower/evaluated_case.h"

#include <algorithm>
#include <cmath>

#include "gtest/gtest.h"
#include "server/compiler/ir/elements.h"
#include "server/compiler/ir/text.h"
#include "server/compiler/lower/evaluate.h"
#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler {
namespace {

std::string Join(const Numbers& values) {
  std::string text;
  for (double v : values) {
    char buffer[40];
    std::snprintf(buffer, sizeof buffer, "%.9g", v);
    text += (text.empty() ? "" : ", ") + std::string(buffer);
  }
  return text;
}

}  // namespace

std::vector<Numbers> Results(const std::vector<ConstantOperand>& operands,
                             const std::string& call) {
  std::string text = "graph \"g\" {\n";
  for (size_t i = 0; i < operands.size(); ++i) {
    text += std::string("const %") + static_cast<char>('a' + i) + ": " + operands[i].type + " = [" +
            Join(operands[i].values) + "]\n";
  }
  // Outputs are separated by ';' in `call`.
  std::string left = call.substr(0, call.find(" = "));
  std::string outputs;
  std::string names;
  for (int n = 0; !left.empty(); ++n) {
    const size_t end = left.find("; ");
    const std::string name = "%y" + std::to_string(n);
    outputs += (n ? ", " : "") + name + ": " + left.substr(0, end);
    names += "output " + name + "\n";
    left = end == std::string::npos ? "" : left.substr(end + 2);
  }
  text += outputs + call.substr(call.find(" = ")) + " \"n\"\n" + names + "}\n";
  auto graph = ParseGraph(text);
  EXPECT_TRUE(graph.ok()) << graph.status() << "\n" << text;
  if (!graph.ok()) return {};
  const absl::Status verdict = VerifyGraph(*graph);
  EXPECT_TRUE(verdict.ok()) << verdict << "\n" << text;
  if (!verdict.ok()) return {};
  auto bytes = Evaluate(*graph, 0);
  EXPECT_TRUE(bytes.ok()) << bytes.status() << "\n" << text;
  if (!bytes.ok()) return {};
  std::vector<Numbers> results;
  for (size_t i = 0; i < bytes->size(); ++i) {
    const Tensor& y = graph->tensor(graph->nodes[0].outputs[i]);
    Numbers values;
    for (int64_t e = 0; e < y.elements(); ++e) {
      values.push_back(ElementAsDouble(y.dtype, (*bytes)[i], static_cast<size_t>(e)));
    }
    results.push_back(values);
  }
  return results;
}

namespace {

void Expect(const Numbers& found, const Numbers& expected, double tolerance,
            const std::string& what) {
  ASSERT_EQ(found.size(), expected.size()) << what;
  for (size_t i = 0; i < found.size(); ++i) {
    if (std::isnan(expected[i])) {
      EXPECT_TRUE(std::isnan(found[i])) << what << " at " << i << ": " << found[i];
    } else if (std::isinf(expected[i])) {
      EXPECT_EQ(found[i], expected[i]) << what << " at " << i;
    } else {
      EXPECT_NEAR(found[i], expected[i], tolerance * std::max(0.1, std::fabs(expected[i])))
          << what << " at " << i;
    }
  }
}

}  // namespace

void ExpectAll(const std::vector<EvaluatedCase>& cases, double tolerance) {
  for (const EvaluatedCase& c : cases) {
    const std::vector<Numbers> found = Results(c.operands, c.call);
    ASSERT_EQ(found.size(), c.expected.size()) << c.call;
    for (size_t i = 0; i < found.size(); ++i) Expect(found[i], c.expected[i], tolerance, c.call);
  }
}

}  // namespace edgerack::compiler
