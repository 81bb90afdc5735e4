#include "server/compiler/report/fit.h"

#include <set>

namespace edgerack::compiler {
namespace {

// What a call needs in the arena by itself: its inputs and outputs, each once, and its scratch.
int64_t ArenaOperandBytes(const Graph& graph, const KernelCall& call) {
  std::set<TensorId> seen;
  int64_t bytes = call.scratch_bytes;
  for (const auto* list : {&call.inputs, &call.outputs}) {
    for (TensorId id : *list) {
      if (id == kNoTensor || graph.tensor(id).constant() || !seen.insert(id).second) continue;
      bytes += graph.tensor(id).bytes();
    }
  }
  return bytes;
}

// "; the most of FLASH is the constants of layer 2 'dense' (fully_connected), 1048576 bytes"
std::string LargestText(const Program& program, const RegionUse& region, const char* what,
                        int64_t (*bytes_of)(const Graph&, const KernelCall&)) {
  const KernelCall* largest = nullptr;
  int64_t most = 0;
  for (const KernelCall& call : program.calls) {
    const int64_t bytes = bytes_of(program.graph, call);
    if (bytes <= most) continue;
    most = bytes;
    largest = &call;
  }
  if (region.fits() || largest == nullptr) return "";
  return "; the most of " + region.name + " is for the " + what + " of layer " +
         std::to_string(largest - program.calls.data()) + " '" + largest->name.substr(0, 80) +
         "' (" + largest->op + "), " + std::to_string(most) + " bytes";
}

}  // namespace

std::vector<RegionUse> MeasureRegions(const Rooms& rooms, int64_t package_bytes,
                                      int64_t arena_bytes) {
  const auto arena_room = static_cast<int64_t>(rooms.arena.bytes);
  std::vector<RegionUse> regions = {
      {rooms.store.region, package_bytes, 0, static_cast<int64_t>(rooms.store.bytes)}};
  if (rooms.weights_copied && rooms.weights.region == rooms.arena.region) {
    // The weights take of the room what they need, the arena has the rest.
    regions.push_back({rooms.arena.region, package_bytes, arena_bytes,
                       static_cast<int64_t>(rooms.weights.bytes) + arena_room});
    return regions;
  }
  if (rooms.weights_copied) {
    regions.push_back(
        {rooms.weights.region, package_bytes, 0, static_cast<int64_t>(rooms.weights.bytes)});
  }
  regions.push_back({rooms.arena.region, 0, arena_bytes, arena_room});
  return regions;
}

std::string RegionsText(const std::vector<RegionUse>& regions) {
  std::string text;
  for (const RegionUse& r : regions) {
    text += (text.empty() ? "" : ", ") + r.name + " " + std::to_string(r.used_bytes()) + " of " +
            std::to_string(r.size_bytes) + " bytes";
  }
  return text;
}

int64_t ConstantOperandBytes(const Graph& graph, const KernelCall& call) {
  int64_t bytes = 0;
  for (TensorId id : call.inputs) {
    if (id == kNoTensor || !graph.tensor(id).constant()) continue;
    bytes += static_cast<int64_t>(graph.tensor(id).data->size());  // packed ones are larger
  }
  return bytes;
}

Finding DoesNotFit(const BoardKind& board, const Program& program,
                   const std::vector<RegionUse>& regions) {
  std::string largest;
  for (const RegionUse& region : regions) {
    if (region.package_bytes > 0) {
      largest += LargestText(program, region, "constants", ConstantOperandBytes);
    }
    if (region.arena_bytes > 0) {
      largest += LargestText(program, region, "inputs and outputs", ArenaOperandBytes);
    }
  }
  return {"DOES_NOT_FIT", Severity::kError, "",
          "the model does not fit " + board.id + ": " + RegionsText(regions) + largest,
          "use a smaller model or input, int8 instead of float32, or a board with more memory"};
}

}  // namespace edgerack::compiler
