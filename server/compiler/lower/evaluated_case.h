// For tests of operators: a node whose operands are constants, computed by the kernel a board runs.
#ifndef SERVER_COMPILER_LOWER_EVALUATED_CASE_H_
#define SERVER_COMPILER_LOWER_EVALUATED_CASE_H_

#include <string>
#include <vector>

namespace edgerack::compiler {

using Numbers = std::vector<double>;

// A constant "%name: type = [values]".
struct ConstantOperand {
  std::string type;  // "float32[2,3]"
  Numbers values;
};

// Values of every output of `call`, "float32[3] = unary(%a) {fn = \"abs\"}"; several outputs are
// separated by "; ". Operands are named %a, %b, ... A call that does not compile fails the test.
std::vector<Numbers> Results(const std::vector<ConstantOperand>& operands, const std::string& call);

struct EvaluatedCase {
  std::vector<ConstantOperand> operands;
  std::string call;
  std::vector<Numbers> expected;  // per output; NaN and infinities stand for themselves
};

// `tolerance` is relative, of numbers below 0.1 as if they were 0.1.
void ExpectAll(const std::vector<EvaluatedCase>& cases, double tolerance = 1e-6);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_LOWER_EVALUATED_CASE_H_
