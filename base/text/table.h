// A table for people: columns as wide as their content, numbers to the right.
#ifndef BASE_TEXT_TABLE_H_
#define BASE_TEXT_TABLE_H_

#include <cstdint>
#include <string>
#include <vector>

namespace edgerack {

class Table {
 public:
  enum class Align { kLeft, kRight };
  struct Column {
    std::string title;
    Align align = Align::kLeft;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  // Missing cells are empty; cells beyond the last column are dropped.
  void Add(std::vector<std::string> row);
  // Lines end with a newline; no trailing spaces. Cells are UTF-8; width counts code points.
  std::string Render() const;

  // From now on tables of this process try to be at most so wide: the widest columns of text are
  // cut, numbers never. 0, as at the start: as wide as they like. Call before threads start.
  static void FitTo(size_t columns);

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// 1234567 as "1,234,567".
std::string Grouped(int64_t number);
// With `digits` decimals, e.g. Fixed(3.14159, 2) == "3.14".
std::string Fixed(double number, int digits);

}  // namespace edgerack

#endif  // BASE_TEXT_TABLE_H_
