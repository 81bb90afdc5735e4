#include "client/cli/commands/result_outputs.h"

#include "client/cli/output/inference.h"

namespace edgerack::cli {

absl::StatusOr<FetchedOutputs> FetchOutputs(Session& session, const std::string& result,
                                            const OutputsChoice& choice) {
  FetchedOutputs fetched;
  ER_ASSIGN_OR_RETURN(fetched.outputs, session.connection().GetResultOutputs(result, choice.host));
  ER_ASSIGN_OR_RETURN(fetched.npz, WriteNpz(OutputArchive(fetched.outputs, choice.real)));
  return fetched;
}

}  // namespace edgerack::cli
