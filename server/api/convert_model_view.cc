// Tensors and views of models as the API's messages.
#include "server/api/convert.h"

namespace edgerack::api {

void ToProto(const core::TensorInfo& tensor, v1::TensorDescription* to) {
  to->set_name(Utf8(tensor.name));
  to->set_dtype(tensor.dtype);
  for (int64_t dim : tensor.shape) to->add_shape(dim);
  if (tensor.scale == 0) return;
  to->set_scale(tensor.scale);
  to->set_zero_point(tensor.zero_point);
}

void ToProto(const core::ModelView& view, v1::ModelView* to) {
  to->set_format(Utf8(view.format));
  for (const core::TensorInfo& tensor : view.inputs) ToProto(tensor, to->add_inputs());
  for (const core::TensorInfo& tensor : view.outputs) ToProto(tensor, to->add_outputs());
  for (const core::ModelLayer& from : view.layers) {
    v1::ModelLayer* layer = to->add_layers();
    if (from.index) layer->set_index(*from.index);
    layer->set_name(Utf8(from.name));
    layer->set_op(Utf8(from.op));
    for (int64_t dim : from.output_shape) layer->add_output_shape(dim);
    layer->set_output_dtype(Utf8(from.output_dtype));
    if (from.parameters_bytes) layer->set_parameters_bytes(*from.parameters_bytes);
    if (from.macs) layer->set_macs(*from.macs);
  }
  v1::ModelTotals* totals = to->mutable_totals();
  if (view.totals.layers) totals->set_layers(*view.totals.layers);
  if (view.totals.weights_bytes) totals->set_weights_bytes(*view.totals.weights_bytes);
  if (view.totals.activations_peak_bytes) {
    totals->set_activations_peak_bytes(*view.totals.activations_peak_bytes);
  }
  if (view.totals.macs) totals->set_macs(*view.totals.macs);
}

}  // namespace edgerack::api
