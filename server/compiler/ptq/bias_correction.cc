#include "server/compiler/ptq/bias_correction.h"

#include "server/compiler/ir/elements.h"
#include "server/compiler/lower/evaluate.h"

namespace edgerack::compiler {

std::vector<double> MeanShift(const Graph& graph, const Node& node, const Tensor& rounded,
                              const std::vector<double>& means) {
  Graph one;
  Tensor x = graph.tensor(node.inputs[0]);
  Tensor lost = graph.tensor(node.inputs[1]);
  if (static_cast<int64_t>(means.size()) != x.elements()) return {};
  std::string bytes;
  for (double mean : means) AppendElement(bytes, static_cast<float>(mean));
  x.data = std::make_shared<const std::string>(std::move(bytes));
  bytes.clear();
  for (size_t i = 0; i < static_cast<size_t>(lost.elements()); ++i) {
    AppendElement(bytes, LoadElement<float>(*lost.data, i) - LoadElement<float>(*rounded.data, i));
  }
  lost.data = std::make_shared<const std::string>(std::move(bytes));
  lost.quantization = {};
  const Tensor y = graph.tensor(node.outputs[0]);
  Node sum = node;
  sum.attributes.erase("act");
  sum.inputs = {one.Add(std::move(x)), one.Add(std::move(lost))};
  if (node.inputs.size() > 2) sum.inputs.push_back(kNoTensor);
  sum.outputs = {one.Add(y)};
  one.nodes = {sum};
  const auto sums = Evaluate(one, 0);
  if (!sums.ok()) return {};
  const auto channels = static_cast<size_t>(y.shape.back());
  const auto rows = static_cast<size_t>(y.elements()) / channels;
  std::vector<double> shift(channels, 0.0);
  for (size_t i = 0; i < rows * channels; ++i) {
    shift[i % channels] += static_cast<double>(LoadElement<float>((*sums)[0], i));
  }
  for (double& s : shift) s /= static_cast<double>(rows);
  return shift;
}

}  // namespace edgerack::compiler
