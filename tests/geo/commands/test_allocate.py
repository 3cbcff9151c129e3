"""The command that allocates, on the embedded dataset: what it prints, and one line and status 2 for what it cannot."""

import json

import pytest

import geo.__main__ as command_line


def run(capsys, *arguments):
    status = command_line.main(("allocate", "--area", "kanagawa", *arguments))
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def listed(capsys, resource, *more):
    status, out, _ = run(capsys, "--resource", resource, *more)
    assert status == 0
    return json.loads(out, parse_constant=pytest.fail)


@pytest.fixture(scope="module")
def timber():
    """Return what is printed for timber, by municipality."""
    with pytest.MonkeyPatch.context() as patch:
        printed = []
        patch.setattr(command_line, "_print_json", printed.append)
        assert command_line.main(
            ["allocate", "--area", "kanagawa", "--resource", "timber", "--by", "municipality", "--format", "json"]
        ) == 0  # fmt: skip
    return printed[0]


def test_head_and_units_of_measure(timber):
    assert (timber["area"], timber["resource"], timber["by"], timber["case"]) == (
        "kanagawa", "timber", "municipality", "central",
    )  # fmt: skip
    assert timber["units_of_measure"] == {"amount": "m³/yr", "distance_km": "km by road (geodesic × 1.35, an estimate)"}
    assert timber["reach_km"] == pytest.approx(14000 / 36)
    assert timber["scales"] == ["municipality", "basin", "prefecture"]


def test_totals_are_the_flows(timber):
    total, flows = timber["total"], timber["flows"]
    sent = sum(flow["amount"] for flow in flows)
    assert total["sent"] == total["delivered"] == pytest.approx(sent)
    for scale in timber["scales"]:
        of_scale = sum(flow["amount"] for flow in flows if flow["scale"] == scale)
        assert total["delivered_by_scale"][scale] == pytest.approx(of_scale)
    # Kanagawa's forests grow a hundredth of the timber that it uses: all of it finds a place.
    assert total["unsent_supply"] == 0
    assert total["undelivered_demand"] == pytest.approx(total["demand"] - sent)
    mean = sum(flow["amount"] * flow["distance_km"] for flow in flows) / sent
    assert total["mean_distance_km"] == pytest.approx(mean)
    within = sum(flow["amount"] for flow in flows if flow["distance_km"] <= total["distance_km_of_80_percent"])
    short = sum(flow["amount"] for flow in flows if flow["distance_km"] < total["distance_km_of_80_percent"])
    assert short / sent < 0.8 <= within / sent + 1e-9


def test_the_flows_ends_are_listed_nodes(timber):
    nodes = {node["code"]: node for node in timber["nodes"]}
    for node in nodes.values():
        assert node["code"] == f"{node['municipality']}|{node['river_system']}"
        assert node["community"] is None
        assert 35 < node["latitude"] < 36
        assert 138 < node["longitude"] < 140
    for flow in timber["flows"]:
        assert {flow["source"], flow["target"]} <= set(nodes)
    assert sum(node["demand"] for node in nodes.values()) == pytest.approx(timber["total"]["demand"])


def test_figures_of_the_units(timber):
    assert timber["units_by"] == "municipality"
    assert len(timber["units"]) == 33
    assert sum(unit["demand"] for unit in timber["units"]) == pytest.approx(timber["total"]["demand"])
    hakone = next(unit for unit in timber["units"] if unit["code"] == "14382")
    assert hakone["fitting_scale"] in {*timber["scales"], "outside"}
    assert sum(row["amount"] for row in timber["between"]) == pytest.approx(timber["total"]["sent"])


def test_settings_case_and_threshold(capsys):
    more = ("--by", "municipality", "--estimates-only")
    central = listed(capsys, "compost", *more)
    full = listed(capsys, "compost", *more, "--set", "compost.collected_share=1", "--threshold", "1")
    assert full["total"]["supply"] == pytest.approx(2 * central["total"]["supply"])
    assert full["threshold"] == 1
    assert full["perspective"] == "supply"
    assert listed(capsys, "compost", *more, "--case", "low")["total"]["supply"] < central["total"]["supply"]
    _, _, told = run(capsys, "--resource", "compost", *more, "--set", "compost.collected_share=0.95")
    assert "compost.collected_share = 0.95 is outside its range 0.2–0.9" in told


def test_by_community_and_its_river_systems(capsys):
    rice = listed(capsys, "rice")
    assert rice["by"] == rice["units_by"] == "community"
    assert rice["scales"] == ["community", "municipality", "basin", "prefecture"]
    assert all(node["code"] == f"{node['community']}|{node['river_system']}" for node in rice["nodes"])
    assert all(flow["distance_km"] == 0 for flow in rice["flows"] if flow["source"] == flow["target"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--resource", "water"), "water is not hauled"),
        (("--resource", "wine"), "unknown resource 'wine'"),
        (("--resource", "rice", "--by", "prefectures"), "invalid choice: 'prefecture'"),
        (("--resource", "rice", "--set", "rice.yield"), "expected RESOURCE.FACTOR=VALUE"),
        (("--resource", "rice", "--threshold", "0"), "threshold"),
    ],
)
def test_what_cannot_be_is_one_line_and_status_2(capsys, arguments, says):
    status, out, told = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert says in told
    assert told.count("\n") == 1
