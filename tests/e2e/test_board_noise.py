"""A serial line that damages bytes, or goes away and comes back, in front of a real conversation."""

import bad_lines
import pytest
from fault_farm import FLOAT, LONG_RUN, broken_farm, faulty  # noqa: F401

RATE = 1e-4  # of all bytes, in either direction


@pytest.fixture
def line(faulty, tmp_path):
    """Makes the line and puts the agent on its end; `line(rate, on=…, probe=…)`."""
    made = []

    def make(rate=0.0, seed=1, on="pty", probe=True):
        noise = [bad_lines.Noise(rate, seed), bad_lines.Noise(rate, seed + 1)]
        if on == "pty":
            where = {"link": tmp_path / "uart"}
            console = f'{{ device = "{tmp_path / "uart"}" }}'
        else:
            where = {"tcp_port": faulty.spare_port}
            console = f'{{ tcp = "127.0.0.1:{faulty.spare_port}" }}'
        made.append(bad_lines.SerialLine(faulty.uart_tcp_port, to_board=noise[0], to_agent=noise[1],
                                         **where))
        made[-1].noise = noise
        faulty.restart_agent(console=console, **({} if probe else {"probe": None}))
        faulty.wait_until_idle()
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.mark.parametrize("on, probe, seed", [("pty", True, 8), ("tcp", False, 8)])
def test_noise_costs_time_and_nothing_else(faulty, line, on, probe, seed):
    """Without a probe the package, too, goes over the noisy line."""
    noisy = line(RATE, seed, on, probe)
    document = faulty.succeed("--option", "board_samples=100", "--option", "samples=20")
    result = document["results"][0]
    assert result["verdict"] == "VALID"
    assert len(result["latency"]["samples_ms"]) == 20
    provenance = result["provenance"]
    assert noisy.noise[0].damaged and noisy.noise[1].damaged, "the test disturbed nothing"
    assert provenance["link_damaged_replies"] > 0
    assert provenance["link_damaged_requests"] > 0
    assert provenance["link_repeated_requests"] >= provenance["link_damaged_requests"]
    assert provenance["link_requests"] > (300 if probe else 350)
    assert "damaged frames: " in faulty.log_file("agent").read_text()
    print({key: provenance[key] for key in provenance if key.startswith("link_")})


def test_a_clean_line_counts_no_damage(faulty):
    provenance = faulty.succeed()["results"][0]["provenance"]
    assert provenance["link_requests"] > 20
    assert provenance["link_repeated_requests"] == 0
    assert provenance["link_damaged_replies"] == provenance["link_damaged_requests"] == 0


def test_above_what_can_be_borne_it_is_the_infrastructures_fault(faulty, line):
    """A short frame still gets through; long ones never do."""
    line(1e-2, 5, probe=False)
    error = faulty.fail("INFRASTRUCTURE", "LINK_NOISY", "check cable, ground and the baud rate",
                        timeout_s=150)
    assert "damaged frames came back" in error or "loses requests or replies" in error


# A line that goes away ---------------------------------------------------------------------------


@pytest.mark.parametrize("on", ["pty", "tcp"])
def test_the_port_vanishes_in_mid_run_and_returns(faulty, line, on):
    cable = line(on=on)
    job = faulty.submit(FLOAT, *LONG_RUN)
    faulty.wait_for_stage(job, "run")
    cable.unplug()
    error = faulty.wait_for_failed_attempt(job, "CONSOLE_LOST")
    assert error["class"] == "INFRASTRUCTURE"
    assert "the cable was pulled" in error["message"]
    cable.plug()
    document = faulty.wait_for_end(job)
    assert document["job"]["state"] == "SUCCEEDED", document["job"]
    assert document["job"]["runs"][0]["attempt"] == 2
    assert len(document["results"]) == 1
