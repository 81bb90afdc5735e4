// larq's layers: Keras layers whose inputs and kernels pass through quantizers of one or a few bits
// (docs.larq.dev/larq/api/layers, .../quantizers).
#ifndef SERVER_COMPILER_IMPORTERS_KERAS_LARQ_H_
#define SERVER_COMPILER_IMPORTERS_KERAS_LARQ_H_

#include <string>
#include <vector>

#include "server/compiler/importers/keras/layer_config.h"

namespace edgerack::compiler::keras {

// The classes of its layers with a kernel.
std::vector<std::string> LarqLayers();

// True for larq's layers and quantizers, with the package in front ("Larq>QuantConv2D") as larq
// writes since 0.8, or without.
bool IsLarq(const LayerCall& call);

// The Keras class that a larq layer without quantizers and with zero padding is ("Conv2D" of
// QuantConv2D); "" where it quantizes, pads with another value, or is no layer with a kernel.
std::string PlainClassOf(const LayerCall& call);

// True for the quantizers, which may also stand where an activation does ("ste_sign",
// "Larq>SteSign").
bool IsLarqQuantizer(const std::string& name);

// BINARY_LAYER: the quantizers and the padding as they are configured, and what runs today.
absl::Status RefuseLarq(const LayerCall& call);
absl::Status RefuseLarqQuantizer(const std::string& name);

}  // namespace edgerack::compiler::keras

#endif  // SERVER_COMPILER_IMPORTERS_KERAS_LARQ_H_
