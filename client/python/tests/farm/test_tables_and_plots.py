"""Results as tables, Parquet, HTML and drawings."""

import sys

import matplotlib.pyplot
import pandas
import pytest
from conftest import BOARD

import edgerack as er
from edgerack import plots, tables
from edgerack.records import Layer, Memory, MemoryRegion, Result


@pytest.fixture(autouse=True)
def _no_open_figures():
    yield
    matplotlib.pyplot.close("all")


def test_results_as_rows(results):
    frame = results.to_pandas()
    assert len(frame) == 1
    row = frame.iloc[0]
    assert row["id"] == results[0].id
    assert row["board.id"] == BOARD
    assert row["latency.median_ms"] == results[0].latency_ms
    assert row["accuracy.top1"] == results[0].top1
    assert row["provenance.options.board_samples"] == "20"
    assert results[0].to_pandas().equals(frame)


def test_layers_as_rows(results):
    frame = results[0].layers_to_pandas()
    assert list(frame["name"]) == [layer.name for layer in results[0].layers]
    assert frame["share"].sum() == pytest.approx(1.0)
    assert frame["ms"].sum() == pytest.approx(results[0].latency_ms, rel=0.01)
    assert frame["output_shape"][0] == "1x8x8x16"


def test_parquet_holds_the_same(results, tmp_path):
    results.to_parquet(tmp_path / "all.parquet")
    results[0].to_parquet(tmp_path / "one.parquet")
    for name in ("all.parquet", "one.parquet"):
        read = pandas.read_parquet(tmp_path / name)
        assert read["latency.median_ms"][0] == results[0].latency_ms
        assert set(read.columns) == set(results.to_pandas().columns)


def test_the_layer_profile_has_a_bar_for_each_layer(results):
    result = results[0]
    ax = result.plot_layers()
    lengths = [patch.get_width() for patch in ax.patches]
    assert lengths == pytest.approx([1000 * y.cycles / result.clock_hz for y in result.layers])
    assert ax.get_xlabel() == "ms (estimated)"
    assert [label.get_text() for label in ax.get_yticklabels()][:2] == ["stem_1", "depthwise_1"]
    assert BOARD in ax.get_title()


def test_a_profile_without_a_clock_shows_instructions():
    layers = (Layer(index=0, name="a", instructions=30), Layer(index=1, name="b", instructions=10))
    ax = Result(layers=layers, model_display_name="m").plot_layers()
    assert [patch.get_width() for patch in ax.patches] == [30, 10]
    assert ax.get_xlabel() == "instructions"
    assert [text.get_text().strip() for text in ax.texts] == ["75.0 %", "25.0 %"]


def test_the_memory_map_adds_up(results):
    memory = results[0].memory
    ax = results[0].plot_memory()
    for place, region in enumerate(memory.regions):
        bars = [p for p in ax.patches if p.get_y() < place < p.get_y() + p.get_height()]
        share = 100 * region.used_bytes / region.size_bytes
        assert sum(bar.get_width() for bar in bars) == pytest.approx(share)
    assert f"{memory.regions[0].used_bytes:,}" in ax.texts[0].get_text()


def test_parts_of_a_region():
    region = MemoryRegion("FLASH", 100, 200)
    memory = Memory(code_bytes=60, code_region="FLASH", weights_bytes=30, weights_region="FLASH",
                    arena_bytes=50, arena_region="SRAM")  # fmt: skip
    parts = plots.region_parts(memory, region)
    assert parts == {"code": 60, "weights": 30, "arena": 0, "stack": 0, "other": 10}


def test_drawings_go_where_they_are_told(results, tmp_path):
    figure, (left, right) = matplotlib.pyplot.subplots(1, 2)
    assert results[0].plot_layers(left) is left
    assert results[0].plot_memory(right) is right
    figure.savefig(tmp_path / "both.png")
    assert (tmp_path / "both.png").stat().st_size > 5000


def test_a_result_without_anything_can_be_shown():
    empty = Result(id="r")
    empty.plot_layers()
    empty.plot_memory()
    assert "<table>" in empty._repr_html_()
    assert len(empty.to_pandas()) == 1


def test_html_escapes_what_others_named(results):
    evil = Result(model_display_name="<script>alert(1)</script>")
    assert "<script>" not in evil._repr_html_()
    assert "&lt;script&gt;" in evil._repr_html_()
    text = results._repr_html_()
    assert "ms (estimated)" in text
    assert "100.00 %" in text
    assert "stem_1" in results[0]._repr_html_()


@pytest.mark.parametrize(
    ("package", "call", "extra"),
    [
        ("pandas", lambda r: r.to_pandas(), "pandas"),
        ("pyarrow", lambda r: r.to_parquet("unused"), "parquet"),
        ("matplotlib.pyplot", lambda r: r.plot_layers(), "plots"),
    ],
)
def test_a_missing_package_is_named_with_its_cure(monkeypatch, package, call, extra):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(er.MissingPackage) as caught:
        call(Result(id="r"))
    assert f"pip install 'edgerack[{extra}]'" in caught.value.message
    assert isinstance(caught.value, ImportError)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("net_1/stem_1/Relu;net_1/stem_1/BiasAdd;net_1/stem_1/convolution", "stem_1"),
        ("conv1", "conv1"), ("block/conv1", "block/conv1"), ("", ""), ("/x", "/x"),
    ],
)  # fmt: skip
def test_layers_have_the_names_of_the_command_line(name, short):
    assert tables.short_name(name) == short
