// Any function of one quantized int8 value becomes a call of kernel `lut`.
#ifndef SERVER_COMPILER_OPS_INT8_TABLE_LOWERING_H_
#define SERVER_COMPILER_OPS_INT8_TABLE_LOWERING_H_

#include "server/compiler/ir/graph.h"
#include "server/compiler/ops/lowering.h"
#include "server/compiler/quant/int8_table.h"

namespace edgerack::compiler {

// The node's input 0 of `count` elements through the table to its output.
LoweredOp LowerInt8Table(const Node& node, int32_t count, const Int8Table& table);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_OPS_INT8_TABLE_LOWERING_H_
