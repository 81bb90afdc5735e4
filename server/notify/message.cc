#include "server/notify/message.h"

#include <openssl/hmac.h>

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/sha256.h"
#include "base/utf8.h"
#include "server/report/suite_report.h"

namespace edgerack::notify {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kBoundary[] = "=_edgerack_suite_run";

std::string TimeText(int64_t wall_ms) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMillis(wall_ms), absl::UTCTimeZone());
}

Json CaseJson(const core::SuiteCase& suite_case) {
  const core::CaseJudgement& judgement = suite_case.judgement;
  Json json = {{"key", suite_case.key}, {"state", core::CaseStateName(judgement.state)}};
  if (judgement.metric) {
    const core::Change& change = judgement.metric->change;
    json["metric"] = judgement.metric->metric;
    json["baseline"] = change.baseline;
    json["value"] = change.value;
    json["change_percent"] = change.change_percent;
    json["band_percent"] = change.band_percent;
  }
  for (const core::SuiteFinding& finding : judgement.findings) {
    json["findings"].push_back({{"code", finding.code},
                                {"regression", finding.is_regression},
                                {"message", finding.message}});
  }
  for (const core::Difference& suspect : judgement.suspects) {
    json["suspects"].push_back({{"code", suspect.code}, {"message", suspect.message}});
  }
  if (suite_case.error) {
    json["error"] = {{"code", suite_case.error->code}, {"message", suite_case.error->message}};
  }
  return json;
}

std::string BodyOf(const core::SuiteRun& run, std::optional<core::SuiteRunState> previous) {
  const core::RunCounts counts = core::CountsOf(run);
  Json json = {{"event", "suite_run_ended"},
               {"suite", run.suite.value()},
               {"run", run.id.value()},
               {"number", run.number},
               {"state", core::SuiteRunStateName(run.state)}};
  if (previous) json["previous_state"] = core::SuiteRunStateName(*previous);
  json["summary"] = core::SummaryOf(run);
  json["trigger"] = run.trigger;
  json["create_time"] = TimeText(run.create_time_ms);
  json["end_time"] = TimeText(run.end_time_ms);
  json["case_count"] = run.cases.size();
  json["regression_count"] = counts.regressions;
  json["failure_count"] = counts.failures;
  json["cases"] = Json::array();
  for (const core::SuiteCase& suite_case : run.cases) json["cases"].push_back(CaseJson(suite_case));
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

WebhookCall CallOf(const std::string& name, const Webhook& webhook, const core::SuiteRun& run,
                   const std::string& body) {
  WebhookCall call{name, webhook.url, body, {}};
  call.headers = {"Content-Type: application/json", "X-Edgerack-Event: suite_run_ended",
                  // The same for each attempt, so that a receiver can leave out what it has.
                  "X-Edgerack-Delivery: " + run.id.value()};
  if (!webhook.secret.empty()) {
    call.headers.push_back("X-Edgerack-Signature: " + Signature(webhook.secret, body));
  }
  return call;
}

// Base64 in lines of 76 characters.
std::string Part(const char* content_type, const std::string& text) {
  std::string part = absl::StrCat("--", kBoundary, "\r\nContent-Type: ", content_type,
                                  "; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
  const std::string encoded = absl::Base64Escape(Utf8(text));
  for (size_t at = 0; at < encoded.size(); at += 76) {
    absl::StrAppend(&part, encoded.substr(at, 76), "\r\n");
  }
  return part;
}

Mail MailOf(const std::string& to, const MailServer& server, const core::SuiteRun& run,
            int64_t now_wall_ms) {
  Mail mail;
  mail.to = to;
  const std::string date = absl::FormatTime("%a, %d %b %Y %H:%M:%S +0000",
                                            absl::FromUnixMillis(now_wall_ms), absl::UTCTimeZone());
  // A suite's id is letters, digits and '-': the title needs no encoding.
  mail.text = absl::StrCat("From: <", server.from, ">\r\nTo: <", to, ">\r\nSubject: [edgerack] ",
                           report::Title(run), "\r\nDate: ", date, "\r\nMessage-ID: <",
                           run.id.value(), "@edgerack>\r\nAuto-Submitted: auto-generated\r\n",
                           "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"",
                           kBoundary, "\"\r\n\r\n", Part("text/plain", report::Markdown(run)),
                           Part("text/html", report::Html(run)), "--", kBoundary, "--\r\n");
  return mail;
}

}  // namespace

std::string Signature(const std::string& secret, const std::string& body) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest, &size);
  return "sha256=" + HexEncode(std::string_view(reinterpret_cast<const char*>(digest), size));
}

bool IsWanted(const core::SuiteRun& run, std::optional<core::SuiteRunState> previous) {
  switch (run.spec.notifications.when) {
    case core::NotifyWhen::kAlways:
      return true;
    case core::NotifyWhen::kNever:
      return false;
    case core::NotifyWhen::kTrouble:
      break;
  }
  if (run.state == core::SuiteRunState::kRegressed || run.state == core::SuiteRunState::kFailed) {
    return true;
  }
  const bool was_trouble =
      previous == core::SuiteRunState::kRegressed || previous == core::SuiteRunState::kFailed;
  return run.state == core::SuiteRunState::kPassed && was_trouble;
}

Messages MessagesOf(const core::SuiteRun& run, std::optional<core::SuiteRunState> previous,
                    const Settings& settings, int64_t now_wall_ms) {
  Messages messages;
  if (!IsWanted(run, previous)) return messages;
  const core::SuiteNotifications& wanted = run.spec.notifications;
  const std::string body = wanted.webhooks.empty() ? "" : BodyOf(run, previous);
  for (const std::string& name : wanted.webhooks) {
    auto found = settings.webhooks.find(name);
    if (found == settings.webhooks.end()) {
      messages.problems.push_back("the server has no webhook \"" + name +
                                  "\"; start it with --webhook " + name + "=URL");
      continue;
    }
    messages.calls.push_back(CallOf(name, found->second, run, body));
  }
  if (!wanted.mail_to.empty() && settings.mail.url.empty()) {
    messages.problems.push_back("the server sends no mail; start it with --smtp and --mail-from");
    return messages;
  }
  for (const std::string& to : wanted.mail_to) {
    messages.mails.push_back(MailOf(to, settings.mail, run, now_wall_ms));
  }
  return messages;
}

}  // namespace edgerack::notify
