// A stream of pieces that becomes an artifact and a record of type Record.
#ifndef SERVER_API_UPLOAD_H_
#define SERVER_API_UPLOAD_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "edgerack/v1/artifacts.pb.h"
#include "server/api/convert.h"
#include "server/api/status.h"
#include "server/control/farm.h"

namespace edgerack::api {

inline constexpr int64_t kMostUploadBytes = 256ll << 20;
inline constexpr size_t kLongestDisplayName = 200;

// For terminals and tables of other people: without control characters, and short.
inline std::string DisplayName(std::string name) {
  name = Utf8(name.substr(0, kLongestDisplayName));
  for (char& c : name) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  }
  return name;
}

inline absl::Status TooLarge(int64_t bytes) {
  return MakeError(absl::StatusCode::kResourceExhausted, ErrorClass::kUser, "UPLOAD_TOO_LARGE",
                   "the file has " + std::to_string(bytes) + " bytes, this server takes at most " +
                       std::to_string(kMostUploadBytes) +
                       "; upload a smaller model or fewer samples");
}

// Deletes itself when the call is over.
template <typename Record, typename Proto>
class UploadReactor : public grpc::ServerReadReactor<v1::UploadRequest> {
 public:
  // Adds the record to a batch; reads it back by its id (an earlier upload of the same bytes wins).
  using Put = std::function<void(Record, store::WriteBatch&)>;
  using Get = std::function<absl::StatusOr<Record>(const decltype(Record::id)&)>;

  UploadReactor(control::Farm& farm, grpc::CallbackServerContext* context, Proto* response, Put put,
                Get get)
      : farm_(farm), context_(context), response_(response), put_(put), get_(get) {
    auto writer = farm.services().artifacts.NewWriter(kMostUploadBytes);
    if (!writer.ok()) {
      Finish(ToGrpc(writer.status()));
      return;
    }
    writer_ = *std::move(writer);
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return context_->IsCancelled() ? Finish(grpc::Status::CANCELLED) : End();
    if (first_) {
      record_.display_name = DisplayName(request_.display_name());
      announced_bytes_ = request_.size_bytes();
      if (announced_bytes_ > kMostUploadBytes) return Finish(ToGrpc(TooLarge(announced_bytes_)));
    }
    first_ = false;
    absl::Status status = writer_->Append(request_.data());
    if (!status.ok()) return Finish(ToGrpc(status));
    received_bytes_ += static_cast<int64_t>(request_.data().size());
    StartRead(&request_);
  }

  void OnDone() override { delete this; }

 private:
  void End() {
    if (received_bytes_ == 0 && announced_bytes_ == 0) {
      return Finish(ToGrpc(
          MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "EMPTY_UPLOAD",
                    "the upload has no bytes; the file is empty, or its name is not UTF-8")));
    }
    if (announced_bytes_ != 0 && received_bytes_ != announced_bytes_) {
      return Finish(
          ToGrpc(MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser, "UPLOAD_CUT_OFF",
                           "the upload ended after " + std::to_string(received_bytes_) + " of " +
                               std::to_string(announced_bytes_) + " bytes; send it again")));
    }
    auto stored = writer_->Finish();
    if (!stored.ok()) return Finish(ToGrpc(stored.status()));
    record_.id = decltype(record_.id)(stored->sha256);
    record_.size_bytes = stored->size_bytes;
    record_.create_time_ms = farm_.services().clock.WallMs();
    store::WriteBatch batch;
    put_(record_, batch);
    farm_.services().journal.Write(std::move(batch), store::Durability::kReport,
                                   [this](const absl::Status& status) { Answer(status); });
  }

  void Answer(absl::Status status) {
    if (status.ok()) {
      auto record = get_(record_.id);
      status = record.status();
      if (record.ok()) ToProto(*record, response_);
    }
    Finish(ToGrpc(status));
  }

  control::Farm& farm_;
  grpc::CallbackServerContext* context_;
  Proto* response_;
  const Put put_;
  const Get get_;
  v1::UploadRequest request_;
  std::unique_ptr<store::ArtifactWriter> writer_;
  Record record_;
  bool first_ = true;
  int64_t announced_bytes_ = 0;  // 0 = the client did not say
  int64_t received_bytes_ = 0;
};

}  // namespace edgerack::api

#endif  // SERVER_API_UPLOAD_H_
