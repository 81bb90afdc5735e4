// Numbers as text: a line for each row.
#ifndef CLIENT_CLI_IMAGE_CSV_H_
#define CLIENT_CLI_IMAGE_CSV_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace edgerack::cli {

struct NumberTable {
  int64_t rows = 0;
  int64_t columns = 0;
  std::vector<double> values;  // row by row
};

// Separators are commas, semicolons, tabs or spaces; empty lines and lines that start with # are
// skipped. BAD_INPUT, naming line and column: no numbers, something that is none, NaN or infinity,
// rows of different lengths.
absl::StatusOr<NumberTable> ParseCsv(std::string_view text);

}  // namespace edgerack::cli

#endif  // CLIENT_CLI_IMAGE_CSV_H_
