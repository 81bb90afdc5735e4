"""Build hook: the API's proto files as one set of descriptors, `edgerack/_proto/schema.binpb`.

A set of descriptors and not generated modules, because these only load with a protobuf runtime of
their own version or a little later, and a training environment already has one: TensorFlow's,
ONNX's, … . Needs no protoc where the package is installed.
"""

import contextlib
import importlib.resources
import pathlib
import tempfile
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SCHEMA = pathlib.PurePath("src", "edgerack", "_proto", "schema.binpb")
# What error details are made of; `edgerack.v1` itself does not import them.
ERROR_DETAILS = ("google/rpc/status.proto", "google/rpc/error_details.proto")


def proto_folder(root: pathlib.Path) -> pathlib.Path:
    """The proto files: packed into a source distribution, else those of the repository."""
    for folder in (root / "proto", root.parent.parent / "proto"):
        if (folder / "edgerack" / "v1").is_dir():
            return folder
    raise FileNotFoundError(
        f"neither {root}/proto nor {root.parent.parent}/proto has edgerack/v1; "
        "build from the repository or from a source distribution"
    )


def write_schema(root: pathlib.Path) -> pathlib.Path:
    """Compiles the proto files; returns the file that was written."""
    import google.api  # of googleapis-common-protos; its .proto files lie beside the modules
    import grpc_tools
    from grpc_tools import protoc

    protos = proto_folder(root)
    googleapis = pathlib.Path(next(iter(google.api.__path__))).parents[1]
    sources = sorted(
        str(p.relative_to(protos)) for p in (protos / "edgerack" / "v1").glob("*.proto")
    )
    target = root / SCHEMA
    with contextlib.ExitStack() as stack:
        well_known = stack.enter_context(
            importlib.resources.as_file(importlib.resources.files(grpc_tools) / "_proto")
        )
        made = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(dir=target.parent)))
        done = protoc.main([
            "protoc", f"-I{protos}", f"-I{googleapis}", f"-I{well_known}", "--include_imports",
            f"--descriptor_set_out={made / 'schema'}", *sources, *ERROR_DETAILS,
        ])  # fmt: skip
        if done != 0:
            raise RuntimeError(f"protoc refused the proto files in {protos}; see its lines above")
        (made / "schema").replace(target)
    return target


class SchemaHook(BuildHookInterface[Any]):
    """Packs the schema into a wheel, the proto files into a source distribution."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects files."""
        root = pathlib.Path(self.root)
        if self.target_name == "sdist":
            protos = proto_folder(root) / "edgerack" / "v1"
            build_data["force_include"][str(protos)] = "proto/edgerack/v1"
            licence = root.parent.parent / "LICENSE"
            if licence.is_file() and not (root / "LICENSE").exists():
                build_data["force_include"][str(licence)] = "LICENSE"
        else:
            write_schema(root)
            build_data["artifacts"].append(str(SCHEMA))


if __name__ == "__main__":
    print(write_schema(pathlib.Path(__file__).resolve().parent))
