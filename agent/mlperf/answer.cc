#include "agent/mlperf/answer.h"

#include <cstdio>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace edgerack::agent {
namespace {

constexpr size_t kKeptLines = 12;
constexpr size_t kShownLineBytes = 200;
constexpr size_t kMostResults = 1 << 20;

// The text between `before` and `after`, which the line must be made of.
bool Between(const std::string& line, const std::string& before, const std::string& after,
             std::string& to) {
  if (line.size() < before.size() + after.size() || !absl::StartsWith(line, before) ||
      !absl::EndsWith(line, after)) {
    return false;
  }
  to = line.substr(before.size(), line.size() - before.size() - after.size());
  return true;
}

std::optional<std::vector<double>> Numbers(const std::string& text) {
  std::vector<double> numbers;
  for (const auto& word : absl::StrSplit(text, ',')) {
    const std::string number(word);
    double value = 0;
    // Some devices end the list with a comma.
    if (number.find_first_not_of(' ') == std::string::npos) continue;
    if (!absl::SimpleAtod(number, &value) || numbers.size() == kMostResults) return std::nullopt;
    numbers.push_back(value);
  }
  return numbers;
}

}  // namespace

void AddLine(const std::string& line, MlperfAnswer& answer) {
  if (line == "m-ready") {
    answer.ready = true;
    return;
  }
  if (line.empty()) return;
  if (answer.lines.size() < kMostLines) answer.lines.push_back(line);
  std::string text;
  int64_t us = 0;
  if (Between(line, "e-[", "]", text)) {
    answer.errors.push_back(text);
  } else if (absl::StartsWith(line, "Supplied buffer size ") ||
             absl::StartsWith(line, "Input db has ")) {
    answer.errors.push_back(line);
  } else if (Between(line, "m-name-dut-[", "]", text)) {
    answer.vendor = text;
  } else if (Between(line, "m-profile-[", "]", text)) {
    answer.profile = text;
  } else if (Between(line, "m-model-[", "]", text)) {
    answer.model = text;
  } else if (Between(line, "m-lap-us-", "", text) && absl::SimpleAtoi(text, &us)) {
    answer.laps_us.push_back(us);
  } else if (Between(line, "m-results-[", "]", text)) {
    answer.results = Numbers(text);
  } else if (line == "m-load-done") {
    answer.load_done = true;
  } else if (line == "m-infer-done") {
    answer.infer_done = true;
  }
}

std::vector<std::string> LineCutter::Feed(const std::string& bytes) {
  std::vector<std::string> lines;
  for (char c : bytes) {
    if (c == '\r') continue;
    if (c == '\n') {
      last_.push_back(line_.substr(0, kShownLineBytes));
      if (last_.size() > kKeptLines) last_.pop_front();
      lines.push_back(std::exchange(line_, ""));
      continue;
    }
    if (line_.size() >= kMostLineBytes) continue;
    if (c >= 0x20 && c <= 0x7E) {
      line_ += c;
    } else {
      char hex[8];
      std::snprintf(hex, sizeof hex, "\\x%02x", static_cast<unsigned char>(c));
      line_ += hex;
    }
  }
  return lines;
}

std::string LineCutter::Excerpt() const {
  std::string text;
  for (const std::string& line : last_) text += line + "\n";
  text += line_.substr(0, kShownLineBytes);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

}  // namespace edgerack::agent
