#include "server/compiler/doctor/diagnose.h"

#include <algorithm>
#include <set>

#include "server/compiler/doctor/sample_order.h"
#include "server/compiler/doctor/search.h"

namespace edgerack::compiler::doctor {
namespace {

// A hypothesis that fits, with what it predicts for all samples.
struct Suspect {
  Hypothesis hypothesis;
  Match match;
  Fit fit = Fit::kNone;
  Rows rows;
  bool searched = false;
  bool saturates = false;
};

class Examination {
 public:
  Examination(Trials& trials, Diagnosis& diagnosis) : trials_(trials), diagnosis_(diagnosis) {}

  absl::Status Run(const std::vector<Rival>& rivals) {
    TryReadings();
    ER_RETURN_IF_ERROR(TryFeeds());
    ER_RETURN_IF_ERROR(TryRivals(rivals));
    if (!Solved() || !IsStrong()) ER_RETURN_IF_ERROR(TryWeights());
    const bool rounding = trials_.before().all_near() && OutputsAreIntegers();
    if (!Solved() && !rounding) ER_RETURN_IF_ERROR(Search());
    if (!Solved() && !rounding) ER_RETURN_IF_ERROR(TryPairs());
    Conclude();
    return absl::OkStatus();
  }

 private:
  bool Solved() const {
    return std::any_of(suspects_.begin(), suspects_.end(),
                       [](const Suspect& s) { return s.fit == Fit::kExact; });
  }

  // Then what differs by less than a step has too little to say for a search.
  bool OutputsAreIntegers() const {
    const auto& outputs = trials_.seen().outputs;
    return std::all_of(outputs.begin(), outputs.end(),
                       [](const OutputSamples& out) { return out.dtype != DType::kF32; });
  }

  // False where so little differs that several causes may give the same by chance.
  bool IsStrong() const {
    constexpr int64_t kFew = 12;
    const Match& before = trials_.before();
    return before.values - before.equal >= kFew && before.near < before.values &&
           OutputsDependOnInputs();
  }

  // False where all samples gave the same although they should not.
  bool OutputsDependOnInputs() const {
    const Rows& given = trials_.given();
    for (const Row& row : given) {
      if (!RowsEqual(row, given[0], trials_.tolerances())) return true;
    }
    return false;
  }

  void Consider(const Hypothesis& hypothesis, Rows rows, bool searched = false,
                bool saturates = false) {
    const Match match = trials_.Against(rows, trials_.all());
    const Fit fit = trials_.FitOf(match, trials_.all());
    if (fit == Fit::kNone) return;
    suspects_.push_back({hypothesis, match, fit, std::move(rows), searched, saturates});
  }

  void TryReadings() {
    for (KnownReading& reading : OrderReadings(trials_)) {
      ++diagnosis_.hypotheses;
      Consider(reading, std::move(reading.rows));
    }
    readings_ = AllReadings(trials_.seen());
    for (const Reading& reading : readings_) {
      ++diagnosis_.hypotheses;
      auto rows = reading.read(trials_.clean_raw(), trials_.seen().samples);
      if (rows) Consider(reading, *std::move(rows));
    }
  }

  // Those that fit the sample that deviates most are tried on all.
  absl::Status ConsiderFeeds(const std::vector<Feed>& feeds, bool searched) {
    const std::vector<int64_t> first = {trials_.probe()[0]};
    ER_ASSIGN_OR_RETURN(std::vector<Match> matches, trials_.Score(feeds, first));
    for (size_t i = 0; i < feeds.size(); ++i) {
      if (trials_.FitOf(matches[i], first) == Fit::kNone) continue;
      ER_ASSIGN_OR_RETURN(Rows rows, trials_.Predict(feeds[i], trials_.all()));
      Consider(feeds[i], std::move(rows), searched, Saturates(feeds[i]));
    }
    return absl::OkStatus();
  }

  absl::Status TryFeeds() {
    std::vector<Feed> all;
    AddLayoutFeeds(trials_.seen(), all);
    AddNumberFeeds(trials_.seen(), all);
    AddRangeFeeds(trials_.seen(), all);
    AddSaturationFeeds(trials_.seen(), all);
    AddByteOrderFeeds(trials_.seen(), all);
    AddStaleLineFeeds(trials_.seen(), all);
    std::set<std::string> effective, idle;
    for (Feed& feed : all) {
      const bool idle_here = trials_.ChangesNothing(feed, trials_.probe());
      (idle_here ? idle : effective).insert(feed.code);
      if (!idle_here) feeds_.push_back(std::move(feed));
    }
    diagnosis_.hypotheses += static_cast<int64_t>(all.size());
    NoteLayout();
    for (const std::string& code : idle) {
      if (effective.count(code) == 0) {
        diagnosis_.notes.push_back(code + " cannot matter here: it gives the same bytes");
      }
    }
    return ConsiderFeeds(feeds_, false);
  }

  void NoteLayout() {
    for (const InputSamples& in : trials_.seen().inputs) {
      if (in.shape.size() != 4 || in.shape[in.channels_first ? 1 : 3] != 1) continue;
      diagnosis_.notes.push_back(
          "input '" + in.name + "' (" + ShapeText(in.shape) +
          ") has one channel: NCHW and NHWC are the same bytes, so their order cannot matter; the "
          "order of height and width was tried");
    }
  }

  absl::Status TryWeights() {
    const std::vector<WeightChange> changes = AllWeightChanges(trials_.subject().graph());
    const std::vector<int64_t> first = {trials_.probe()[0]};
    for (const WeightChange& change : changes) {
      if (!trials_.Afford(1)) {
        diagnosis_.notes.push_back(
            "not every layer's weights were tried: that would take too long");
        break;
      }
      ++diagnosis_.hypotheses;
      ER_ASSIGN_OR_RETURN(Rows probe, trials_.Predict(change, first));
      if (trials_.FitOf(trials_.Against(probe, first), first) == Fit::kNone) continue;
      ER_ASSIGN_OR_RETURN(Rows rows, trials_.Predict(change, trials_.all()));
      Consider(change, std::move(rows));
    }
    return absl::OkStatus();
  }

  absl::Status TryRivals(const std::vector<Rival>& rivals) {
    const PackageInfo& own = trials_.subject().package();
    for (const Rival& rival : rivals) {
      auto other = Subject::Create(rival.model, {});
      if (!other.ok() || other->package().InputBytes() != own.InputBytes() ||
          other->package().OutputBytes() != own.OutputBytes()) {
        continue;  // cannot have stood in this one's place
      }
      ER_ASSIGN_OR_RETURN(std::string raw,
                          other->Run(trials_.seen().RawInputs(), trials_.seen().samples));
      Hypothesis h;
      h.code = "STALE_WEIGHTS";
      h.what = "the board ran another model: " + rival.name;
      h.fix =
          "Flash the model that belongs to these inputs, and compare its signature after "
          "loading.";
      Consider(h, DecodeRows(trials_.seen(), raw, trials_.seen().samples));
    }
    return absl::OkStatus();
  }

  absl::Status Search() {
    using Searcher = absl::StatusOr<std::optional<Feed>> (*)(Trials&, size_t);
    for (size_t i = 0; i < trials_.seen().inputs.size(); ++i) {
      for (Searcher search : {SearchZeroPoint, SearchGain, SearchStaleEnds, SearchStaleLines,
                              SearchLimits, SearchRange}) {
        if (Solved() && IsStrong()) return absl::OkStatus();
        ++diagnosis_.hypotheses;
        trials_.StartBudget();
        ER_ASSIGN_OR_RETURN(std::optional<Feed> feed, search(trials_, i));
        if (feed) ER_RETURN_IF_ERROR(ConsiderFeeds({*feed}, true));
      }
    }
    return absl::OkStatus();
  }

  // Two mistakes at once: two on the way in, or one on the way in and one on the way out.
  absl::Status TryPairs() {
    std::vector<Feed> pairs;
    for (const Feed& a : feeds_) {
      for (const Feed& b : feeds_) {
        if (a.order.empty() && !(b.change && std::string_view(b.code) == "UINT8_INT8_OFFSET")) {
          continue;
        }
        if (std::string_view(b.code) == "STALE_CACHE_LINES") continue;
        if (auto both = Compose(a, b)) pairs.push_back(*std::move(both));
      }
    }
    if (trials_.Afford(static_cast<int64_t>(pairs.size() * trials_.probe().size()))) {
      diagnosis_.hypotheses += static_cast<int64_t>(pairs.size());
      ER_RETURN_IF_ERROR(ConsiderFeeds(pairs, true));
    }
    return absl::OkStatus();
  }

  // Clamped where the right values are not.
  bool Saturates(const Feed& feed) const {
    const InputSamples& in = trials_.seen().inputs[feed.input];
    if (!in.int8() || std::string_view(feed.code) != "NORMALIZATION_RANGE") return false;
    int64_t before = 0, after = 0, count = 0;
    auto at_limit = [](char c) { return c == '\x7F' || c == '\x80'; };
    for (int64_t s : trials_.probe()) {
      const std::string right = in.RawOf(s), fed = FedBytes(feed, in, s);
      before += std::count_if(right.begin(), right.end(), at_limit);
      after += std::count_if(fed.begin(), fed.end(), at_limit);
      count += static_cast<int64_t>(right.size());
    }
    return after > before + count / 50;
  }

  void Conclude() {
    Fit best = Fit::kNone;
    double least = 1e300;
    for (const Suspect& s : suspects_) best = std::min(best, s.fit);
    for (const Suspect& s : suspects_) {
      if (s.fit == best) least = std::min(least, s.match.mean_steps);
    }
    std::vector<const Suspect*> kept;
    std::set<std::string> codes;
    for (const Suspect& s : suspects_) {
      // Without an exact one, what is about as near as the nearest. Where little differs, an exact
      // one may be chance.
      const bool near_enough = s.fit == best && s.match.mean_steps <= 1.25 * least + 1e-9;
      const bool also = best == Fit::kExact && s.fit == Fit::kNear && !IsStrong();
      if (!near_enough && !also) continue;
      if (!codes.insert(s.hypothesis.code).second) continue;
      kept.push_back(&s);
    }
    const double base = best == Fit::kExact ? 0.99 : best == Fit::kNear ? 0.8 : 0.5;
    const double informed = OutputsDependOnInputs() || trials_.given().size() == 1 ? 1.0 : 0.8;
    for (const Suspect* s : kept) {
      AddCause(*s, s->hypothesis.code, s->hypothesis.what, s->hypothesis.fix,
               base * informed * (s->searched ? 0.9 : 1.0));
      if (s->saturates && codes.insert("SATURATED_INPUT").second) {
        AddCause(*s, "SATURATED_INPUT", s->hypothesis.what + ": large values were clamped",
                 s->hypothesis.fix, base * informed * 0.9);
      }
    }
    FindSets(kept);
    const double share = static_cast<double>(diagnosis_.causes.size());
    for (Cause& cause : diagnosis_.causes) cause.confidence /= std::max(1.0, share);
  }

  void AddCause(const Suspect& s, const std::string& code, const std::string& what,
                const std::string& fix, double confidence) {
    diagnosis_.causes.push_back({code, what, fix, confidence, s.fit, s.match});
  }

  // Codes with the same prediction stand in one set.
  void FindSets(const std::vector<const Suspect*>& kept) {
    std::vector<bool> placed(kept.size(), false);
    for (size_t a = 0; a < kept.size(); ++a) {
      if (placed[a]) continue;
      std::vector<std::string> set = {kept[a]->hypothesis.code};
      if (kept[a]->saturates) set.push_back("SATURATED_INPUT");
      for (size_t b = a + 1; b < kept.size(); ++b) {
        if (placed[b] || !SamePrediction(*kept[a], *kept[b])) continue;
        placed[b] = true;
        set.push_back(kept[b]->hypothesis.code);
      }
      std::sort(set.begin(), set.end());
      set.erase(std::unique(set.begin(), set.end()), set.end());
      if (set.size() > 1) diagnosis_.indistinguishable.push_back(std::move(set));
    }
  }

  bool SamePrediction(const Suspect& a, const Suspect& b) const {
    for (size_t s = 0; s < a.rows.size(); ++s) {
      if (!RowsEqual(a.rows[s], b.rows[s], trials_.tolerances())) return false;
    }
    return true;
  }

  Trials& trials_;
  Diagnosis& diagnosis_;
  std::vector<Reading> readings_;
  std::vector<Feed> feeds_;
  std::vector<Suspect> suspects_;
};

}  // namespace

absl::StatusOr<Diagnosis> Diagnose(const Subject& subject, const Observation& seen,
                                   const std::vector<Rival>& rivals) {
  ER_ASSIGN_OR_RETURN(Trials trials, Trials::Start(subject, seen));
  Diagnosis diagnosis;
  diagnosis.samples = seen.samples;
  diagnosis.before = trials.before();
  if (diagnosis.before.exact()) {
    diagnosis.agrees = true;
    return diagnosis;
  }
  Examination examination(trials, diagnosis);
  ER_RETURN_IF_ERROR(examination.Run(rivals));
  diagnosis.inferences = trials.inferences();
  // Nothing reproduces the numbers, and all are the model's up to another runtime's rounding.
  const bool explained = !diagnosis.causes.empty() && diagnosis.causes[0].fit == Fit::kExact;
  if (!explained && diagnosis.before.all_near()) {
    diagnosis.agrees = true;
    diagnosis.causes.clear();
    diagnosis.indistinguishable.clear();
  }
  return diagnosis;
}

}  // namespace edgerack::compiler::doctor
