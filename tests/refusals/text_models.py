"""Wrong models in the compiler's own text form."""

from entry import Refused


def graph(*lines):
    return lambda: "\n".join(['graph "g" {', *lines, "}"]).encode()


REFUSED = [
    Refused("text_without_a_type", graph("input %x: float64[2]", "output %x"), "BAD_GRAPH_TEXT",
            "line 2", None, None, "float64", "float32", "correct the line"),
    Refused("text_pad_mode",
            graph("input %x: float32[4]",
                  '%y: float32[6] = pad(%x) {pads = [1, 1], mode = "mirror"} "border"', "output %y"),
            "UNSUPPORTED_ATTRIBUTE", "'border'", "pad", "mode", "mirror",
            "constant, reflect, symmetric, edge, wrap", "Pad with one of these"),
    Refused("text_operands_of_two_types",
            graph("input %a: float32[4]", "input %b: int32[4]",
                  '%y: float32[4] = binary(%a, %b) {fn = "add"} "sum"', "output %y"),
            "UNSUPPORTED_TYPE", "'sum'", "binary", "operands 'a' and 'b'", "float32 and int32",
            "operands of one type", "Cast one of them"),
    Refused("text_float_operator_on_integers",
            graph("input %x: int32[4]", '%y: int32[4] = unary(%x) {fn = "exp"} "e"', "output %y"),
            "UNSUPPORTED_TYPE", "'e'", "unary", "exp", "int32", "supported are",
            "Cast or convert it"),
]
TAKEN = []
