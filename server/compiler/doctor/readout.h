// The numbers a user reads from a model's outputs, and how near two sets of them are.
#ifndef SERVER_COMPILER_DOCTOR_READOUT_H_
#define SERVER_COMPILER_DOCTOR_READOUT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "server/compiler/doctor/observation.h"

namespace edgerack::compiler::doctor {

// All outputs of one sample, one after another, in the units they were given in.
using Row = std::vector<double>;
using Rows = std::vector<Row>;

// What the user gave, a row per sample.
Rows GivenRows(const Observation& seen);
// Raw outputs of `samples` samples as rows: an int8 output as integers, or as real values where
// floats were given for it.
Rows DecodeRows(const Observation& seen, const std::string& raw, int64_t samples);

// How far two numbers may be apart.
struct Tolerance {
  double equal = 0;  // the same arithmetic, printed or summed otherwise
  double near = 0;   // another runtime's rounding: one step of an int8 output
};
// One for each value of a row. Of float32 outputs both follow from the largest number in `clean`.
std::vector<Tolerance> TolerancesOf(const Observation& seen, const Rows& clean);

// Counts over all values of all rows.
struct Match {
  int64_t values = 0;
  int64_t equal = 0;
  int64_t near = 0;
  int64_t equal_rows = 0;  // rows whose values are all equal
  int64_t rows = 0;
  double max_error = 0;   // in the units given
  double mean_steps = 0;  // mean error in units of Tolerance::near, each at most 1000

  bool exact() const { return equal == values; }
  bool all_near() const { return near == values; }
};
// `given` and `predicted` have as many rows.
Match Compare(const Rows& given, const Rows& predicted, const std::vector<Tolerance>& tolerances);
bool RowsEqual(const Row& a, const Row& b, const std::vector<Tolerance>& tolerances);

}  // namespace edgerack::compiler::doctor

#endif  // SERVER_COMPILER_DOCTOR_READOUT_H_
