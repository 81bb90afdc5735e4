#include "client/cli/image/csv.h"

#include <charconv>
#include <cmath>

#include "client/cli/image/refusal.h"

namespace edgerack::cli {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::string_view Stripped(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// Up to the next separator, which is taken too: a comma or semicolon with blanks around it, or a
// run of blanks. `more` tells whether a separator was there, so that another cell has to follow.
std::string_view NextCell(std::string_view& rest, bool& more) {
  const size_t end = rest.find_first_of(",; \t");
  const std::string_view cell = rest.substr(0, end);
  more = end != std::string_view::npos;
  rest.remove_prefix(more ? end : rest.size());
  bool marked = false;
  while (!rest.empty()) {
    const bool mark = rest[0] == ',' || rest[0] == ';';
    const bool blank = rest[0] == ' ' || rest[0] == '\t';
    if ((!mark && !blank) || (mark && marked)) break;
    marked = marked || mark;
    rest.remove_prefix(1);
  }
  return cell;
}

std::string Where(int64_t line, int64_t column) {
  return "line " + std::to_string(line) + ", column " + std::to_string(column) + ": ";
}

absl::StatusOr<double> Number(std::string_view cell, int64_t line, int64_t column) {
  const std::string_view digits =
      !cell.empty() && cell[0] == '+' ? cell.substr(1) : cell;  // from_chars knows no plus
  double value = 0;
  const auto end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value);
  if (digits.empty() || stop != end || error == std::errc::invalid_argument) {
    return BadInput(Where(line, column) + "\"" + std::string(cell.substr(0, 40)) +
                    "\" is not a number" +
                    (line == 1 ? "; a header line has to start with #" : ""));
  }
  if (error == std::errc::result_out_of_range || !std::isfinite(value)) {
    return BadInput(Where(line, column) + std::string(cell.substr(0, 40)) +
                    " is not a finite number; clean the data");
  }
  return value;
}

absl::Status AddRow(std::string_view line_text, int64_t line, NumberTable& table) {
  int64_t columns = 0;
  std::string_view rest = line_text;
  for (bool more = true; more;) {
    const std::string_view cell = NextCell(rest, more);
    ER_ASSIGN_OR_RETURN(double value, Number(cell, line, columns + 1));
    table.values.push_back(value);
    ++columns;
  }
  if (table.rows > 0 && columns != table.columns) {
    return BadInput("line " + std::to_string(line) + " has " + std::to_string(columns) +
                    " numbers, the lines before it " + std::to_string(table.columns));
  }
  table.columns = columns;
  ++table.rows;
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<NumberTable> ParseCsv(std::string_view text) {
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    text.remove_prefix(kByteOrderMark.size());
  }
  NumberTable table;
  for (int64_t line = 1; !text.empty(); ++line) {
    const size_t end = text.find('\n');
    const std::string_view row = Stripped(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (row.empty() || row[0] == '#') continue;
    ER_RETURN_IF_ERROR(AddRow(row, line, table));
  }
  if (table.rows == 0) return BadInput("the csv holds no numbers");
  return table;
}

}  // namespace edgerack::cli
