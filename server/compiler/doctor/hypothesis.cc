#include "server/compiler/doctor/hypothesis.h"

namespace edgerack::compiler::doctor {

std::string FedBytes(const Feed& feed, const InputSamples& in, int64_t sample) {
  std::string raw;
  if (feed.order.empty() && !feed.encode) {
    raw = in.RawOf(sample);
  } else {
    std::vector<float> real = in.RealOf(sample);
    if (!feed.order.empty()) {
      std::vector<float> moved(real.size());
      for (size_t i = 0; i < moved.size(); ++i) {
        moved[i] = real[static_cast<size_t>(feed.order[i])];
      }
      real = std::move(moved);
    }
    raw = feed.encode ? feed.encode(real) : in.Encode(real);
  }
  if (feed.change) raw = feed.change(raw, sample);
  raw.resize(static_cast<size_t>(in.bytes), '\0');
  return raw;
}

std::optional<Feed> Compose(const Feed& a, const Feed& b) {
  if (a.input != b.input || std::string_view(a.code) == b.code) return std::nullopt;
  // A stage that is set twice, or an earlier one behind a later one, would be another feed.
  const bool a_later = a.change != nullptr;
  if (a_later || (a.encode && b.encode) || !b.order.empty()) return std::nullopt;
  if (a.encode && !b.change) return std::nullopt;
  Feed both = b;
  if (!a.order.empty()) both.order = a.order;
  if (a.encode) both.encode = a.encode;
  both.what = a.what + ", and " + b.what;
  both.fix = a.fix + " " + b.fix;
  return both;
}

}  // namespace edgerack::compiler::doctor
