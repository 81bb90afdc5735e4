// What a multiply-accumulate takes, roughly: for budgets that are told as estimates.
#ifndef SERVER_COMPILER_PTQ_MAC_CYCLES_H_
#define SERVER_COMPILER_PTQ_MAC_CYCLES_H_

#include <string>

#include "server/compiler/ir/dtype.h"

namespace edgerack::compiler {

// Cycles of one multiply-accumulate of operator `op` with activations kS8, kS16 or kF32, by
// `edgerack-estimate` of client/examples/digits on virtual-h743. An operator that is not in that
// network counts as a convolution.
double CyclesPerMac(const std::string& op, DType activations);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_MAC_CYCLES_H_
