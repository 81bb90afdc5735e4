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
    if (first_) record_.display_name = request_.display_name().substr(0, kLongestDisplayName);
    first_ = false;
    absl::Status status = writer_->Append(request_.data());
    if (!status.ok()) return Finish(ToGrpc(status));
    empty_ = empty_ && request_.data().empty();
    StartRead(&request_);
  }

  void OnDone() override { delete this; }

 private:
  void End() {
    if (empty_) {
      return Finish(ToGrpc(MakeError(absl::StatusCode::kInvalidArgument, ErrorClass::kUser,
                                     "EMPTY_UPLOAD", "the upload has no bytes")));
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
  bool empty_ = true;
};

}  // namespace edgerack::api

#endif  // SERVER_API_UPLOAD_H_
