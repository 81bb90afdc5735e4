// Where a board's execution first leaves the host's, from the CRCs of every layer's outputs.
#ifndef SERVER_ANALYSIS_TRACE_H_
#define SERVER_ANALYSIS_TRACE_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "server/core/measurement.h"
#include "server/core/result.h"

namespace edgerack::analysis {

// What the host computed: per sample the layers in order, of each its outputs in order.
struct HostTrace {
  std::vector<int64_t> outputs;  // of each layer
  std::vector<uint32_t> crc32;
};

struct TraceComparison {
  int64_t samples = 0;         // compared, to the last layer
  std::vector<int64_t> first;  // per sample the first layer that differs; -1: none does
};

// Whole samples only; the shorter of both decides how many are compared.
TraceComparison CompareTraces(const HostTrace& host, const core::BoardTrace& board);

// Sets agreement.traced_samples and first_divergent_layer, marks the layers where samples first
// differ with finding BOARD_HOST_MISMATCH, and has the issue of that code name the first of them;
// there is one even where the outputs agree: INVALID where integer arithmetic `must_be_exact`,
// DEGRADED otherwise. TRACE_INCOMPLETE tells the board's note.
void AddTrace(const TraceComparison& comparison, const core::BoardTrace& board, bool must_be_exact,
              core::Result& result);

}  // namespace edgerack::analysis

#endif  // SERVER_ANALYSIS_TRACE_H_
