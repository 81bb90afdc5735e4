#include "server/api/rest/serve/file_upload.h"

#include "server/api/rest/routes/request_message.h"
#include "server/api/rest/serve/arrival.h"
#include "server/api/rest/serve/handlers.h"

namespace edgerack::rest {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const FieldDescriptor* SizeField(const google::protobuf::Descriptor& request) {
  const FieldDescriptor* field = request.FindFieldByName("size_bytes");
  const bool fits = field != nullptr && field->type() == FieldDescriptor::TYPE_INT64;
  return fits && !field->is_repeated() ? field : nullptr;
}

FileUpload::FileUpload(const std::shared_ptr<grpc::Channel>& channel, const Route& route,
                       std::unique_ptr<Message> first)
    : route_(route), call_(Call::Start(channel, route.GrpcMethod())), first_(std::move(first)) {
  const auto* size = SizeField(*first_->GetDescriptor());
  if (size != nullptr) size_bytes_ = first_->GetReflection()->GetInt64(*first_, size);
}

asio::awaitable<bool> FileUpload::Send(Message& message) {
  if (refused()) co_return false;
  Arrival<bool> written(co_await asio::this_coro::executor);
  call_->Write(message.SerializeAsString(), written.Bring());
  refused_ = !co_await written.Take();
  co_return !refused();
}

asio::awaitable<bool> FileUpload::Write(std::string_view bytes) {
  auto message = first_ ? std::move(first_) : NewMessage(*route_.method->input_type());
  const FieldDescriptor& file = FileField(*message->GetDescriptor());
  message->GetReflection()->SetString(message.get(), &file, std::string(bytes));
  co_return co_await Send(*message);
}

asio::awaitable<absl::StatusOr<std::string>> FileUpload::Finish() {
  if (first_) co_await Send(*std::exchange(first_, nullptr));
  if (!refused()) call_->WritesDone();
  const std::optional<std::string> message = co_await NextMessage(*call_);
  if (message) co_await NextMessage(*call_);
  const absl::Status status = co_await EndOf(*call_);
  if (!status.ok()) co_return status;
  co_return MessageAsJson(*route_.method->output_type(), message.value_or(""));
}

}  // namespace edgerack::rest
