#include "edgerack/v1/suites.grpc.pb.h"
#include "server/api/convert.h"
#include "server/api/convert_suite.h"
#include "server/api/names.h"
#include "server/api/pending_reply.h"
#include "server/api/reply.h"
#include "server/api/services.h"
#include "server/control/suites/suites.h"
#include "server/report/suite_report.h"

namespace edgerack::api {
namespace {

struct RunRef {
  core::SuiteId suite;
  core::SuiteRunId run;
};

// "suites/{suite}/runs/{run}".
absl::StatusOr<RunRef> RunIn(const std::string& name) {
  const size_t middle = name.find("/runs/");
  if (middle == name.npos) return IdOfPart(name, "suites", "runs/{id}").status();
  ER_ASSIGN_OR_RETURN(std::string suite, IdIn(name.substr(0, middle), "suites"));
  ER_ASSIGN_OR_RETURN(std::string run, IdIn(name.substr(middle + 1), "runs"));
  return RunRef{core::SuiteId(suite), core::SuiteRunId(run)};
}

// The same behind which "/report" stands.
absl::StatusOr<RunRef> RunOfReport(const std::string& name) {
  constexpr std::string_view kSuffix = "/report";
  const bool ends = name.size() > kSuffix.size() &&
                    name.compare(name.size() - kSuffix.size(), kSuffix.npos, kSuffix) == 0;
  if (!ends) return IdOfPart(name, "suites/{suite}/runs", "report").status();
  return RunIn(name.substr(0, name.size() - kSuffix.size()));
}

class SuiteServiceImpl final : public v1::SuiteService::CallbackService {
 public:
  explicit SuiteServiceImpl(control::Suites& suites) : suites_(suites) {}

  grpc::ServerUnaryReactor* CreateSuite(grpc::CallbackServerContext* context,
                                        const v1::CreateSuiteRequest* request,
                                        v1::Suite* response) override {
    return Put(context, request->suite(), core::SuiteId(request->suite().id()),
               control::Suites::Put::kCreate, response);
  }

  grpc::ServerUnaryReactor* UpdateSuite(grpc::CallbackServerContext* context,
                                        const v1::UpdateSuiteRequest* request,
                                        v1::Suite* response) override {
    auto id = IdIn(request->suite().name(), "suites");
    if (!id.ok()) return Reply(context, id.status());
    return Put(
        context, request->suite(), core::SuiteId(*id),
        request->allow_missing() ? control::Suites::Put::kEither : control::Suites::Put::kUpdate,
        response);
  }

  grpc::ServerUnaryReactor* GetSuite(grpc::CallbackServerContext* context,
                                     const v1::GetSuiteRequest* request,
                                     v1::Suite* response) override {
    return Reply(context, Get(request->name(), response));
  }

  grpc::ServerUnaryReactor* ListSuites(grpc::CallbackServerContext* context,
                                       const v1::ListSuitesRequest* request,
                                       v1::ListSuitesResponse* response) override {
    return Reply(context, List(*request, response));
  }

  grpc::ServerUnaryReactor* DeleteSuite(grpc::CallbackServerContext* context,
                                        const v1::DeleteSuiteRequest* request,
                                        v1::DeleteSuiteResponse* response) override {
    auto id = IdIn(request->name(), "suites");
    if (!id.ok()) return Reply(context, id.status());
    auto* reactor = new PendingReply;
    suites_.RemoveSuite(core::SuiteId(*id), Answer<core::SuiteId>(reactor, response,
                                                                  [](const core::SuiteId&,
                                                                     v1::DeleteSuiteResponse*) {}));
    return reactor;
  }

  grpc::ServerUnaryReactor* RunSuite(grpc::CallbackServerContext* context,
                                     const v1::RunSuiteRequest* request,
                                     v1::SuiteRun* response) override {
    auto id = IdIn(request->name(), "suites");
    if (!id.ok()) return Reply(context, id.status());
    auto* reactor = new PendingReply;
    suites_.RunSuite(core::SuiteId(*id), request->trigger(), request->request_id(),
                     RunAnswer(reactor, response));
    return reactor;
  }

  grpc::ServerUnaryReactor* GetSuiteRun(grpc::CallbackServerContext* context,
                                        const v1::GetSuiteRunRequest* request,
                                        v1::SuiteRun* response) override {
    return Reply(context, GetRun(request->name(), response));
  }

  grpc::ServerUnaryReactor* ListSuiteRuns(grpc::CallbackServerContext* context,
                                          const v1::ListSuiteRunsRequest* request,
                                          v1::ListSuiteRunsResponse* response) override {
    return Reply(context, ListRuns(*request, response));
  }

  grpc::ServerUnaryReactor* CancelSuiteRun(grpc::CallbackServerContext* context,
                                           const v1::CancelSuiteRunRequest* request,
                                           v1::SuiteRun* response) override {
    auto ref = RunIn(request->name());
    if (!ref.ok()) return Reply(context, ref.status());
    auto* reactor = new PendingReply;
    suites_.CancelRun(ref->suite, ref->run, RunAnswer(reactor, response));
    return reactor;
  }

  grpc::ServerUnaryReactor* GetSuiteRunReport(grpc::CallbackServerContext* context,
                                              const v1::GetSuiteRunReportRequest* request,
                                              v1::SuiteRunReport* response) override {
    return Reply(context, GetReport(*request, response));
  }

  grpc::ServerUnaryReactor* AcceptBaseline(grpc::CallbackServerContext* context,
                                           const v1::AcceptBaselineRequest* request,
                                           v1::AcceptBaselineResponse* response) override {
    auto ref = RunIn(request->run());
    if (!ref.ok()) return Reply(context, ref.status());
    control::Acceptance acceptance;
    acceptance.keys = {request->keys().begin(), request->keys().end()};
    acceptance.reason = request->reason();
    acceptance.accepted_by = request->accepted_by();
    auto* reactor = new PendingReply;
    suites_.Accept(
        ref->suite, ref->run, std::move(acceptance),
        Answer<std::vector<core::SuiteBaseline>>(
            reactor, response,
            [](const std::vector<core::SuiteBaseline>& baselines, v1::AcceptBaselineResponse* to) {
              for (const auto& baseline : baselines) ToProto(baseline, to->add_baselines());
            }));
    return reactor;
  }

  grpc::ServerUnaryReactor* ListBaselines(grpc::CallbackServerContext* context,
                                          const v1::ListBaselinesRequest* request,
                                          v1::ListBaselinesResponse* response) override {
    return Reply(context, ListLines(*request, response));
  }

  grpc::ServerUnaryReactor* ListCaseHistory(grpc::CallbackServerContext* context,
                                            const v1::ListCaseHistoryRequest* request,
                                            v1::ListCaseHistoryResponse* response) override {
    return Reply(context, ListHistory(*request, response));
  }

 private:
  // Called once, on any thread, maybe after the call has ended.
  template <typename Value, typename Message, typename Fill>
  static control::Suites::Done<Value> Answer(PendingReply* reactor, Message* response, Fill fill) {
    return [answer = reactor->answer(), response, fill](absl::StatusOr<Value> value) {
      answer->Finish(ToGrpc(value.status()), [&] {
        if (value.ok()) fill(*value, response);
      });
    };
  }
  static control::Suites::Done<core::SuiteRun> RunAnswer(PendingReply* reactor,
                                                         v1::SuiteRun* response) {
    return Answer<core::SuiteRun>(
        reactor, response,
        [](const core::SuiteRun& run, v1::SuiteRun* to) { ToProto(run, Cases::kWith, to); });
  }

  grpc::ServerUnaryReactor* Put(grpc::CallbackServerContext* context, const v1::Suite& suite,
                                const core::SuiteId& id, control::Suites::Put how,
                                v1::Suite* response) {
    auto spec = FromProto(suite);
    if (!spec.ok()) return Reply(context, spec.status());
    auto* reactor = new PendingReply;
    suites_.PutSuite(
        id, *std::move(spec), how,
        Answer<core::Suite>(reactor, response,
                            [](const core::Suite& made, v1::Suite* to) { ToProto(made, to); }));
    return reactor;
  }

  absl::Status Show(const core::Suite& suite, v1::Suite* to) {
    ToProto(suite, to);
    ER_ASSIGN_OR_RETURN(auto latest, suites_.store().ListSuiteRuns({.size = 1}, suite.id));
    if (!latest.records.empty()) {
      ToProto(Live(latest.records.front()), Cases::kWithout, to->mutable_last_run());
    }
    return absl::OkStatus();
  }

  // A run that goes on is farther than what is stored.
  core::SuiteRun Live(const core::SuiteRun& stored) {
    if (stored.end_time_ms != 0) return stored;
    auto live = suites_.GetRun(stored.suite, stored.id);
    return live.ok() ? *live : stored;
  }

  absl::Status Get(const std::string& name, v1::Suite* response) {
    ER_ASSIGN_OR_RETURN(std::string id, IdIn(name, "suites"));
    ER_ASSIGN_OR_RETURN(core::Suite suite, suites_.store().GetSuite(core::SuiteId(id)));
    return Show(suite, response);
  }

  absl::Status List(const v1::ListSuitesRequest& request, v1::ListSuitesResponse* response) {
    ER_ASSIGN_OR_RETURN(int32_t size, PageSize(request.page_size()));
    ER_ASSIGN_OR_RETURN(std::string after, PositionIn(request.page_token(), "suites"));
    ER_ASSIGN_OR_RETURN(auto suites, suites_.store().ListSuites(after, size + 1));
    const bool more = suites.size() > static_cast<size_t>(size);
    if (more) suites.pop_back();
    for (const core::Suite& suite : suites) {
      ER_RETURN_IF_ERROR(Show(suite, response->add_suites()));
    }
    if (more) response->set_next_page_token(PageToken("suites", suites.back().id.value()));
    return absl::OkStatus();
  }

  absl::Status GetRun(const std::string& name, v1::SuiteRun* response) {
    ER_ASSIGN_OR_RETURN(RunRef ref, RunIn(name));
    ER_ASSIGN_OR_RETURN(core::SuiteRun run, suites_.GetRun(ref.suite, ref.run));
    ToProto(run, Cases::kWith, response);
    return absl::OkStatus();
  }

  // NOT_FOUND for a suite that is not there, instead of an empty list.
  absl::StatusOr<core::SuiteId> Parent(const std::string& name) {
    ER_ASSIGN_OR_RETURN(std::string id, IdIn(name, "suites"));
    ER_RETURN_IF_ERROR(suites_.store().GetSuite(core::SuiteId(id)).status());
    return core::SuiteId(id);
  }

  absl::StatusOr<store::PageRequest> PageOf(const auto& request, const std::string& list) {
    store::PageRequest page;
    ER_ASSIGN_OR_RETURN(page.size, PageSize(request.page_size()));
    ER_ASSIGN_OR_RETURN(page.before, NumberIn(request.page_token(), list));
    return page;
  }

  absl::Status ListRuns(const v1::ListSuiteRunsRequest& request,
                        v1::ListSuiteRunsResponse* response) {
    ER_ASSIGN_OR_RETURN(core::SuiteId suite, Parent(request.parent()));
    ER_ASSIGN_OR_RETURN(auto page, PageOf(request, "runs"));
    ER_ASSIGN_OR_RETURN(auto found, suites_.store().ListSuiteRuns(page, suite));
    for (const core::SuiteRun& run : found.records) {
      ToProto(Live(run), Cases::kWithout, response->add_runs());
    }
    if (found.next != 0) {
      response->set_next_page_token(PageToken("runs", std::to_string(found.next)));
    }
    return absl::OkStatus();
  }

  absl::Status GetReport(const v1::GetSuiteRunReportRequest& request,
                         v1::SuiteRunReport* response) {
    ER_ASSIGN_OR_RETURN(RunRef ref, RunOfReport(request.name()));
    ER_ASSIGN_OR_RETURN(core::SuiteRun run, suites_.GetRun(ref.suite, ref.run));
    response->set_name(request.name());
    switch (request.format()) {
      case v1::GetSuiteRunReportRequest::HTML:
        response->set_content_type("text/html");
        response->set_text(Utf8(report::Html(run)));
        break;
      case v1::GetSuiteRunReportRequest::JUNIT:
        response->set_content_type("application/xml");
        response->set_text(Utf8(report::JUnit(run)));
        break;
      default:
        response->set_content_type("text/markdown");
        response->set_text(Utf8(report::Markdown(run)));
    }
    return absl::OkStatus();
  }

  absl::Status ListLines(const v1::ListBaselinesRequest& request,
                         v1::ListBaselinesResponse* response) {
    ER_ASSIGN_OR_RETURN(core::SuiteId suite, Parent(request.parent()));
    ER_ASSIGN_OR_RETURN(auto page, PageOf(request, "baselines"));
    ER_ASSIGN_OR_RETURN(auto found, suites_.store().ListBaselines(page, suite, request.key()));
    for (const core::SuiteBaseline& baseline : found.records) {
      ToProto(baseline, response->add_baselines());
    }
    if (found.next != 0) {
      response->set_next_page_token(PageToken("baselines", std::to_string(found.next)));
    }
    return absl::OkStatus();
  }

  absl::Status ListHistory(const v1::ListCaseHistoryRequest& request,
                           v1::ListCaseHistoryResponse* response) {
    ER_ASSIGN_OR_RETURN(core::SuiteId suite, Parent(request.parent()));
    ER_ASSIGN_OR_RETURN(auto page, PageOf(request, "history"));
    ER_ASSIGN_OR_RETURN(auto found, suites_.store().ListSuiteRuns(page, suite));
    for (const core::SuiteRun& run : found.records) {
      for (const core::SuiteCase& suite_case : run.cases) {
        if (suite_case.key != request.key()) continue;
        v1::ListCaseHistoryResponse::Point* point = response->add_points();
        point->set_run(SuiteRunName(run.suite, run.id));
        point->set_number(run.number);
        SetTime(run.create_time_ms, point->mutable_create_time());
        ToProto(suite_case, point->mutable_suite_case());
      }
    }
    if (found.next != 0) {
      response->set_next_page_token(PageToken("history", std::to_string(found.next)));
    }
    return absl::OkStatus();
  }

  control::Suites& suites_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeSuiteService(control::Suites& suites) {
  return std::make_unique<SuiteServiceImpl>(suites);
}

}  // namespace edgerack::api
