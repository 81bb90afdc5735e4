// The handlers of layers.inc, each in the file of its kind.
#ifndef SERVER_COMPILER_IMPORTERS_KERAS_LAYERS_H_
#define SERVER_COMPILER_IMPORTERS_KERAS_LAYERS_H_

#include "server/compiler/importers/keras/layer_context.h"

namespace edgerack::compiler::keras {

#define ER_LAYER(name, handler, graph_op) void handler(LayerContext& c);
#include "server/compiler/importers/keras/layers.inc"
#undef ER_LAYER

// What Dense does, with a configuration that may be that of a layer inside another.
void DenseLayer(LayerContext& c, const nlohmann::json& config);

}  // namespace edgerack::compiler::keras

#endif  // SERVER_COMPILER_IMPORTERS_KERAS_LAYERS_H_
