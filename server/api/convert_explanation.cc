// Explanations as the API's messages.
#include "server/api/convert.h"

namespace edgerack::api {
namespace {

void ToProto(const core::SlowCause& cause, v1::SlowCause* to) {
  to->set_code(Utf8(cause.code));
  if (cause.share) to->set_share(*cause.share);
  if (cause.slowdown) to->set_slowdown(*cause.slowdown);
  to->set_evidence(Utf8(cause.evidence));
  to->set_fix(Utf8(cause.fix));
  to->mutable_layers()->Add(cause.layers.begin(), cause.layers.end());
}

void ToProto(const core::LayerExplanation& layer, v1::LayerExplanation* to) {
  to->set_index(layer.index);
  to->set_name(Utf8(layer.name));
  to->set_op(Utf8(layer.op));
  to->set_kernel(Utf8(layer.kernel));
  to->set_cycles(layer.cycles);
  to->set_share(layer.share);
  to->set_macs(layer.macs);
  to->set_bytes(layer.bytes);
  to->set_bound(layer.bound);
  if (layer.bound.empty()) return;
  to->set_arithmetic_cycles(layer.arithmetic_cycles);
  to->set_requantization_cycles(layer.requantization_cycles);
  to->set_memory_cycles(layer.memory_cycles);
  to->set_memory(layer.memory);
}

}  // namespace

void ToProto(const core::Explanation& explanation, v1::Explanation* to) {
  if (explanation.clock_hz > 0) to->set_clock_hz(explanation.clock_hz);
  to->set_cycles(explanation.cycles);
  to->set_estimated(explanation.estimated);
  if (explanation.bound_cycles > 0) to->set_bound_cycles(explanation.bound_cycles);
  for (const core::SlowCause& cause : explanation.causes) ToProto(cause, to->add_causes());
  for (const core::LayerExplanation& layer : explanation.layers) ToProto(layer, to->add_layers());
  for (const std::string& note : explanation.notes) to->add_notes(Utf8(note));
}

}  // namespace edgerack::api
