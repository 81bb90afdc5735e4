"""The REST API's paths as the table of docs/rest.md: route_table.py < openapi.json

The description comes from `edgerack-server --print-openapi`.
"""

import json
import sys

METHODS = ("get", "post", "put", "patch", "delete")


def table(document):
    lines = ["| request | call | does |", "|---|---|---|"]
    for path, operations in sorted(document["paths"].items()):
        for method in METHODS:
            if operation := operations.get(method):
                lines.append(f"| `{method.upper()} {path}` | {operation['operationId']} | "
                             f"{operation.get('summary', '')} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table(json.load(sys.stdin)))
