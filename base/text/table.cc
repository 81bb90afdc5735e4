#include "base/text/table.h"

#include <algorithm>
#include <cstdio>

namespace edgerack {
namespace {

size_t Width(const std::string& text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

size_t most_columns = 0;
constexpr size_t kLeastColumn = 8;
constexpr size_t kGap = 2;  // between columns

std::string Cut(const std::string& text, size_t width) {
  if (Width(text) <= width) return text;
  size_t seen = 0, end = 0;
  while (end < text.size() && seen + 1 < width) {
    ++end;
    while (end < text.size() && (text[end] & 0xC0) == 0x80) ++end;
    ++seen;
  }
  return text.substr(0, end) + "…";
}

// Takes from the widest columns of text until all fit.
void Narrow(const std::vector<Table::Column>& columns, std::vector<size_t>& widths) {
  size_t all = kGap * (widths.size() - 1);
  for (size_t width : widths) all += width;
  while (most_columns != 0 && all > most_columns) {
    size_t widest = widths.size();
    for (size_t c = 0; c < widths.size(); ++c) {
      const size_t least = std::max(kLeastColumn, Width(columns[c].title));
      if (columns[c].align != Table::Align::kLeft || widths[c] <= least) continue;
      if (widest == widths.size() || widths[c] > widths[widest]) widest = c;
    }
    if (widest == widths.size()) return;  // nothing is left to take
    --widths[widest];
    --all;
  }
}

std::string Pad(const std::string& text, size_t width, Table::Align align) {
  std::string spaces(width - std::min(width, Width(text)), ' ');
  return align == Table::Align::kLeft ? text + spaces : spaces + text;
}

}  // namespace

void Table::Add(std::vector<std::string> row) {
  row.resize(columns_.size());
  rows_.push_back(std::move(row));
}

std::string Table::Render() const {
  std::vector<size_t> widths;
  for (size_t c = 0; c < columns_.size(); ++c) {
    size_t width = Width(columns_[c].title);
    for (const auto& row : rows_) width = std::max(width, Width(row[c]));
    widths.push_back(width);
  }
  if (!widths.empty()) Narrow(columns_, widths);
  std::string text;
  auto line = [&](auto cell) {
    std::string one;
    for (size_t c = 0; c < columns_.size(); ++c) {
      one += (c ? std::string(kGap, ' ') : "") +
             Pad(Cut(cell(c), widths[c]), widths[c], columns_[c].align);
    }
    one.erase(one.find_last_not_of(' ') + 1);
    text += one + "\n";
  };
  line([&](size_t c) { return columns_[c].title; });
  line([&](size_t c) { return std::string(widths[c], '-'); });
  for (const auto& row : rows_) {
    line([&](size_t c) { return row[c]; });
  }
  return text;
}

void Table::FitTo(size_t columns) { most_columns = columns; }

std::string Grouped(int64_t number) {
  std::string digits = std::to_string(number < 0 ? -number : number);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<size_t>(at), ",");
  }
  return number < 0 ? "-" + digits : digits;
}

std::string Fixed(double number, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, number);
  return text;
}

}  // namespace edgerack
