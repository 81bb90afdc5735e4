// Bytes in another order, and bytes of an earlier sample that a cache kept back.
#include <algorithm>

#include "server/compiler/doctor/hypothesis.h"

namespace edgerack::compiler::doctor {
namespace {

constexpr size_t kLine = 32;  // bytes of a cache line of Cortex-M7 and M55
constexpr size_t kMostEnds = 64;

std::string ReverseGroups(const std::string& raw, size_t group) {
  std::string out = raw;
  for (size_t begin = 0; begin + group <= out.size(); begin += group) {
    std::reverse(out.begin() + static_cast<std::ptrdiff_t>(begin),
                 out.begin() + static_cast<std::ptrdiff_t>(begin + group));
  }
  return out;
}

}  // namespace

void AddByteOrderFeeds(const Observation& seen, std::vector<Feed>& feeds) {
  for (size_t i = 0; i < seen.inputs.size(); ++i) {
    const InputSamples& in = seen.inputs[i];
    const size_t width = static_cast<size_t>(DTypeBytes(in.dtype));
    auto add = [&](size_t group, const std::string& what) {
      Feed feed;
      feed.code = "BYTE_ORDER";
      feed.what = what;
      feed.fix =
          "Send little-endian numbers, and copy bytes as bytes: no 16- or 32-bit swap in "
          "DMA, SPI or the file.";
      feed.input = i;
      feed.change = [group](const std::string& raw, int64_t) { return ReverseGroups(raw, group); };
      feeds.push_back(std::move(feed));
    };
    if (width > 1) add(width, "the input's numbers had their bytes in reverse (big-endian)");
    if (width == 4) add(2, "the bytes of each 16-bit half of the input's numbers were swapped");
    if (width == 1) {
      add(4, "the input's bytes were reversed within each 32-bit word");
      add(2, "neighbouring bytes of the input were swapped");
      add(8, "the input's bytes were reversed within each 64-bit word");
    }
    add(static_cast<size_t>(in.bytes), "the input's bytes stood in reverse from last to first");
  }
}

Feed StaleLinesFeed(const InputSamples& in, size_t index, std::vector<bool> stale, bool zeros,
                    const std::string& which) {
  Feed feed;
  feed.code = "STALE_CACHE_LINES";
  feed.what = which + " of the input buffer still held " +
              (zeros ? "zeros" : "the sample before (zeros at first)");
  feed.fix =
      "Clean the D-cache over the buffer after writing it (SCB_CleanDCache_by_Addr), before "
      "anything else reads it; align it to 32 bytes and make its size a multiple of 32.";
  feed.input = index;
  feed.change = [&in, stale = std::move(stale), zeros](const std::string& raw, int64_t sample) {
    const std::string before =
        zeros || sample == 0 ? std::string(raw.size(), '\0') : in.RawOf(sample - 1);
    std::string out = raw;
    for (size_t line = 0; line < stale.size(); ++line) {
      if (!stale[line]) continue;
      const size_t begin = line * kLine;
      const size_t count = std::min(kLine, out.size() - begin);
      out.replace(begin, count, before, begin, count);
    }
    return out;
  };
  return feed;
}

size_t LineCount(const InputSamples& in) {
  return (static_cast<size_t>(in.bytes) + kLine - 1) / kLine;
}

void AddStaleLineFeeds(const Observation& seen, std::vector<Feed>& feeds) {
  for (size_t i = 0; i < seen.inputs.size(); ++i) {
    const InputSamples& in = seen.inputs[i];
    const size_t lines = LineCount(in);
    const size_t step = std::max<size_t>(1, lines / kMostEnds);
    for (bool zeros : {false, true}) {
      if (zeros && seen.samples == 1) continue;  // as the first sample's
      auto add = [&](auto is_stale, const std::string& which) {
        std::vector<bool> stale(lines);
        for (size_t line = 0; line < lines; ++line) stale[line] = is_stale(line);
        feeds.push_back(StaleLinesFeed(in, i, std::move(stale), zeros, which));
      };
      add([](size_t) { return true; }, "all lines");
      for (size_t k = step; k < lines; k += step) {
        const std::string count = std::to_string(k) + " cache lines (32 bytes each)";
        add([k](size_t line) { return line < k; }, "the first " + count);
        add([k, lines](size_t line) { return line >= lines - k; }, "the last " + count);
      }
      for (size_t period : {2, 4, 8}) {
        for (size_t phase = 0; phase < period && phase < 2; ++phase) {
          add([=](size_t line) { return line % period == phase; },
              "one in " + std::to_string(period) + " cache lines (32 bytes each)");
        }
      }
    }
  }
}

}  // namespace edgerack::compiler::doctor
