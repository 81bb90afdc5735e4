#include "server/compiler/doctor/trials.h"

#include <algorithm>
#include <numeric>

#include "server/compiler/ops/op_def.h"

namespace edgerack::compiler::doctor {
namespace {

constexpr size_t kProbes = 2;
// Of the deviation, for a fit that is close: a network may answer to a thousandth of its input's
// scale with a step here and there, which no search comes nearer to.
constexpr double kCloseShare = 0.1;
constexpr size_t kBatchBytes = 64u << 20;
// Of one budget: some ten to twenty seconds of the host's kernels.
constexpr double kMostMacs = 1.6e10;
// What a run costs beside its multiplications.
constexpr double kMacsPerInference = 1e6;

int64_t MacsOf(const Graph& graph) {
  int64_t macs = 0;
  for (const Node& node : graph.nodes) {
    const OpDef* op = FindOp(node.op);
    if (op != nullptr && op->macs != nullptr) macs += op->macs(graph, node);
  }
  return macs;
}

Rows Pick(const Rows& rows, const std::vector<int64_t>& samples) {
  Rows picked;
  for (int64_t s : samples) picked.push_back(rows[static_cast<size_t>(s)]);
  return picked;
}

}  // namespace

absl::StatusOr<Trials> Trials::Start(const Subject& subject, const Observation& seen) {
  Trials t(subject, seen);
  t.macs_ = MacsOf(subject.graph());
  ER_ASSIGN_OR_RETURN(t.clean_raw_, subject.Run(seen.RawInputs(), seen.samples));
  t.clean_ = DecodeRows(seen, t.clean_raw_, seen.samples);
  t.given_ = GivenRows(seen);
  t.tolerances_ = TolerancesOf(seen, t.clean_);
  t.before_ = Compare(t.given_, t.clean_, t.tolerances_);
  t.all_.resize(static_cast<size_t>(seen.samples));
  std::iota(t.all_.begin(), t.all_.end(), 0);
  std::vector<double> deviation;
  for (int64_t s : t.all_) deviation.push_back(t.Against(Pick(t.clean_, {s}), {s}).mean_steps);
  t.probe_ = t.all_;
  std::stable_sort(t.probe_.begin(), t.probe_.end(), [&](int64_t a, int64_t b) {
    return deviation[static_cast<size_t>(a)] > deviation[static_cast<size_t>(b)];
  });
  t.probe_.resize(std::min(t.probe_.size(), kProbes));
  return t;
}

std::string Trials::FedSample(const Feed& feed, int64_t sample) const {
  std::string raw;
  for (size_t i = 0; i < seen_->inputs.size(); ++i) {
    const InputSamples& in = seen_->inputs[i];
    raw += i == feed.input ? FedBytes(feed, in, sample) : in.RawOf(sample);
  }
  return raw;
}

absl::StatusOr<Rows> Trials::Predict(const Feed& feed, const std::vector<int64_t>& samples) {
  std::string raw;
  for (int64_t s : samples) raw += FedSample(feed, s);
  const int64_t count = static_cast<int64_t>(samples.size());
  inferences_ += count;
  ER_ASSIGN_OR_RETURN(std::string outputs, subject_->Run(raw, count));
  return DecodeRows(*seen_, outputs, count);
}

absl::StatusOr<Rows> Trials::Predict(const WeightChange& change,
                                     const std::vector<int64_t>& samples) {
  const std::optional<Graph> changed = change.change(subject_->graph());
  if (!changed) return Pick(clean_, samples);
  std::string raw;
  for (int64_t s : samples) {
    for (const InputSamples& in : seen_->inputs) raw += in.RawOf(s);
  }
  const int64_t count = static_cast<int64_t>(samples.size());
  inferences_ += count;
  ER_ASSIGN_OR_RETURN(std::string outputs, subject_->RunChanged(*changed, raw, count));
  return DecodeRows(*seen_, outputs, count);
}

absl::StatusOr<std::vector<Rows>> Trials::PredictAll(const std::vector<Feed>& feeds,
                                                     const std::vector<int64_t>& samples) {
  std::vector<Rows> predicted;
  std::string raw;
  int64_t waiting = 0;  // feeds in `raw`
  const int64_t each = static_cast<int64_t>(samples.size());
  auto run = [&]() -> absl::Status {
    if (waiting == 0) return absl::OkStatus();
    inferences_ += waiting * each;
    ER_ASSIGN_OR_RETURN(std::string outputs, subject_->Run(raw, waiting * each));
    const Rows rows = DecodeRows(*seen_, outputs, waiting * each);
    for (int64_t f = 0; f < waiting; ++f) {
      const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(f * each);
      predicted.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(each));
    }
    raw.clear();
    waiting = 0;
    return absl::OkStatus();
  };
  for (const Feed& feed : feeds) {
    for (int64_t s : samples) raw += FedSample(feed, s);
    waiting += 1;
    if (raw.size() > kBatchBytes) ER_RETURN_IF_ERROR(run());
  }
  ER_RETURN_IF_ERROR(run());
  return predicted;
}

absl::StatusOr<std::vector<Match>> Trials::Score(const std::vector<Feed>& feeds,
                                                 const std::vector<int64_t>& samples) {
  ER_ASSIGN_OR_RETURN(std::vector<Rows> predicted, PredictAll(feeds, samples));
  std::vector<Match> matches;
  for (const Rows& rows : predicted) matches.push_back(Against(rows, samples));
  return matches;
}

absl::StatusOr<std::optional<BestFeed>> Trials::Best(const std::vector<Feed>& feeds,
                                                     const std::vector<int64_t>& samples) {
  if (feeds.empty() || !Afford(static_cast<int64_t>(feeds.size() * samples.size()))) {
    return std::nullopt;
  }
  ER_ASSIGN_OR_RETURN(std::vector<Match> matches, Score(feeds, samples));
  BestFeed best;
  for (size_t i = 0; i < matches.size(); ++i) {
    if (matches[i].mean_steps < best.score) best = {i, matches[i].mean_steps};
  }
  return best;
}

Match Trials::Against(const Rows& predicted, const std::vector<int64_t>& samples) const {
  return Compare(Pick(given_, samples), predicted, tolerances_);
}

Fit Trials::FitOf(const Match& match, const std::vector<int64_t>& samples) const {
  if (match.exact()) return Fit::kExact;
  const double before = samples.size() == all_.size()
                            ? before_.mean_steps
                            : Against(Pick(clean_, samples), samples).mean_steps;
  if (match.all_near() && match.mean_steps < 0.25 * before) return Fit::kNear;
  if (match.mean_steps < kCloseShare * before) return Fit::kClose;
  return Fit::kNone;
}

bool Trials::ChangesNothing(const Feed& feed, const std::vector<int64_t>& samples) const {
  const InputSamples& in = seen_->inputs[feed.input];
  return std::all_of(samples.begin(), samples.end(),
                     [&](int64_t s) { return FedBytes(feed, in, s) == in.RawOf(s); });
}

bool Trials::Afford(int64_t inferences) {
  const double cost =
      static_cast<double>(inferences) * (static_cast<double>(macs_) + kMacsPerInference);
  if (spent_ + cost > kMostMacs) return false;
  spent_ += cost;
  return true;
}

}  // namespace edgerack::compiler::doctor
