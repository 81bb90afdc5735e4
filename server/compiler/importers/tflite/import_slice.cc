// SLICE, STRIDED_SLICE, SPLIT, SPLIT_V, UNPACK
#include <numeric>

#include "server/compiler/importers/tflite/handlers.h"
#include "server/compiler/ir/refusal.h"

namespace edgerack::compiler {
namespace {

constexpr int64_t kEnd = int64_t{1} << 40;  // beyond every dimension

absl::Status ImportSlice(NodeContext& c) {
  ER_ASSIGN_OR_RETURN(std::vector<int64_t> begin, c.Integers(1, "begin"));
  ER_ASSIGN_OR_RETURN(std::vector<int64_t> size, c.Integers(2, "size"));
  std::vector<int64_t> end;
  if (begin.size() != size.size()) {
    return Refuse("BAD_MODEL_FILE", "begin and size differ in length; export the model again");
  }
  for (size_t d = 0; d < size.size(); ++d) {
    if (begin[d] < 0 || begin[d] > kEnd || size[d] < -1 || size[d] > kEnd) {
      return Refuse("UNSUPPORTED_ATTRIBUTE", "begin is " + std::to_string(begin[d]) + ", size is " +
                                                 std::to_string(size[d]) + " of dimension " +
                                                 std::to_string(d) +
                                                 "; supported are a begin of at least 0 and a size "
                                                 "of at least -1. Convert the model again");
    }
    end.push_back(size[d] == -1 ? kEnd : begin[d] + size[d]);
  }
  c.Append("slice", {c.inputs[0]}, c.outputs[0], {{"begin", begin}, {"end", end}});
  return absl::OkStatus();
}

// What a strided slice means for each dimension of its input, and the shape it leaves.
struct Slicing {
  std::vector<int64_t> begin, end, steps;
  bool reshapes = false;  // dimensions are dropped or added

  void Add(int64_t from, int64_t to, int64_t step) {
    begin.push_back(from);
    end.push_back(to);
    steps.push_back(step);
  }
};

struct Masks {
  int32_t begin, end, ellipsis, new_axis, shrink_axis;
};

bool Has(int32_t mask, size_t i) { return (static_cast<uint32_t>(mask) >> i & 1) != 0; }

absl::StatusOr<Slicing> Resolve(const Shape& shape, const std::vector<int64_t>& begin,
                                const std::vector<int64_t>& end, const std::vector<int64_t>& steps,
                                const Masks& masks) {
  Slicing s;
  size_t named = 0;  // dimensions of the input that have an entry of their own
  for (size_t i = 0; i < begin.size(); ++i) {
    if (!Has(masks.ellipsis, i) && !Has(masks.new_axis, i)) ++named;
  }
  if (named > shape.size()) {
    return Refuse("BAD_MODEL_FILE", "it slices " + std::to_string(named) + " dimensions of shape " +
                                        ShapeText(shape));
  }
  for (size_t i = 0; i < begin.size(); ++i) {
    if (Has(masks.ellipsis, i)) {
      for (size_t k = named; k < shape.size() && s.begin.size() < shape.size(); ++k) {
        s.Add(0, kEnd, 1);
      }
    } else if (Has(masks.new_axis, i)) {
      s.reshapes = true;
    } else if (s.begin.size() == shape.size()) {
      return Refuse("BAD_MODEL_FILE", "its masks name more dimensions than its input has");
    } else if (Has(masks.shrink_axis, i)) {
      if (begin[i] < -kEnd || begin[i] > kEnd) {
        return Refuse("BAD_MODEL_FILE", "it takes element " + std::to_string(begin[i]));
      }
      const int64_t at = begin[i] < 0 ? begin[i] + shape[s.begin.size()] : begin[i];
      s.Add(at, at + 1, 1);
      s.reshapes = true;
    } else {
      const bool forward = steps[i] > 0;
      s.Add(Has(masks.begin, i) ? (forward ? 0 : kEnd) : begin[i],
            Has(masks.end, i) ? (forward ? kEnd : -kEnd) : end[i], steps[i]);
    }
  }
  while (s.begin.size() < shape.size()) s.Add(0, kEnd, 1);
  return s;
}

absl::Status ImportStridedSlice(NodeContext& c) {
  const auto* o = c.op.raw->options_as_StridedSliceOptions();
  if (o == nullptr) return NoOptions("StridedSliceOptions");
  ER_ASSIGN_OR_RETURN(std::vector<int64_t> begin, c.Integers(1, "begin"));
  ER_ASSIGN_OR_RETURN(std::vector<int64_t> end, c.Integers(2, "end"));
  ER_ASSIGN_OR_RETURN(std::vector<int64_t> steps, c.Integers(3, "strides"));
  if (begin.size() > 32 || end.size() != begin.size() || steps.size() != begin.size()) {
    return Refuse("BAD_MODEL_FILE", "begin, end and strides differ in length");
  }
  if (o->offset()) {  // end counts from begin
    for (size_t i = 0; i < end.size(); ++i) {
      end[i] =
          static_cast<int64_t>(static_cast<uint64_t>(end[i]) + static_cast<uint64_t>(begin[i]));
    }
  }
  ER_ASSIGN_OR_RETURN(Slicing s, Resolve(c.in(0).shape, begin, end, steps,
                                         {o->begin_mask(), o->end_mask(), o->ellipsis_mask(),
                                          o->new_axis_mask(), o->shrink_axis_mask()}));
  const Attributes attributes = {{"begin", s.begin}, {"end", s.end}, {"steps", s.steps}};
  if (!s.reshapes) {
    c.Append("slice", {c.inputs[0]}, c.outputs[0], attributes);
    return absl::OkStatus();
  }
  ER_ASSIGN_OR_RETURN(TensorId part, c.Step("slice", {c.inputs[0]}, "slice", attributes));
  c.ReshapeTo(part);
  return absl::OkStatus();
}

Attributes Part(size_t axis, int64_t from, int64_t count) {
  return {{"begin", std::vector<int64_t>{from}},
          {"end", std::vector<int64_t>{from + count}},
          {"axes", std::vector<int64_t>{static_cast<int64_t>(axis)}}};
}

absl::Status Cut(NodeContext& c, TensorId x, size_t axis, const std::vector<int64_t>& sizes) {
  int64_t from = 0;
  for (size_t i = 0; i < sizes.size(); ++i) {
    c.Append("slice", {x}, c.outputs[i], Part(axis, from, sizes[i]));
    from += sizes[i];
  }
  if (from == c.graph.tensor(x).shape[axis]) return absl::OkStatus();
  return Refuse("BAD_MODEL_FILE", "its parts have " + std::to_string(from) + " of " +
                                      std::to_string(c.graph.tensor(x).shape[axis]) +
                                      " elements together; export the model again");
}

// Inputs: axis, tensor.
absl::Status ImportSplit(NodeContext& c) {
  ER_ASSIGN_OR_RETURN(int64_t at, c.Integer(0, "axis"));
  const Shape& shape = c.in(1).shape;
  ER_ASSIGN_OR_RETURN(size_t axis, AxisBelow(at, shape.size()));
  const size_t count = c.outputs.size();
  return Cut(c, c.inputs[1], axis,
             std::vector<int64_t>(count, shape[axis] / static_cast<int64_t>(count)));
}

// Inputs: tensor, sizes (one may be -1: the rest), axis.
absl::Status ImportSplitV(NodeContext& c) {
  ER_ASSIGN_OR_RETURN(std::vector<int64_t> sizes, c.Integers(1, "size_splits"));
  ER_ASSIGN_OR_RETURN(int64_t at, c.Integer(2, "axis"));
  const Shape& shape = c.in(0).shape;
  ER_ASSIGN_OR_RETURN(size_t axis, AxisBelow(at, shape.size()));
  if (sizes.size() != c.outputs.size()) {
    return Refuse("BAD_MODEL_FILE", "it has " + std::to_string(sizes.size()) + " sizes for " +
                                        std::to_string(c.outputs.size()) + " outputs");
  }
  int64_t known = 0;
  for (int64_t size : sizes) {
    if (size < -1 || size > INT32_MAX) return Refuse("BAD_MODEL_FILE", "it has a negative size");
    known += size == -1 ? 0 : size;
  }
  for (int64_t& size : sizes) {
    if (size != -1) continue;
    size = shape[axis] - known;
    known += size;
  }
  return Cut(c, c.inputs[0], axis, sizes);
}

absl::Status ImportUnpack(NodeContext& c) {
  const auto* o = c.op.raw->options_as_UnpackOptions();
  if (o == nullptr) return NoOptions("UnpackOptions");
  ER_ASSIGN_OR_RETURN(size_t axis, AxisBelow(o->axis(), c.in(0).shape.size()));
  if (c.in(0).shape[axis] != static_cast<int64_t>(c.outputs.size())) {
    return Refuse("BAD_MODEL_FILE", "it has " + std::to_string(c.outputs.size()) +
                                        " outputs for shape " + ShapeText(c.in(0).shape));
  }
  for (size_t i = 0; i < c.outputs.size(); ++i) {
    ER_ASSIGN_OR_RETURN(TensorId part, c.Step("slice", {c.inputs[0]}, "part" + std::to_string(i),
                                              Part(axis, static_cast<int64_t>(i), 1)));
    c.ReshapeTo(part, i);
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<TfliteHandler> SliceHandlers() {
  return {{45, "slice", 4, 4, 0, ImportStridedSlice},
          {49, "slice", 2, 2, 0, ImportSplit, nullptr, 64},
          {65, "slice", 3, 3, 0, ImportSlice},
          {88, "slice", 1, 1, 0, ImportUnpack, nullptr, 64},
          {102, "slice", 3, 3, 0, ImportSplitV, nullptr, 64}};
}

}  // namespace edgerack::compiler
