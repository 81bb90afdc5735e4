// A file as a stream of pieces.
#ifndef SERVER_API_DOWNLOAD_H_
#define SERVER_API_DOWNLOAD_H_

#include <grpcpp/grpcpp.h>

#include <filesystem>
#include <fstream>
#include <utility>

#include "server/api/status.h"

namespace edgerack::api {

inline constexpr size_t kDownloadPieceBytes = 1 << 20;

// Sends the file in the field `data` of messages of type Message; deletes itself when the call is
// over. An error in place of the path ends the call with it.
template <typename Message>
class DownloadReactor : public grpc::ServerWriteReactor<Message> {
 public:
  // What `first` holds beside `data` goes along with the first piece.
  explicit DownloadReactor(const absl::StatusOr<std::filesystem::path>& path, Message first = {})
      : message_(std::move(first)) {
    if (!path.ok()) {
      this->Finish(ToGrpc(path.status()));
      return;
    }
    file_.open(*path, std::ios::binary);
    WriteNext();
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return this->Finish(grpc::Status::CANCELLED);
    message_.Clear();
    WriteNext();
  }

  void OnDone() override { delete this; }

 private:
  void WriteNext() {
    std::string& data = *message_.mutable_data();
    data.resize(kDownloadPieceBytes);
    file_.read(data.data(), static_cast<std::streamsize>(data.size()));
    data.resize(static_cast<size_t>(file_.gcount()));
    if (!data.empty()) return this->StartWrite(&message_);
    if (file_.eof()) return this->Finish(grpc::Status::OK);
    this->Finish(
        ToGrpc(MakeError(absl::StatusCode::kUnknown, ErrorClass::kInfrastructure, "DISK_ERROR",
                         "the artifact's file cannot be read; look at the server's disk")));
  }

  std::ifstream file_;
  Message message_;
};

}  // namespace edgerack::api

#endif  // SERVER_API_DOWNLOAD_H_
