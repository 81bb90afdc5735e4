#include "server/api/rest/rpc/call.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <mutex>

#include "proto/error/error_details.h"

namespace edgerack::rest {
namespace {

using grpc::ByteBuffer;

ByteBuffer ToBuffer(const std::string& bytes) {
  grpc::Slice slice(bytes);
  return ByteBuffer(&slice, 1);
}

std::string FromBuffer(const ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  bytes.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

// Class and code come from the status's google.rpc.ErrorInfo.
absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  if (auto told = ErrorInDetails(code, status.error_message(), status.error_details())) {
    return *std::move(told);
  }
  const bool ours = code != absl::StatusCode::kCancelled && code != absl::StatusCode::kUnavailable;
  return MakeError(code, ours ? ErrorClass::kBug : ErrorClass::kInfrastructure,
                   absl::StatusCodeToString(code), status.error_message());
}

// The call itself; lives until gRPC has said its last word.
class Reactor : public grpc::ClientBidiReactor<ByteBuffer, ByteBuffer>,
                public std::enable_shared_from_this<Reactor> {
 public:
  Reactor(const std::shared_ptr<grpc::Channel>& channel, const std::string& method)
      : stub_(channel), method_(method) {
    stub_.PrepareBidiStreamingCall(&context_, method_, {}, this);
    AddHold();  // operations start from outside of reactions
  }

  // The first read is under way before the first write: gRPC's in-process transport drops a message
  // that arrives together with the status while nobody reads.
  void Start() {
    self_ = shared_from_this();
    StartRead(&incoming_);
    StartCall();
  }

  void Write(const std::string& message, std::function<void(bool)> done) {
    outgoing_ = ToBuffer(message);
    written_ = std::move(done);
    StartWrite(&outgoing_);
  }

  void Read(std::function<void(std::optional<std::string>)> done) {
    {
      std::lock_guard lock(mutex_);
      if (first_taken_) {
        read_ = std::move(done);
      } else if (!first_) {  // on its way
        first_taken_ = true;
        read_ = std::move(done);
        return;
      }
      first_taken_ = true;
    }
    if (read_) return StartRead(&incoming_);
    done(*std::exchange(first_, std::nullopt));
  }

  bool HasAnswer() const { return has_answer_; }

  void Finish(std::function<void(absl::Status)> done) {
    finished_ = std::move(done);
    Release();
  }

  void Release() { RemoveHold(); }
  void Cancel() { context_.TryCancel(); }

  std::string Metadata(const std::string& key) const {
    const auto& metadata = context_.GetServerInitialMetadata();
    auto found = metadata.find(key);
    return found == metadata.end() ? "" : std::string(found->second.data(), found->second.size());
  }

  void OnWriteDone(bool ok) override { std::exchange(written_, nullptr)(ok); }

  void OnReadDone(bool ok) override {
    std::optional<std::string> message;
    if (ok) message = FromBuffer(incoming_);
    has_answer_ = true;
    std::function<void(std::optional<std::string>)> done;
    {
      std::lock_guard lock(mutex_);
      if (!first_taken_) first_ = message;
      done = std::exchange(read_, nullptr);
    }
    if (done) done(std::move(message));
  }

  void OnDone(const grpc::Status& status) override {
    if (finished_) finished_(FromGrpc(status));
    self_.reset();
  }

 private:
  grpc::ClientContext context_;
  grpc::GenericStub stub_;
  const std::string method_;
  ByteBuffer outgoing_;
  ByteBuffer incoming_;
  std::function<void(bool)> written_;
  std::function<void(std::optional<std::string>)> read_;
  std::function<void(absl::Status)> finished_;
  std::atomic<bool> has_answer_ = false;
  std::mutex mutex_;  // of the first read, which began before it was asked for
  bool first_taken_ = false;
  std::optional<std::optional<std::string>> first_;
  std::shared_ptr<Reactor> self_;
};

class Handle : public Call {
 public:
  explicit Handle(std::shared_ptr<Reactor> reactor) : reactor_(std::move(reactor)) {
    reactor_->Start();
  }

  ~Handle() override {
    if (released_) return;
    reactor_->Cancel();
    reactor_->Release();
  }

  void Write(const std::string& message, std::function<void(bool)> done) override {
    reactor_->Write(message, std::move(done));
  }
  void WritesDone() override { reactor_->StartWritesDone(); }
  void Read(std::function<void(std::optional<std::string>)> done) override {
    reactor_->Read(std::move(done));
  }
  void Finish(std::function<void(absl::Status)> done) override {
    released_ = true;
    reactor_->Finish(std::move(done));
  }
  void Cancel() override { reactor_->Cancel(); }
  bool HasAnswer() const override { return reactor_->HasAnswer(); }
  std::string Metadata(const std::string& key) const override { return reactor_->Metadata(key); }

 private:
  const std::shared_ptr<Reactor> reactor_;
  bool released_ = false;
};

}  // namespace

std::unique_ptr<Call> Call::Start(const std::shared_ptr<grpc::Channel>& channel,
                                  const std::string& method) {
  return std::make_unique<Handle>(std::make_shared<Reactor>(channel, method));
}

}  // namespace edgerack::rest
