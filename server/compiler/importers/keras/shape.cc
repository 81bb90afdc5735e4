// Layers that move elements.
#include "server/compiler/importers/keras/layers.h"
#include "server/compiler/importers/keras/window.h"

namespace edgerack::compiler::keras {
namespace {

// [before, after] per spatial dimension from a number, a list, or a list of pairs.
std::vector<int64_t> Pairs(LayerContext& c, const char* key, size_t spatial) {
  const nlohmann::json value = c.Member(key);
  std::vector<int64_t> pairs;
  auto add = [&](const nlohmann::json& item) {
    if (item.is_number_integer()) {
      pairs.insert(pairs.end(), 2, item.get<int64_t>());
    } else if (item.is_array() && item.size() == 2 && item[0].is_number_integer() &&
               item[1].is_number_integer()) {
      pairs.push_back(item[0].get<int64_t>());
      pairs.push_back(item[1].get<int64_t>());
    }
  };
  if (value.is_number_integer()) {
    for (size_t d = 0; d < spatial; ++d) add(value);
  } else if (spatial == 1) {
    add(value);
  } else if (value.is_array()) {
    for (const auto& item : value) add(item);
  }
  bool good = pairs.size() == 2 * spatial;
  for (int64_t amount : pairs) good = good && amount >= 0 && amount <= 65535;
  if (good) return pairs;
  c.FailConfig(key, value.dump().substr(0, 80), "are pairs of numbers from 0 to 65535",
               "Save the model again with such numbers");
  return std::vector<int64_t>(2 * spatial, 0);
}

}  // namespace

void ImportIdentity(LayerContext& c) { c.Output(c.In()); }

void ImportFlatten(LayerContext& c) {
  const TensorId x = c.In();
  c.RequireChannelsLast();
  if (!c.ok()) return;
  const int64_t batch = c.ShapeOf(x).at(0);
  const int64_t rest = ElementCount(c.ShapeOf(x)) / batch;
  c.Output(c.Reshape(x, {static_cast<int32_t>(batch), static_cast<int32_t>(rest)}));
}

void ImportReshape(LayerContext& c) {
  const TensorId x = c.In();
  if (!c.ok()) return;
  const nlohmann::json target = c.Member("target_shape");
  Shape shape = {c.ShapeOf(x).at(0)};
  int64_t known = shape[0];
  size_t open = 0;
  for (const auto& dim : target.is_array() ? target : nlohmann::json::array()) {
    const int64_t value = dim.is_number_integer() ? dim.get<int64_t>() : 0;
    if (value == -1) open = shape.size();
    if (value != -1 && (value < 1 || value > INT32_MAX / std::max<int64_t>(known, 1))) {
      return c.FailConfig("target_shape", target.dump().substr(0, 80),
                          "are positive numbers, one of them may be -1",
                          "Build the model with such a shape");
    }
    if (value != -1) known *= value;
    shape.push_back(static_cast<int32_t>(value));
  }
  const int64_t elements = ElementCount(c.ShapeOf(x));
  if (open != 0) shape[open] = static_cast<int32_t>(elements / known);
  c.Output(c.Reshape(x, shape));
}

void ImportPermute(LayerContext& c) {
  const TensorId x = c.In();
  if (!c.ok()) return;
  std::vector<int64_t> perm = c.Ints("dims", c.ShapeOf(x).size() - 1);
  perm.insert(perm.begin(), 0);
  c.Output(c.Transpose(x, perm));
}

void ImportRepeatVector(LayerContext& c) {
  const TensorId x = c.In();
  c.RequireRank(x, 2);
  const int64_t n = c.Int("n", 0);
  if (!c.ok()) return;
  if (n < 1 || n > 65535) {
    return c.FailConfig("n", std::to_string(n), "are 1 to 65535", "Repeat it so many times");
  }
  const Shape in = c.ShapeOf(x);
  c.Output(c.Emit("expand", {c.Reshape(x, {in[0], 1, in[1]})},
                  {{"shape", std::vector<int64_t>{in[0], n, in[1]}}}));
}

void ImportZeroPadding(LayerContext& c) {
  const TensorId x = AsImage(c, c.In());
  const size_t spatial = SpatialDims(c);
  const std::vector<int64_t> pairs = Pairs(c, "padding", spatial);
  if (!c.ok()) return;
  std::vector<int64_t> pads(8, 0);
  std::copy(pairs.begin(), pairs.end(), pads.begin() + (spatial == 2 ? 2 : 4));
  c.Output(FromImage(c, c.Emit("pad", {x}, {{"pads", pads}}), spatial));
}

void ImportCropping(LayerContext& c) {
  const TensorId x = AsImage(c, c.In());
  const size_t spatial = SpatialDims(c);
  const std::vector<int64_t> pairs = Pairs(c, "cropping", spatial);
  if (!c.ok()) return;
  const Shape shape = c.ShapeOf(x);
  std::vector<int64_t> begin(4, 0);
  std::vector<int64_t> end(shape.begin(), shape.end());
  for (size_t i = 0; i < spatial; ++i) {
    const size_t d = 3 - spatial + i;
    begin[d] = pairs[2 * i];
    end[d] -= pairs[2 * i + 1];
    if (begin[d] >= end[d]) {
      return c.FailConfig("cropping", c.Member("cropping").dump().substr(0, 80),
                          "are croppings that leave something of the input's " + ShapeText(shape),
                          "Crop less, or feed a larger input");
    }
  }
  c.Output(FromImage(c, c.Slice(x, begin, end), spatial));
}

}  // namespace edgerack::compiler::keras
