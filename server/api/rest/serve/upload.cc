// Uploads: a form with the file in it, the file as the body, or the start of a session.
#include "server/api/rest/http/headers.h"
#include "server/api/rest/http/multipart.h"
#include "server/api/rest/http/status.h"
#include "server/api/rest/routes/request_message.h"
#include "server/api/rest/serve/file_upload.h"
#include "server/api/rest/serve/handlers.h"

namespace edgerack::rest {
namespace {

using google::protobuf::Message;
using Json = absl::StatusOr<std::string>;

constexpr char kFilePart[] = "file";

absl::Status Bad(const char* code, const std::string& why) {
  return MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, code, why);
}

absl::Status SetFields(Message& request, const Url& url) {
  for (const auto& [key, value] : url.query) ER_RETURN_IF_ERROR(SetField(request, key, value));
  return absl::OkStatus();
}

// The file's own name where the client gave no other.
void NameAfter(const std::string& filename, Message& request) {
  const auto* field = request.GetDescriptor()->FindFieldByName("display_name");
  if (field == nullptr || filename.empty()) return;
  if (!request.GetReflection()->GetString(request, field).empty()) return;
  // A name that is not UTF-8 is left out, as if there were none.
  SetField(request, "display_name", filename).IgnoreError();
}

// One form as it arrives: fields into `request`, then the file into an upload.
class FormUpload {
 public:
  FormUpload(Gateway& gateway, Exchange& exchange, const Route& route, MultipartReader reader)
      : gateway_(gateway),
        exchange_(exchange),
        route_(route),
        reader_(std::move(reader)),
        request_(NewMessage(*route.method->input_type())) {}

  asio::awaitable<Json> Run() {
    while (true) {
      auto event = reader_.Next();
      if (!event.ok()) co_return event.status();
      absl::Status status;
      switch (event->kind) {
        case MultipartReader::Kind::kNeedMore:
          status = co_await Feed();
          break;
        case MultipartReader::Kind::kPart:
          status = BeginPart(std::move(event->part));
          break;
        case MultipartReader::Kind::kData:
          if (upload_ == nullptr) {
            status = AddText(event->data);
          } else if (!co_await upload_->Write(event->data)) {
            co_return co_await upload_->Finish();
          }
          break;
        case MultipartReader::Kind::kEnd:
          if (upload_ == nullptr) {
            co_return Bad("BAD_MULTIPART", "the form has no part \"file\"; curl -F file=@NAME");
          }
          co_return co_await upload_->Finish();
      }
      if (!status.ok()) co_return status;
    }
  }

 private:
  asio::awaitable<absl::Status> Feed() {
    auto piece = co_await exchange_.ReadSome();
    if (!piece.ok()) co_return piece.status();
    if (piece->empty()) {
      co_return Bad("BAD_MULTIPART", "the form ends without its last boundary");
    }
    reader_.Feed(*piece);
    co_return absl::OkStatus();
  }

  absl::Status BeginPart(MultipartReader::Part part) {
    if (upload_ != nullptr) {
      return Bad("BAD_MULTIPART",
                 "the file is the form's last part; put \"" + part.name + "\" before it");
    }
    ER_RETURN_IF_ERROR(SetPending());
    if (part.name != kFilePart) {
      field_ = std::move(part.name);
      return absl::OkStatus();
    }
    NameAfter(part.filename, *request_);
    upload_ = std::make_unique<FileUpload>(gateway_.channel, route_, std::move(request_));
    return absl::OkStatus();
  }

  absl::Status AddText(const std::string& bytes) {
    text_bytes_ += bytes.size();
    if (text_bytes_ > gateway_.limits.json_bytes) {
      return MakeError(absl::StatusCode::kResourceExhausted, ErrorClass::kUser, "BODY_TOO_LARGE",
                       "the form's fields are too long; the file's part is called \"file\"");
    }
    text_ += bytes;
    return absl::OkStatus();
  }

  absl::Status SetPending() {
    if (!field_) return absl::OkStatus();
    return SetField(*request_, *std::exchange(field_, std::nullopt), std::exchange(text_, {}));
  }

  Gateway& gateway_;
  Exchange& exchange_;
  const Route& route_;
  MultipartReader reader_;
  std::unique_ptr<Message> request_;
  std::unique_ptr<FileUpload> upload_;
  std::optional<std::string> field_;  // whose text is being read
  std::string text_;
  size_t text_bytes_ = 0;
};

asio::awaitable<Json> UploadForm(Gateway& gateway, Exchange& exchange, const Route& route,
                                 const Url& url) {
  if (!url.query.empty()) co_return Bad("UNKNOWN_PARAMETER", "a form has every field itself");
  auto reader = MultipartReader::Make(exchange.Header("Content-Type"));
  if (!reader.ok()) co_return reader.status();
  FormUpload form(gateway, exchange, route, *std::move(reader));
  co_return co_await form.Run();
}

asio::awaitable<Json> UploadBody(Gateway& gateway, Exchange& exchange, const Route& route,
                                 const Url& url) {
  auto request = NewMessage(*route.method->input_type());
  if (const absl::Status status = SetFields(*request, url); !status.ok()) co_return status;
  const auto* size = SizeField(*request->GetDescriptor());
  if (size != nullptr && request->GetReflection()->GetInt64(*request, size) == 0 &&
      exchange.body_bytes() > 0) {
    request->GetReflection()->SetInt64(request.get(), size, exchange.body_bytes());
  }
  FileUpload upload(gateway.channel, route, std::move(request));
  while (true) {
    auto piece = co_await exchange.ReadSome();
    if (!piece.ok()) co_return piece.status();
    if (piece->empty() || !co_await upload.Write(*piece)) co_return co_await upload.Finish();
  }
}

// The session's address; PATCHes of it bring the file.
asio::awaitable<absl::StatusOr<std::string>> BeginSession(Gateway& gateway, Exchange& exchange,
                                                          const Route& route, const Url& url) {
  if (!url.query.empty()) co_return Bad("UNKNOWN_PARAMETER", "the JSON has every field itself");
  auto body = co_await exchange.ReadAll(gateway.limits.json_bytes);
  if (!body.ok()) co_return body.status();
  auto request = NewMessage(*route.method->input_type());
  if (const absl::Status status = ParseJson(*body, *request); !status.ok()) co_return status;
  const auto& file = FileField(*request->GetDescriptor());
  if (!request->GetReflection()->GetString(*request, &file).empty()) {
    co_return Bad("BAD_JSON", "\"" + file.name() +
                                  "\" does not go into the JSON; send the file as a form, as the "
                                  "body, or by PATCH to the session");
  }
  auto upload = std::make_unique<FileUpload>(gateway.channel, route, std::move(request));
  if (upload->size_bytes() <= 0) {
    co_return Bad("BAD_JSON", "a session needs \"size_bytes\", the file's size");
  }
  co_return gateway.uploads.Add(std::move(upload));
}

}  // namespace

asio::awaitable<void> AnswerUpload(Gateway& gateway, Exchange& exchange,
                                   const RouteTable::Found& found, const Url& url) {
  const std::string type = ParseHeaderValue(exchange.Header("Content-Type")).value;
  Answer answer(200, "application/json");
  Json json;
  if (type == "multipart/form-data") {
    json = co_await UploadForm(gateway, exchange, *found.route, url);
  } else if (type == "application/octet-stream") {
    json = co_await UploadBody(gateway, exchange, *found.route, url);
  } else if (type == "application/json") {
    json = co_await BeginSession(gateway, exchange, *found.route, url);
    if (json.ok()) {
      answer.status = 201;
      answer.headers = {{"Location", "/v1/uploads/" + *json}, {"Upload-Offset", "0"}};
      json = gateway.uploads.Describe(*json);
    }
  } else {
    json = Bad("UNSUPPORTED_MEDIA_TYPE",
               "send the file as multipart/form-data or application/octet-stream, or JSON to begin "
               "an upload in several requests");
  }
  if (!json.ok()) {
    co_await SendError(exchange, json.status());
    co_return;
  }
  answer.body = *std::move(json);
  co_await exchange.Send(std::move(answer));
}

}  // namespace edgerack::rest
