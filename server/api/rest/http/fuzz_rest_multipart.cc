// A form that arrives in pieces: the first byte is their size.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "server/api/rest/http/multipart.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using edgerack::rest::MultipartReader;
  if (size == 0) return 0;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const size_t piece = data[0] + size_t{1};
  rest.remove_prefix(1);
  MultipartReader reader = *MultipartReader::Make("multipart/form-data; boundary=B");
  size_t bytes = 0;
  while (true) {
    auto event = reader.Next();
    if (!event.ok() || event->kind == MultipartReader::Kind::kEnd) return 0;
    bytes += event->data.size();
    if (bytes > size) __builtin_trap();  // more comes out than went in
    if (event->kind != MultipartReader::Kind::kNeedMore) continue;
    if (rest.empty()) return 0;
    reader.Feed(rest.substr(0, piece));
    rest.remove_prefix(std::min(piece, rest.size()));
  }
}
