#include <curl/curl.h>

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "server/notify/sender.h"

namespace edgerack::notify {
namespace {

constexpr long kConnectSeconds = 10;
constexpr long kTotalSeconds = 30;

absl::Status NotDelivered(const std::string& where, const std::string& why) {
  return MakeError(absl::StatusCode::kUnavailable, ErrorClass::kInfrastructure, "NOT_DELIVERED",
                   absl::StrCat(where, " did not take the message: ", why));
}

absl::Status Refused(const std::string& where, const std::string& why) {
  return MakeError(absl::StatusCode::kFailedPrecondition, ErrorClass::kUser, "DELIVERY_REFUSED",
                   absl::StrCat(where, " refused the message: ", why));
}

// A request with its lists; both go with it.
class Request {
 public:
  Request() : curl_(curl_easy_init()) {
    Set(CURLOPT_ERRORBUFFER, error_);
    Set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    Set(CURLOPT_TIMEOUT, kTotalSeconds);
    Set(CURLOPT_NOSIGNAL, 1L);
    Set(CURLOPT_WRITEFUNCTION, &Request::Ignore);
  }
  ~Request() {
    curl_slist_free_all(list_);
    curl_easy_cleanup(curl_);
  }
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;

  template <typename Value>
  void Set(CURLoption option, Value value) {
    curl_easy_setopt(curl_, option, value);
  }
  void SetList(CURLoption option, const std::vector<std::string>& lines) {
    for (const std::string& line : lines) list_ = curl_slist_append(list_, line.c_str());
    Set(option, list_);
  }
  CURLcode Perform() { return curl_easy_perform(curl_); }
  // Of HTTP or SMTP; 0 before there was one.
  long ResponseCode() {
    long code = 0;
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &code);
    return code;
  }
  std::string Why(CURLcode code) const {
    return error_[0] != '\0' ? std::string(error_) : std::string(curl_easy_strerror(code));
  }

 private:
  static size_t Ignore(char*, size_t size, size_t count, void*) { return size * count; }

  CURL* curl_;
  curl_slist* list_ = nullptr;
  char error_[CURL_ERROR_SIZE] = {};
};

struct Upload {
  const std::string* text;
  size_t sent = 0;

  static size_t Read(char* to, size_t size, size_t count, void* user) {
    auto* upload = static_cast<Upload*>(user);
    const size_t bytes = std::min(size * count, upload->text->size() - upload->sent);
    std::memcpy(to, upload->text->data() + upload->sent, bytes);
    upload->sent += bytes;
    return bytes;
  }
};

class CurlSender : public Sender {
 public:
  CurlSender() { curl_global_init(CURL_GLOBAL_DEFAULT); }
  ~CurlSender() override { curl_global_cleanup(); }

  absl::Status Call(const WebhookCall& call) override {
    const std::string where = "webhook " + call.name;
    Request request;
    request.Set(CURLOPT_URL, call.url.c_str());
    request.Set(CURLOPT_PROTOCOLS_STR, "http,https");
    request.Set(CURLOPT_POST, 1L);
    request.Set(CURLOPT_POSTFIELDS, call.body.c_str());
    request.Set(CURLOPT_POSTFIELDSIZE, static_cast<long>(call.body.size()));
    std::vector<std::string> headers = call.headers;
    headers.push_back("Expect:");  // the whole request at once
    request.SetList(CURLOPT_HTTPHEADER, headers);
    const CURLcode code = request.Perform();
    if (code != CURLE_OK) return NotDelivered(where, request.Why(code));
    const long status = request.ResponseCode();
    if (status >= 200 && status < 300) return absl::OkStatus();
    const std::string answer = absl::StrCat("HTTP status ", status);
    // Too many requests, a time-out and the receiver's own trouble pass.
    const bool later = status >= 500 || status == 408 || status == 429;
    return later ? NotDelivered(where, answer) : Refused(where, answer);
  }

  absl::Status Send(const Mail& mail, const MailServer& server) override {
    const std::string where = "mail server " + server.url;
    Request request;
    request.Set(CURLOPT_URL, server.url.c_str());
    request.Set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    request.Set(CURLOPT_USE_SSL,
                static_cast<long>(server.require_tls ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    if (!server.user.empty()) {
      request.Set(CURLOPT_USERNAME, server.user.c_str());
      request.Set(CURLOPT_PASSWORD, server.password.c_str());
    }
    const std::string from = "<" + server.from + ">";
    request.Set(CURLOPT_MAIL_FROM, from.c_str());
    request.SetList(CURLOPT_MAIL_RCPT, {"<" + mail.to + ">"});
    Upload upload{&mail.text};
    request.Set(CURLOPT_UPLOAD, 1L);
    request.Set(CURLOPT_READFUNCTION, &Upload::Read);
    request.Set(CURLOPT_READDATA, &upload);
    const CURLcode code = request.Perform();
    if (code == CURLE_OK) return absl::OkStatus();
    const long status = request.ResponseCode();
    return status >= 500 && status < 600 ? Refused(where, request.Why(code))
                                         : NotDelivered(where, request.Why(code));
  }
};

}  // namespace

std::unique_ptr<Sender> MakeCurlSender() { return std::make_unique<CurlSender>(); }

}  // namespace edgerack::notify
