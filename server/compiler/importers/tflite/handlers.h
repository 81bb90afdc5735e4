// The handlers by kind of operator, each in import_<kind>.cc.
#ifndef SERVER_COMPILER_IMPORTERS_TFLITE_HANDLERS_H_
#define SERVER_COMPILER_IMPORTERS_TFLITE_HANDLERS_H_

#include <vector>

#include "server/compiler/importers/tflite/import_node.h"

namespace edgerack::compiler {

std::vector<TfliteHandler> ConvolutionHandlers();
std::vector<TfliteHandler> PoolHandlers();
std::vector<TfliteHandler> ProductHandlers();
std::vector<TfliteHandler> ElementwiseHandlers();
std::vector<TfliteHandler> ReductionHandlers();
std::vector<TfliteHandler> NormalizationHandlers();
std::vector<TfliteHandler> RecurrentHandlers();
std::vector<TfliteHandler> MovementHandlers();
std::vector<TfliteHandler> JoinHandlers();
std::vector<TfliteHandler> SliceHandlers();
std::vector<TfliteHandler> IndexHandlers();
std::vector<TfliteHandler> ImageHandlers();
std::vector<TfliteHandler> ConstantHandlers();

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_IMPORTERS_TFLITE_HANDLERS_H_
