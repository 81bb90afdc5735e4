// The ids of the server's records. The id of an uploaded file is the SHA-256 of its bytes.
#ifndef SERVER_CORE_IDS_H_
#define SERVER_CORE_IDS_H_

#include "base/ids.h"

namespace edgerack::core {

using ModelId = StrongId<struct ModelTag>;
using DatasetId = StrongId<struct DatasetTag>;
using FirmwareId = StrongId<struct FirmwareTag>;
using JobId = StrongId<struct JobTag>;
using RunId = StrongId<struct RunTag>;
using ResultId = StrongId<struct ResultTag>;
using BoardId = StrongId<struct BoardTag>;
using AgentId = StrongId<struct AgentTag>;
using SuiteId = StrongId<struct SuiteTag>;
using SuiteRunId = StrongId<struct SuiteRunTag>;
using BaselineId = StrongId<struct BaselineTag>;

}  // namespace edgerack::core

#endif  // SERVER_CORE_IDS_H_
