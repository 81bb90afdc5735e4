// `quantization` of the compile report.
#ifndef SERVER_COMPILER_PTQ_QUANTIZATION_JSON_H_
#define SERVER_COMPILER_PTQ_QUANTIZATION_JSON_H_

#include <nlohmann/json.hpp>

#include "server/compiler/ptq/equalize.h"
#include "server/compiler/ptq/float_reference.h"
#include "server/compiler/ptq/options.h"
#include "server/compiler/ptq/quantize_graph.h"
#include "server/compiler/ptq/sensitivity.h"

namespace edgerack::compiler {

struct QuantizationReport {
  std::string mode;  // as --quantize names it
  DType kept;        // what the scan keeps layers in
  const PtqOptions& options;
  int64_t calibration_samples;
  int64_t compared_samples;  // of them, in the comparison of layers
  const Graph& graph;        // the float one
  const ConversionPlan& plan;
  const std::vector<EqualizedPair>& equalized;
  const std::optional<SensitivityScan>& scan;
  const QuantizedGraph& quantized;
  const std::vector<LayerError>& layers;
  const std::vector<ErrorFigures>& outputs;
};

// mode, calibration {method, samples, …}, equalized [{first, second, spread}], sensitivity
// {sqnr_db_before, sqnr_db_after, reached, slower_estimated, layers [{name, macs, sqnr_db_alone,
// float or int16}]}, layers [{name, op, dtype,
// method, scale, zero_point, clamped_share, bias_shift, sqnr_db, cos}], outputs [{name, sqnr_db,
// cos, max}]. A key that does not apply is absent.
nlohmann::ordered_json QuantizationJson(const QuantizationReport& report);

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PTQ_QUANTIZATION_JSON_H_
