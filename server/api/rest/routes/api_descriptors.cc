#include "server/api/rest/routes/api_descriptors.h"

#include <google/protobuf/descriptor.pb.h>

#include <algorithm>

#include "absl/base/internal/raw_logging.h"
#include "server/api/rest/routes/api_descriptors_data.h"

namespace edgerack::rest {
namespace {

using google::protobuf::DescriptorPool;
using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;

struct Api {
  FileDescriptorSet files;
  DescriptorPool pool;
};

const Api& Loaded() {
  static const Api& api = *[] {
    auto* made = new Api;
    // The build made these bytes; that they cannot be read is a bug.
    ABSL_RAW_CHECK(made->files.ParseFromArray(kApiDescriptors, sizeof kApiDescriptors),
                   "the embedded descriptors cannot be read");
    for (const FileDescriptorProto& file : made->files.file()) {
      ABSL_RAW_CHECK(made->pool.BuildFile(file) != nullptr, file.name().c_str());
    }
    return made;
  }();
  return api;
}

}  // namespace

const DescriptorPool& ApiPool() { return Loaded().pool; }

std::vector<const google::protobuf::ServiceDescriptor*> ApiServices() {
  std::vector<const google::protobuf::ServiceDescriptor*> services;
  for (const FileDescriptorProto& proto : Loaded().files.file()) {
    if (proto.package() != "edgerack.v1") continue;
    const auto* file = Loaded().pool.FindFileByName(proto.name());
    for (int i = 0; i < file->service_count(); ++i) services.push_back(file->service(i));
  }
  std::sort(services.begin(), services.end(),
            [](const auto* a, const auto* b) { return a->name() < b->name(); });
  return services;
}

}  // namespace edgerack::rest
