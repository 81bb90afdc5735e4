#include "server/api/rest/http/gzip.h"

#include <zlib.h>

namespace edgerack::rest {
namespace {

constexpr int kFast = 1;  // JSON shrinks to a tenth already; answers are made once
constexpr int kGzipWindow = MAX_WBITS + 16;  // zlib's way to say gzip
constexpr int kMemoryLevel = 8;              // zlib's default

}  // namespace

std::string Gzip(std::string_view body) {
  z_stream stream{};
  if (deflateInit2(&stream, kFast, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return {};
  }
  std::string packed(deflateBound(&stream, body.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int result = deflate(&stream, Z_FINISH);
  packed.resize(result == Z_STREAM_END ? stream.total_out : 0);
  deflateEnd(&stream);
  return packed;
}

}  // namespace edgerack::rest
