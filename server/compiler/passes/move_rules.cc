#include "server/compiler/passes/move_rules.h"

#include <algorithm>
#include <set>

namespace edgerack::compiler {
namespace {

bool In(const Node& node, const std::set<std::string>& ops) { return ops.count(node.op) != 0; }

int64_t Wrapped(int64_t axis, const Permutation& perm) {
  return axis < 0 ? axis + static_cast<int64_t>(perm.size()) : axis;
}

int64_t Moved(int64_t axis, const Permutation& perm) {
  return perm[static_cast<size_t>(Wrapped(axis, perm))];
}

bool ValidAxis(int64_t axis, const Permutation& perm) {
  const int64_t wrapped = Wrapped(axis, perm);
  return wrapped >= 0 && wrapped < static_cast<int64_t>(perm.size());
}

// A list with `per` values for each dimension.
bool MoveList(Node& node, const std::string& key, size_t per, const Permutation& perm) {
  const std::vector<int64_t> old = node.Ints(key);
  if (old.size() != per * perm.size()) return false;
  std::vector<int64_t> moved(old.size());
  for (size_t i = 0; i < perm.size(); ++i) {
    for (size_t k = 0; k < per; ++k) {
      moved[per * static_cast<size_t>(perm[i]) + k] = old[per * i + k];
    }
  }
  node.attributes[key] = moved;
  return true;
}

bool MoveSlice(Node& node, const Permutation& perm) {
  if (node.attributes.count("axes") != 0) {
    std::vector<int64_t> axes = node.Ints("axes");
    for (int64_t& axis : axes) {
      if (!ValidAxis(axis, perm)) return false;
      axis = Moved(axis, perm);
    }
    node.attributes["axes"] = axes;
    return true;
  }
  if (node.attributes.count("steps") != 0 && !MoveList(node, "steps", 1, perm)) return false;
  return MoveList(node, "begin", 1, perm) && MoveList(node, "end", 1, perm);
}

// The result's order after dimensions `gone` of the moved input have been reduced away.
Permutation WithoutAxes(const Permutation& perm, const std::set<int64_t>& gone) {
  Permutation rest;
  for (int64_t d : perm) {
    if (gone.count(d) != 0) continue;
    int64_t position = d;
    for (int64_t g : gone) position -= g < d;
    rest.push_back(position);
  }
  return rest;
}

std::optional<MovedNode> MoveReduction(const Node& node, const Permutation& perm) {
  MovedNode moved = {node, perm};
  std::set<int64_t> axes;
  const bool one = node.op == "arg_reduce";
  for (int64_t axis : one ? std::vector{node.Int("axis")} : node.Ints("axes")) {
    if (!ValidAxis(axis, perm)) return std::nullopt;
    axes.insert(Moved(axis, perm));
  }
  if (one) {
    moved.node.attributes["axis"] = *axes.begin();
  } else {
    moved.node.attributes["axes"] = std::vector<int64_t>(axes.begin(), axes.end());
  }
  if (node.Int("keepdims") == 0) moved.result = WithoutAxes(perm, axes);
  return moved;
}

}  // namespace

bool IsElementwise(const Node& node) {
  static const std::set<std::string> ops = {"unary",    "relu",       "cast",
                                            "quantize", "dequantize", "requantize"};
  return In(node, ops);
}

bool Broadcasts(const Node& node) {
  static const std::set<std::string> ops = {"binary", "add", "where"};
  return In(node, ops);
}

std::optional<MovedNode> MoveBehind(const Node& node, const Permutation& perm) {
  static const std::set<std::string> along_axis = {"concat",     "batch_norm", "instance_norm",
                                                   "group_norm", "lrn",        "cumsum"};
  static const std::set<std::string> along_last = {"softmax", "log_softmax", "hardmax"};
  MovedNode moved = {node, perm};
  if (IsElementwise(node) || Broadcasts(node)) return moved;
  if (In(node, along_axis)) {
    if (!ValidAxis(node.Int("axis"), perm)) return std::nullopt;
    moved.node.attributes["axis"] = Moved(node.Int("axis"), perm);
    return moved;
  }
  if (In(node, along_last)) {
    const int64_t last = static_cast<int64_t>(perm.size()) - 1;
    const bool plain = Wrapped(node.Int("axis", -1), perm) == last && perm.back() == last;
    return plain ? std::optional(moved) : std::nullopt;
  }
  if (node.op == "pad")
    return MoveList(moved.node, "pads", 2, perm) ? std::optional(moved) : std::nullopt;
  if (node.op == "slice") return MoveSlice(moved.node, perm) ? std::optional(moved) : std::nullopt;
  if (node.op == "tile") {
    return MoveList(moved.node, "repeats", 1, perm) ? std::optional(moved) : std::nullopt;
  }
  if (node.op == "reduce" || node.op == "arg_reduce") return MoveReduction(node, perm);
  return std::nullopt;
}

}  // namespace edgerack::compiler
