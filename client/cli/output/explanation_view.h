// Why a result took its time, for a terminal.
#ifndef CLIENT_CLI_OUTPUT_EXPLANATION_VIEW_H_
#define CLIENT_CLI_OUTPUT_EXPLANATION_VIEW_H_

#include <string>

#include "edgerack/v1/explanations.pb.h"

namespace edgerack::cli {

// The causes, the largest first, then each layer beside its bounds.
std::string RenderExplanation(const v1::Explanation& explanation);

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_OUTPUT_EXPLANATION_VIEW_H_
