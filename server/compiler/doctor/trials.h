// Tries hypotheses on the model and says how near each comes to the outputs that were given.
#ifndef SERVER_COMPILER_DOCTOR_TRIALS_H_
#define SERVER_COMPILER_DOCTOR_TRIALS_H_

#include <string>
#include <vector>

#include "server/compiler/doctor/hypothesis.h"

namespace edgerack::compiler::doctor {

// How well a hypothesis reproduces what was given, the best first.
enum class Fit {
  kExact,  // every number, up to the printing of floats
  kNear,   // every number up to another runtime's rounding, and much nearer than without it
  kClose,  // not all numbers, but 90 % of the deviation is gone
  kNone,
};

struct BestFeed {
  size_t index = 0;
  double score = 1e300;  // Match::mean_steps
};

class Trials {
 public:
  // Runs the right inputs. Both outlive this.
  static absl::StatusOr<Trials> Start(const Subject& subject, const Observation& seen);

  const Subject& subject() const { return *subject_; }
  const Observation& seen() const { return *seen_; }
  const std::vector<int64_t>& all() const { return all_; }
  // The samples that deviate most, at most two: what is tried on these first, costs less.
  const std::vector<int64_t>& probe() const { return probe_; }

  const std::string& clean_raw() const { return clean_raw_; }
  const Rows& clean() const { return clean_; }
  const Rows& given() const { return given_; }
  const std::vector<Tolerance>& tolerances() const { return tolerances_; }
  // Of all samples without any hypothesis.
  const Match& before() const { return before_; }

  // Outputs of these samples. One row for each.
  absl::StatusOr<Rows> Predict(const Feed& feed, const std::vector<int64_t>& samples);
  absl::StatusOr<Rows> Predict(const WeightChange& change, const std::vector<int64_t>& samples);
  // The outputs of all feeds on these samples, in order, in as few runs as memory allows.
  absl::StatusOr<std::vector<Rows>> PredictAll(const std::vector<Feed>& feeds,
                                               const std::vector<int64_t>& samples);
  // Their matches.
  absl::StatusOr<std::vector<Match>> Score(const std::vector<Feed>& feeds,
                                           const std::vector<int64_t>& samples);
  // The one with the lowest mean error; nullopt where there is none or Afford says no.
  absl::StatusOr<std::optional<BestFeed>> Best(const std::vector<Feed>& feeds,
                                               const std::vector<int64_t>& samples);
  Match Against(const Rows& predicted, const std::vector<int64_t>& samples) const;
  Fit FitOf(const Match& match, const std::vector<int64_t>& samples) const;
  // True where the feed gives the right bytes for all of these samples.
  bool ChangesNothing(const Feed& feed, const std::vector<int64_t>& samples) const;

  // Whoever comes next may spend as much as the ones before: each search has a budget of its own,
  // so that none starves because another found nothing.
  void StartBudget() { spent_ = 0; }
  // Whether so many more inferences are worth their time; counts them when they are.
  bool Afford(int64_t inferences);
  int64_t inferences() const { return inferences_; }

 private:
  Trials(const Subject& subject, const Observation& seen) : subject_(&subject), seen_(&seen) {}
  std::string FedSample(const Feed& feed, int64_t sample) const;

  const Subject* subject_;
  const Observation* seen_;
  std::vector<int64_t> all_, probe_;
  std::string clean_raw_;
  Rows clean_, given_;
  std::vector<Tolerance> tolerances_;
  Match before_;
  int64_t macs_ = 0;  // of one inference
  int64_t inferences_ = 0;
  double spent_ = 0;  // multiply-accumulates of what Afford allowed since StartBudget
};

}  // namespace edgerack::compiler::doctor

#endif  // SERVER_COMPILER_DOCTOR_TRIALS_H_
