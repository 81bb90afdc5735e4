// The usual causes as things that can be tried: what else the model may have been fed, how else its
// outputs may have been read, what else may have stood where its weights belong.
#ifndef SERVER_COMPILER_DOCTOR_HYPOTHESIS_H_
#define SERVER_COMPILER_DOCTOR_HYPOTHESIS_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "server/compiler/doctor/observation.h"
#include "server/compiler/doctor/readout.h"

namespace edgerack::compiler::doctor {

struct Hypothesis {
  const char* code = "";  // of docs/doctor.md
  std::string what;       // what happened if it is true, as a clause: "the input's bytes were …"
  std::string fix;        // what to do then, as a sentence
};

// Other bytes for one input. The stages that are set apply in this order: the elements are put in
// another order, encoded in another way, and the bytes changed.
struct Feed : Hypothesis {
  size_t input = 0;
  // Element i of the fed sample is element order[i] of the right one.
  std::vector<int32_t> order;
  // One sample's real values as bytes of the input; any length, cut or filled with zeros.
  std::function<std::string(const std::vector<float>& real)> encode;
  // `sample` tells which one it is: buffers may still hold the one before.
  std::function<std::string(const std::string& raw, int64_t sample)> change;
};
// The bytes a feed gives for one sample of its input.
std::string FedBytes(const Feed& feed, const InputSamples& in, int64_t sample);
// First `a`, then `b`, where both can be told apart afterwards; nullopt where `b` comes first.
std::optional<Feed> Compose(const Feed& a, const Feed& b);

// Another way to read what the model gave: from raw outputs to rows. nullopt where it does not
// apply.
struct Reading : Hypothesis {
  std::function<std::optional<Rows>(const std::string& raw, int64_t samples)> read;
};

// Other constants. nullopt where nothing would change.
struct WeightChange : Hypothesis {
  std::function<std::optional<Graph>(const Graph& graph)> change;
};

// Each family is one file. The observation outlives what is made from it.
void AddLayoutFeeds(const Observation& seen, std::vector<Feed>& feeds);
void AddNumberFeeds(const Observation& seen, std::vector<Feed>& feeds);
void AddRangeFeeds(const Observation& seen, std::vector<Feed>& feeds);
void AddSaturationFeeds(const Observation& seen, std::vector<Feed>& feeds);
void AddByteOrderFeeds(const Observation& seen, std::vector<Feed>& feeds);
void AddStaleLineFeeds(const Observation& seen, std::vector<Feed>& feeds);

// One limit each, for the search: the input clamped to low .. high, real values.
Feed ClippedFeed(const InputSamples& in, size_t index, double low, double high);
// Cache lines of the input buffer, 32 bytes each, the last one perhaps shorter.
size_t LineCount(const InputSamples& in);
// The lines that are true in `stale` hold zeros or the sample before; `which` names them.
Feed StaleLinesFeed(const InputSamples& in, size_t index, std::vector<bool> stale, bool zeros,
                    const std::string& which);

std::vector<Reading> AllReadings(const Observation& seen);

std::vector<WeightChange> AllWeightChanges(const Graph& graph);

}  // namespace edgerack::compiler::doctor

#endif  // SERVER_COMPILER_DOCTOR_HYPOTHESIS_H_
