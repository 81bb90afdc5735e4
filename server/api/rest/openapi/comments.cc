#include "server/api/rest/openapi/comments.h"

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace edgerack::rest {

template <typename Descriptor>
std::string CommentOf(const Descriptor& descriptor) {
  google::protobuf::SourceLocation location;
  if (!descriptor.GetSourceLocation(&location)) return "";
  return absl::StrJoin(
      absl::StrSplit(location.leading_comments, absl::ByAnyChar(" \n"), absl::SkipEmpty()), " ");
}

template std::string CommentOf(const google::protobuf::Descriptor&);
template std::string CommentOf(const google::protobuf::EnumDescriptor&);
template std::string CommentOf(const google::protobuf::EnumValueDescriptor&);
template std::string CommentOf(const google::protobuf::FieldDescriptor&);
template std::string CommentOf(const google::protobuf::MethodDescriptor&);
template std::string CommentOf(const google::protobuf::ServiceDescriptor&);

std::string FirstSentence(const std::string& comment) {
  const size_t stop = comment.find(". ");
  if (stop != std::string::npos) return comment.substr(0, stop);
  const bool ends = !comment.empty() && comment.back() == '.';
  return ends ? comment.substr(0, comment.size() - 1) : comment;
}

}  // namespace edgerack::rest
