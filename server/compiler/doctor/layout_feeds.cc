// The order of the elements: channels first or last, height and width, red and blue.
#include <algorithm>
#include <set>

#include "server/compiler/doctor/hypothesis.h"

namespace edgerack::compiler::doctor {
namespace {

// order[i] of a row-major array of shape `shape` whose dimensions are read as `axes`, as
// numpy.transpose(x, axes) does.
std::vector<int32_t> TransposeOrder(const Shape& shape, const std::vector<int>& axes) {
  const size_t rank = shape.size();
  std::vector<int64_t> stride(rank, 1);
  for (size_t d = rank - 1; d > 0; --d) stride[d - 1] = stride[d] * shape[d];
  std::vector<int32_t> order;
  std::vector<int32_t> at(rank, 0);
  const int64_t count = ElementCount(shape);
  for (int64_t n = 0; n < count; ++n) {
    int64_t from = 0;
    for (size_t d = 0; d < rank; ++d) from += at[d] * stride[static_cast<size_t>(axes[d])];
    order.push_back(static_cast<int32_t>(from));
    for (size_t d = rank; d-- > 0;) {
      if (++at[d] < shape[static_cast<size_t>(axes[d])]) break;
      at[d] = 0;
    }
  }
  return order;
}

bool IsIdentity(const std::vector<int32_t>& order) {
  for (size_t i = 0; i < order.size(); ++i) {
    if (order[i] != static_cast<int32_t>(i)) return false;
  }
  return true;
}

struct Reordering {
  const char* code;
  std::vector<int> axes;
  std::string what;
  std::string fix;
};

std::vector<Reordering> Rank4(const Shape& s, bool channels_first) {
  const std::string name = ShapeText(s);
  const char* own = channels_first ? "NCHW" : "NHWC";
  const char* other = channels_first ? "NHWC" : "NCHW";
  const std::string layout_fix = std::string("Write the buffer in the model's order, ") + own +
                                 " " + name + ": transpose the array before it is copied.";
  const std::string swap_fix =
      "Swap the two spatial dimensions of the array before it is copied; the model's shape is " +
      name + ".";
  std::vector<Reordering> list;
  const std::vector<int> to_first = {0, 3, 1, 2}, to_last = {0, 2, 3, 1};
  list.push_back(
      {"LAYOUT_NCHW_NHWC", channels_first ? to_last : to_first,
       std::string("the input's elements stood in ") + other + " order in an " + own + " buffer",
       layout_fix});
  const int32_t channels = channels_first ? s[1] : s[3];
  if (channels > 1) {
    list.push_back({"LAYOUT_NCHW_NHWC", channels_first ? to_first : to_last,
                    std::string("an ") + own + " buffer was transposed as if it were " + other,
                    layout_fix});
  }
  list.push_back({"TRANSPOSED_HW",
                  channels_first ? std::vector<int>{0, 1, 3, 2} : std::vector<int>{0, 2, 1, 3},
                  "height and width of the input were swapped", swap_fix});
  return list;
}

std::vector<Reordering> Rank3(const Shape& s) {
  const std::string name = ShapeText(s);
  return {{"TRANSPOSED_HW",
           {0, 2, 1},
           "the last two dimensions of the input were swapped",
           "Swap the last two dimensions of the array before it is copied; the model's shape is " +
               name + "."},
          {"LAYOUT_NCHW_NHWC",
           {0, 2, 1},
           "the input's channels stood first where the model has them last, or the other way round",
           "Write the buffer in the model's order, " + name + "."}};
}

// Channels in reverse, as BGR for RGB.
std::vector<int32_t> ReverseChannels(const Shape& s, bool channels_first) {
  std::vector<int32_t> order;
  const int64_t count = ElementCount(s);
  const int32_t channels = channels_first ? s[1] : s[3];
  const int64_t plane = channels_first ? int64_t{s[2]} * s[3] : 1;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t c = i / plane % channels;
    order.push_back(static_cast<int32_t>(i + (channels - 1 - 2 * c) * plane));
  }
  return order;
}

}  // namespace

void AddLayoutFeeds(const Observation& seen, std::vector<Feed>& feeds) {
  for (size_t i = 0; i < seen.inputs.size(); ++i) {
    const InputSamples& in = seen.inputs[i];
    std::set<std::vector<int32_t>> layouts;  // two shapes of one input may give the same order
    auto add = [&](const char* code, std::vector<int32_t> order, const std::string& what,
                   const std::string& fix) {
      if (IsIdentity(order)) return;
      std::vector<int32_t> key = order;
      key.push_back(code[0]);
      if (!layouts.insert(key).second) return;
      Feed feed;
      feed.code = code;
      feed.what = what;
      feed.fix = fix;
      feed.input = i;
      feed.order = std::move(order);
      feeds.push_back(std::move(feed));
    };
    for (const Shape& view : in.views) {
      // Only the declared shape is the file's; what reshapes make of it has channels last.
      const bool first = in.channels_first && view == in.shape;
      std::vector<Reordering> list;
      if (view.size() == 4) list = Rank4(view, first);
      if (view.size() == 3) list = Rank3(view);
      if (view.size() == 2 && view[0] > 1) {
        list = {{"TRANSPOSED_HW",
                 {1, 0},
                 "the input's two dimensions were swapped",
                 "Transpose the array before it is copied; the model's shape is " +
                     ShapeText(view) + "."}};
      }
      for (Reordering& r : list) add(r.code, TransposeOrder(view, r.axes), r.what, r.fix);
      if (view.size() == 4 && view[first ? 1 : 3] == 3) {
        add("CHANNEL_ORDER", ReverseChannels(view, first),
            "the input's three channels were in reverse, as BGR for RGB",
            "Swap the first and the third channel before the copy, or set the camera to RGB.");
      }
    }
  }
}

}  // namespace edgerack::compiler::doctor
