#include "server/control/foreign_plan.h"

#include "base/catalog/image_fit.h"

namespace edgerack::control {

absl::Status CheckFirmware(const core::FirmwareId& id, const std::string& chip,
                           const Services& services) {
  ER_ASSIGN_OR_RETURN(const core::Firmware firmware, services.firmwares.GetFirmware(id));
  ER_ASSIGN_OR_RETURN(const std::string file, services.artifacts.Read(id.value()));
  ER_ASSIGN_OR_RETURN(const Chip facts, services.catalog.FindChip(chip));
  auto image = ParseElf(file);
  if (!image.ok()) return Annotate(image.status(), firmware.display_name);
  return Annotate(CheckImageFitsChip(*image, facts), firmware.display_name);
}

absl::StatusOr<core::RunPlan> PlanWithoutModel(const core::JobSpec& spec,
                                               const Services& services) {
  core::RunPlan plan;
  if (spec.dataset.empty()) return plan;
  ER_ASSIGN_OR_RETURN(const core::Dataset input, services.datasets.GetDataset(spec.dataset));
  plan.prepared.samples = 1;
  plan.prepared.inputs_sha256 = input.id.value();
  plan.compiled.input_bytes = {input.size_bytes};
  return plan;
}

}  // namespace edgerack::control
