#include "server/api/rest/site/site.h"

#include <fstream>

#include "base/files.h"
#include "gmock/gmock.h"

namespace edgerack::rest {
namespace {

using testing::HasSubstr;

void Put(const std::filesystem::path& file, const std::string& text) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

TEST(SiteTest, FilesAreFoundByTheirPath) {
  TempDir dir;
  Put(dir.path() / "index.html", "<!doctype html>");
  Put(dir.path() / "assets" / "index-1a.js", "run()");
  Put(dir.path() / "assets" / "index-1a.js.gz", "packed");
  Put(dir.path() / "notes.txt", "not the dashboard's");
  const Site site = Site::Load(dir.path());
  EXPECT_TRUE(site.built());
  EXPECT_EQ(site.page().bytes, "<!doctype html>");
  EXPECT_FALSE(site.page().immutable);
  const SiteFile* script = site.Find("/assets/index-1a.js");
  ASSERT_NE(script, nullptr);
  EXPECT_EQ(script->bytes, "run()");
  EXPECT_EQ(script->gzip, "packed");
  EXPECT_EQ(script->content_type, "text/javascript; charset=utf-8");
  EXPECT_TRUE(script->immutable);
  EXPECT_NE(script->etag, site.page().etag);
  for (const char* path :
       {"/notes.txt", "/assets/index-1a.js.gz", "/../index.html", "/assets", ""}) {
    EXPECT_EQ(site.Find(path), nullptr) << path;
  }
}

TEST(SiteTest, WithoutABuildThePageSaysHowToGetOne) {
  TempDir dir;
  for (const Site& site : {Site(), Site::Load(dir.path()), Site::Load(dir.path() / "none")}) {
    EXPECT_FALSE(site.built());
    EXPECT_THAT(site.page().bytes, HasSubstr("./dev build"));
    EXPECT_EQ(site.Find("/index.html"), nullptr);
  }
}

TEST(SiteTest, TheApisPathsAreNoPages) {
  for (const char* path : {"/", "/jobs/x", "/v1x"}) EXPECT_TRUE(IsPagePath(path)) << path;
  for (const char* path : {"/v1", "/v1/", "/v1/jobs/x"}) EXPECT_FALSE(IsPagePath(path)) << path;
}

}  // namespace
}  // namespace edgerack::rest
