// For tests of passes: text in, text out.
#ifndef SERVER_COMPILER_PASSES_PASS_TEXT_H_
#define SERVER_COMPILER_PASSES_PASS_TEXT_H_

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "server/compiler/ir/text.h"
#include "server/compiler/ops/op_def.h"
#include "server/compiler/passes/pass.h"

namespace edgerack::compiler {

inline Graph ParsedGraph(const std::string& body) {
  auto graph = ParseGraph("graph \"g\" {\n" + body + "}\n");
  EXPECT_TRUE(graph.ok()) << graph.status();
  EXPECT_TRUE(VerifyGraph(*graph).ok()) << VerifyGraph(*graph);
  return graph.ok() ? *graph : Graph();
}

// Runs one pass and the removal of dead tensors, so that the text shows what is left.
inline std::string AfterPass(const std::string& pass_name, const std::string& body,
                             PassOptions options = {}, std::vector<Finding>* findings = nullptr) {
  Graph graph = ParsedGraph(body);
  for (const Pass& pass : AllPasses()) {
    const bool runs = pass.name == pass_name || std::string(pass.name) == "remove-dead";
    if (!runs) options.switched_off.insert(pass.name);
  }
  std::vector<Finding> found;
  FakeClock clock;
  auto timings = RunPasses(graph, options, found, clock);
  if (findings != nullptr) *findings = found;
  return timings.ok() ? PrintGraph(graph) : ErrorMessageOf(timings.status());
}

inline std::string GraphText(const std::string& body) { return "graph \"g\" {\n" + body + "}\n"; }

}  // namespace edgerack::compiler

#endif  // SERVER_COMPILER_PASSES_PASS_TEXT_H_
