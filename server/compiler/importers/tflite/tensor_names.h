// Names of tensors in a model file: possibly empty or the same; in a graph they are unique.
#ifndef SERVER_COMPILER_IMPORTERS_TFLITE_TENSOR_NAMES_H_
#define SERVER_COMPILER_IMPORTERS_TFLITE_TENSOR_NAMES_H_

#include <map>
#include <set>
#include <string>

namespace edgerack::compiler {

class TensorNames {
 public:
  // `wanted`, or with the first suffix _1, _2, … that is free. A thousand tensors of one name cost
  // no more than a thousand of different names.
  std::string Unique(const std::string& wanted) {
    const std::string base = wanted.empty() ? "tensor" : wanted;
    std::string name = base;
    while (!taken_.insert(name).second) name = base + "_" + std::to_string(++last_suffix_[base]);
    return name;
  }

 private:
  std::set<std::string> taken_;
  std::map<std::string, int> last_suffix_;
};

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_TFLITE_TENSOR_NAMES_H_
