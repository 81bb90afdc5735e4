// What a job with somebody's own image needs before it may have a board.
#ifndef SERVER_CONTROL_FOREIGN_PLAN_H_
#define SERVER_CONTROL_FOREIGN_PLAN_H_

#include "server/control/farm_context.h"

namespace edgerack::control {

// Is the image one for this chip? Errors of base/elf/elf_image.h and base/catalog/image_fit.h, of
// the catalog and of the store. Reads the whole file.
absl::Status CheckFirmware(const core::FirmwareId& id, const std::string& chip,
                           const Services& services);

// The plan of an image that has its model in it: no package; the dataset, if any, is its input.
absl::StatusOr<core::RunPlan> PlanWithoutModel(const core::JobSpec& spec, const Services& services);

}  // namespace edgerack::control

#endif  // SERVER_CONTROL_FOREIGN_PLAN_H_
