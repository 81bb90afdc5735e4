// Which of a dataset's samples go to the board.
#ifndef SERVER_CONTROL_SAMPLES_H_
#define SERVER_CONTROL_SAMPLES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "server/compile_client/compile_client.h"

namespace edgerack::control {

// `wanted` indices evenly spaced over 0 .. available-1, ascending, without repetition; all of them
// when there are not more.
std::vector<int64_t> EvenlySpaced(int64_t available, int64_t wanted);

// The same with seed 0; another seed draws them at random, every choice alike, the same one from
// the same seed everywhere.
std::vector<int64_t> SampleIndices(int64_t available, int64_t wanted, int64_t seed);

// The samples of SampleIndices, in order.
compile_client::PrepareOutput Choose(const compile_client::PrepareOutput& all, int64_t wanted,
                                     int64_t seed);

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_SAMPLES_H_
