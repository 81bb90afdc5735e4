#include <zlib.h>

#include <vector>

#include "gmock/gmock.h"
#include "server/api/rest/http/gzip.h"
#include "server/api/rest/http/headers.h"
#include "server/api/rest/http/multipart.h"
#include "server/api/rest/http/origin.h"
#include "server/api/rest/http/status.h"

namespace edgerack::rest {
namespace {

using testing::HasSubstr;

constexpr char kType[] = "multipart/form-data; boundary=\"B\"";

// "[name|filename]bytes" of each part, then "." when the form is complete, or the error's code. The
// form arrives in pieces of `piece` bytes.
std::string Read(std::string_view form, size_t piece) {
  MultipartReader reader = *MultipartReader::Make(kType);
  std::string read;
  while (true) {
    auto event = reader.Next();
    if (!event.ok()) return read + ErrorCodeOf(event.status());
    switch (event->kind) {
      case MultipartReader::Kind::kPart:
        read += "[" + event->part.name + "|" + event->part.filename + "]";
        break;
      case MultipartReader::Kind::kData:
        read += event->data;
        break;
      case MultipartReader::Kind::kEnd:
        return read + ".";
      case MultipartReader::Kind::kNeedMore:
        if (form.empty()) return read;
        reader.Feed(form.substr(0, piece));
        form.remove_prefix(std::min(piece, form.size()));
    }
  }
}

TEST(MultipartTest, ReadsAFormHoweverItArrives) {
  const std::string form =
      "ignored\r\n--B\r\nContent-Disposition: form-data; name=\"display_name\"\r\n\r\nnet\r\n"
      "--B\r\nContent-Type: application/octet-stream\r\ncontent-disposition: form-data; "
      "name=\"file\"; filename=\"a \\\"b\\\"; "
      "c.tflite\"\r\n\r\nbytes\r\n--A\r\n-\r\n\r\n--B--\r\nrest";
  const std::string wanted = "[display_name|]net[file|a \"b\"; c.tflite]bytes\r\n--A\r\n-\r\n.";
  for (size_t piece = 1; piece < form.size(); ++piece) EXPECT_EQ(Read(form, piece), wanted);
}

TEST(MultipartTest, AnEmptyPartAndAnEmptyForm) {
  EXPECT_EQ(Read("--B\r\nContent-Disposition: form-data; name=x\r\n\r\n\r\n--B--", 3), "[x|].");
  EXPECT_EQ(Read("--B--", 1), ".");
}

TEST(MultipartTest, AFormThatIsCutOffHasNoEnd) {
  const std::string form = "--B\r\nContent-Disposition: form-data; name=x\r\n\r\nabcdefgh\r\n--B--";
  for (size_t size = 0; size < form.size(); ++size) {
    const std::string read = Read(form.substr(0, size), 7);
    EXPECT_TRUE(read.empty() || read.back() != '.') << read;
  }
}

TEST(MultipartTest, RefusesWhatIsNoForm) {
  EXPECT_EQ(Read(std::string(10'000, 'x'), 100), "BAD_MULTIPART");
  EXPECT_EQ(Read("--B\r\nContent-Type: text/plain\r\n\r\nx\r\n--B--", 9), "BAD_MULTIPART");
  EXPECT_EQ(Read("--B\r\nno colon\r\n\r\nx\r\n--B--", 9), "BAD_MULTIPART");
  EXPECT_EQ(Read("--Bxy", 9), "BAD_MULTIPART");
  EXPECT_EQ(Read("--B\r\n" + std::string(10'000, 'h'), 100), "BAD_MULTIPART");
  std::string many;
  for (int i = 0; i < 65; ++i) many += "--B\r\nContent-Disposition: form-data; name=x\r\n\r\n\r\n";
  EXPECT_THAT(Read(many + "--B--", 100), HasSubstr("BAD_MULTIPART"));
  EXPECT_FALSE(MultipartReader::Make("multipart/form-data").ok());
  EXPECT_FALSE(MultipartReader::Make("multipart/form-data; boundary=" + std::string(71, 'b')).ok());
}

TEST(HeadersTest, GzipIsTakenWhereItIsAccepted) {
  for (const char* yes : {"gzip", "br, GZIP;q=0.5", "*", "deflate, gzip ; q=1.0"}) {
    EXPECT_TRUE(AcceptsGzip(yes)) << yes;
  }
  for (const char* no : {"", "identity", "gzip;q=0", "*;q=0", "gzip;q=x", "*, gzip;q=0.0"}) {
    EXPECT_FALSE(AcceptsGzip(no)) << no;
  }
}

TEST(HeadersTest, NoneMatch) {
  const std::string etag = ETagOf("body");
  EXPECT_EQ(etag.size(), 34u);
  EXPECT_NE(etag, ETagOf("other"));
  EXPECT_TRUE(NoneMatchHas(etag, etag));
  EXPECT_TRUE(NoneMatchHas("\"a,b\", W/" + etag, etag));
  EXPECT_TRUE(NoneMatchHas("*", etag));
  EXPECT_FALSE(NoneMatchHas("", etag));
  EXPECT_FALSE(NoneMatchHas("\"x" + etag.substr(1), etag));
  EXPECT_FALSE(NoneMatchHas(GzipETag(etag), etag));
}

TEST(HeadersTest, UploadRanges) {
  EXPECT_EQ(ParseUploadRange("7", "")->offset, 7);
  const UploadRange range = *ParseUploadRange("", "bytes 5-9/20");
  EXPECT_EQ(range.offset, 5);
  EXPECT_EQ(range.bytes, 5);
  EXPECT_EQ(range.total, 20);
  EXPECT_EQ(ParseUploadRange("5", "Bytes 5-9/*")->total, std::nullopt);
  for (const char* bad :
       {"", "5", "bytes 5", "bytes 9-5/20", "bytes 5-20/20", "bytes -5/20", "bytes 5-9",
        "bytes 5-9/", "bytes a-b/c", "bytes 5-99999999999999999999/*"}) {
    EXPECT_FALSE(ParseUploadRange("", bad).ok()) << bad;
  }
  for (const char* bad : {"-1", "+1", "1.0", "x", "99999999999999999999"}) {
    EXPECT_FALSE(ParseUploadRange(bad, "").ok()) << bad;
  }
  EXPECT_FALSE(ParseUploadRange("4", "bytes 5-9/20").ok());
}

TEST(GzipTest, UnpacksToTheSameBytes) {
  for (const std::string& body : {std::string(), std::string("x"), std::string(3 << 20, 'y')}) {
    const std::string packed = Gzip(body);
    std::string unpacked(body.size() + 1, '\0');
    z_stream stream{};
    ASSERT_EQ(inflateInit2(&stream, MAX_WBITS + 16), Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(unpacked.data());
    stream.avail_out = static_cast<uInt>(unpacked.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    unpacked.resize(stream.total_out);
    inflateEnd(&stream);
    EXPECT_EQ(unpacked, body);
  }
}

TEST(OriginTest, ForeignPagesMayNothingUnlessNamed) {
  const OriginPolicy none({});
  EXPECT_FALSE(none.Allows("http://a"));
  EXPECT_FALSE(none.MayChange("http://a", "127.0.0.1:7701"));
  EXPECT_FALSE(none.MayChange("null", "127.0.0.1:7701"));
  EXPECT_TRUE(none.MayChange("", "127.0.0.1:7701"));
  EXPECT_TRUE(none.MayChange("http://127.0.0.1:7701", "127.0.0.1:7701"));
  const OriginPolicy one({"http://a"});
  EXPECT_TRUE(one.Allows("http://a"));
  EXPECT_FALSE(one.Allows("http://a.evil"));
  EXPECT_TRUE(one.MayChange("http://a", "h"));
  EXPECT_TRUE(OriginPolicy({"*"}).Allows("http://b"));
}

TEST(StatusTest, ErrorsInTheShapeOfGrpcStatus) {
  const auto error =
      MakeError(absl::StatusCode::kNotFound, ErrorClass::kUser, "JOB_NOT_FOUND", "no job \"\xff\"");
  EXPECT_EQ(Dump(ErrorBody(error)),
            R"({"error":{"code":404,"status":"NOT_FOUND","message":"no job \")"
            "\xEF\xBF\xBD"
            R"(\"",)"
            R"("details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo",)"
            R"("reason":"JOB_NOT_FOUND","domain":"edgerack.dev","metadata":{"class":"USER"}}]}})");
  EXPECT_EQ(HttpStatusOf(MakeError(absl::StatusCode::kResourceExhausted, ErrorClass::kUser,
                                   "UPLOAD_TOO_LARGE", "")),
            413);
  EXPECT_EQ(HttpStatusOf(absl::InternalError("")), 500);
  for (int code = 1; code <= 16; ++code) {
    const int status = HttpStatusOf(absl::Status(static_cast<absl::StatusCode>(code), ""));
    EXPECT_GE(status, 400);
    EXPECT_STRNE(ReasonPhrase(status), "") << status;
  }
}

}  // namespace
}  // namespace edgerack::rest
