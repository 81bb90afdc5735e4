// Results as a person reads them.
#ifndef CLIENT_CLI_OUTPUT_RESULT_VIEW_H_
#define CLIENT_CLI_OUTPUT_RESULT_VIEW_H_

#include <string>

#include "edgerack/v1/results.pb.h"

namespace edgerack::cli {

// Everything of one result: verdict, time, memory, accuracy, agreement, heaviest layers, stages.
// A line whose facts are unknown is left out.
std::string RenderResult(const v1::Result& result);

// The windows of MLPerf Tiny's performance mode; empty without.
std::string RenderWindows(const v1::Result& result);

// Which functions of the firmware the time went to, by samples of the program counter.
std::string RenderFunctions(const v1::Result& result);

// The layers with kernels, shapes, cycles and shares; with the board's clock also milliseconds.
std::string RenderLayers(const v1::Result& result);

// Up to `count` layer names with their share of all layer cycles, heaviest first, e.g.
// "features 61 %, stem 22 %, logits 9 %".
std::string HeaviestLayers(const v1::Result& result, int count);

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_OUTPUT_RESULT_VIEW_H_
