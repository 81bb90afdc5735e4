// The best few values for many weights: k-means in one dimension.
#ifndef SERVER_COMPILER_QUANT_CODEBOOK_H_
#define SERVER_COMPILER_QUANT_CODEBOOK_H_

#include <cstdint>
#include <vector>

namespace edgerack::compiler {

struct Codebook {
  std::vector<float> values;   // 2^bits, ascending; the last one repeated where fewer are needed
  std::vector<uint8_t> codes;  // of each weight: the value next to it
  double rmse = 0;             // of the weights
  double sqnr_db = 0;          // weights over that error, in dB; infinite where there is none
};

// Lloyd's algorithm, begun with the weights' quantiles, until no value moves: the same weights
// always give the same codebook. `bits`: 1 .. 8. Weights must be finite and at least one.
Codebook MakeCodebook(const std::vector<float>& weights, int bits);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_QUANT_CODEBOOK_H_
