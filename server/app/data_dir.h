// The folder everything lies in, held by one server at a time.
#ifndef SERVER_APP_DATA_DIR_H_
#define SERVER_APP_DATA_DIR_H_

#include <filesystem>
#include <memory>

#include "base/error.h"

namespace edgerack::app {

class DataDir {
 public:
  // Makes it if it is missing. FAILED_PRECONDITION (DIR_IN_USE) while another server has it.
  static absl::StatusOr<std::unique_ptr<DataDir>> Open(const std::filesystem::path& path);
  ~DataDir();
  const std::filesystem::path& path() const { return path_; }

 private:
  DataDir(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::filesystem::path path_;
  int lock_;
};

}  // namespace edgerack::app

#endif  // SERVER_APP_DATA_DIR_H_
