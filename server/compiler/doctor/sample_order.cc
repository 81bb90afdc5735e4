#include "server/compiler/doctor/sample_order.h"

#include <algorithm>
#include <set>

namespace edgerack::compiler::doctor {
namespace {

constexpr int64_t kLine = 32;  // bytes of a cache line
constexpr char kOrderFix[] =
    "Wait until the inference has finished before its output is read, and keep inputs and outputs "
    "of a sample under one number.";
constexpr char kCacheFix[] =
    "Invalidate the D-cache over the output before reading it, and clean it over the input after "
    "writing it; align both buffers to 32 bytes and make their sizes multiples of 32.";

// For each given row the samples whose right outputs it is; its own first where that is one.
std::vector<std::vector<size_t>> Owners(const Trials& trials) {
  std::vector<std::vector<size_t>> owners(trials.given().size());
  for (size_t s = 0; s < owners.size(); ++s) {
    for (size_t t = 0; t < trials.clean().size(); ++t) {
      if (RowsEqual(trials.given()[s], trials.clean()[t], trials.tolerances())) {
        owners[s].push_back(t);
      }
    }
  }
  return owners;
}

bool Owns(const std::vector<std::vector<size_t>>& owners, size_t given, int64_t sample) {
  const int64_t n = static_cast<int64_t>(owners.size());
  const size_t wrapped = static_cast<size_t>(((sample % n) + n) % n);
  return std::find(owners[given].begin(), owners[given].end(), wrapped) != owners[given].end();
}

// How the rows were moved, for a person; empty where they were not.
std::string DescribeOrder(const std::vector<std::vector<size_t>>& owners) {
  const size_t n = owners.size();
  for (size_t k = 1; k < n; ++k) {
    bool shifted = true;
    for (size_t s = 0; s < n && shifted; ++s) {
      shifted = Owns(owners, s, static_cast<int64_t>(s) - static_cast<int64_t>(k));
    }
    if (shifted)
      return "every output is that of " + std::to_string(k) + " samples before (in turn)";
  }
  bool reversed = true;
  for (size_t s = 0; s < n && reversed; ++s)
    reversed = Owns(owners, s, static_cast<int64_t>(n - 1 - s));
  if (reversed) return "the outputs stand in reverse order";
  for (size_t t = 0; t < n; ++t) {
    bool same = true;
    for (size_t s = 0; s < n && same; ++s) same = Owns(owners, s, static_cast<int64_t>(t));
    if (same) return "every output is that of sample " + std::to_string(t);
  }
  std::string moves;
  int shown = 0;
  for (size_t s = 0; s < n; ++s) {
    if (owners[s].empty()) return "";
    if (Owns(owners, s, static_cast<int64_t>(s)) || ++shown > 4) continue;
    moves += (moves.empty() ? "" : ", ") + std::to_string(s) + " holds that of " +
             std::to_string(owners[s][0]);
  }
  return "the outputs belong to other samples: " + moves + (shown > 4 ? ", …" : "");
}

// True where all rows but the first `k` are those of `k` samples before; the first ones may hold
// anything.
bool Delayed(const std::vector<std::vector<size_t>>& owners, size_t k) {
  if (owners.size() < k + 2) return false;
  for (size_t s = k; s < owners.size(); ++s) {
    if (!Owns(owners, s, static_cast<int64_t>(s - k))) return false;
  }
  return true;
}

// Cache line of each value, by its place in its output's buffer.
std::vector<int64_t> LinesOf(const Observation& seen) {
  std::vector<int64_t> lines;
  int64_t first = 0;
  for (const OutputSamples& out : seen.outputs) {
    const int64_t width = out.bytes / std::max<int64_t>(1, out.elements);
    for (int64_t i = 0; i < out.elements; ++i) lines.push_back(first + i * width / kLine);
    first += (out.bytes + kLine - 1) / kLine;
  }
  return lines;
}

// True where every line of every output is that of its sample or the one before, and some are old.
bool HasOldLines(const Trials& trials) {
  const std::vector<int64_t> lines = LinesOf(trials.seen());
  if (lines.empty() || lines.back() == 0) return false;
  int64_t old = 0, fresh = 0;
  for (size_t s = 1; s < trials.given().size(); ++s) {
    for (size_t begin = 0; begin < lines.size();) {
      size_t end = begin;
      bool is_new = true, is_old = true;
      for (; end < lines.size() && lines[end] == lines[begin]; ++end) {
        const std::vector<Tolerance> one = {trials.tolerances()[end]};
        is_new = is_new && RowsEqual({trials.given()[s][end]}, {trials.clean()[s][end]}, one);
        is_old = is_old && RowsEqual({trials.given()[s][end]}, {trials.clean()[s - 1][end]}, one);
      }
      if (!is_new && !is_old) return false;
      old += !is_new;
      fresh += !is_old;
      begin = end;
    }
  }
  return old > 0 && fresh > 0;
}

}  // namespace

std::vector<KnownReading> OrderReadings(const Trials& trials) {
  std::vector<KnownReading> list;
  auto add = [&](const char* code, const std::string& what, const std::string& fix) {
    KnownReading reading;
    reading.code = code;
    reading.what = what;
    reading.fix = fix;
    reading.rows = trials.given();
    list.push_back(std::move(reading));
  };
  if (trials.given().size() < 2) return list;
  const auto owners = Owners(trials);
  std::string order = DescribeOrder(owners);
  bool before = Delayed(owners, 1);
  for (size_t k = 1; order.empty() && k <= 3; ++k) {
    if (Delayed(owners, k)) {
      order = "every output is that of " + std::to_string(k) +
              " samples before; the first ones hold something older";
    }
  }
  if (!order.empty()) add("SAMPLE_ORDER", order, kOrderFix);
  if (before) {
    add("STALE_CACHE_LINES", "a whole buffer was stale: every output is that of the sample before",
        kCacheFix);
  }
  if (HasOldLines(trials)) {
    add("STALE_CACHE_LINES",
        "some cache lines (32 bytes) of the output buffer still held the sample before", kCacheFix);
  }
  return list;
}

}  // namespace edgerack::compiler::doctor
