"""The command over a bucket, from outside: printing, the screen, the cache, what fails."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import os
import re
import signal
import stat
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.s3.conftest import KEY_ID, REGION, SECRET, Bucket
from tests.s3.faulty_proxy import SLOW_DOWN, Fault
from tests.terminal.program import Program, command, environment
from tests.unit.made import delivery, raw

if TYPE_CHECKING:
    from tests.s3.faulty_proxy import FaultyProxy, Seen

    Environ = dict[str, str]

ACCOUNT = "111122223333"
ELSEWHERE = Fault(status=301, code="PermanentRedirect")
DENIED = Fault(status=403, code="AccessDenied", message="Access Denied")


@pytest.fixture
def environ(tmp_path: Path, aws_environment: Path) -> Environ:
    """A home of its own, and credentials in the environment."""
    home = tmp_path / "home"
    home.mkdir()
    return environment(
        home,
        XDG_CACHE_HOME=str(home / "cache"),
        AWS_ACCESS_KEY_ID=KEY_ID,
        AWS_SECRET_ACCESS_KEY=SECRET,
        AWS_DEFAULT_REGION=REGION,
        AWS_EC2_METADATA_DISABLED="true",
        AWS_CONFIG_FILE=os.environ["AWS_CONFIG_FILE"],
        AWS_SHARED_CREDENTIALS_FILE=os.environ["AWS_SHARED_CREDENTIALS_FILE"],
    )


def key_of(label: dt.datetime, number: int, region: str = "eu-west-1", prefix: str = "") -> str:
    day = label.strftime("%Y/%m/%d")
    name = f"{ACCOUNT}_CloudTrail_{region}_{label:%Y%m%dT%H%MZ}_{number:016d}.json.gz"
    return f"{prefix}AWSLogs/{ACCOUNT}/CloudTrail/{region}/{day}/{name}"


def put(bucket: Bucket, number: int, ago: dt.timedelta, **more: str) -> str:
    """One object with one event, `Get<number>`, of so long ago."""
    time = dt.datetime.now(dt.UTC) - ago
    event = raw(number, eventName=f"Get{number}", eventTime=f"{time:%Y-%m-%dT%H:%M:%SZ}")
    key = key_of(time + dt.timedelta(minutes=4), number, **more)
    bucket.put(key, gzip.compress(delivery([event])))
    return key


def run(*arguments: str, environ: Environ) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*command(), *arguments], env=environ, capture_output=True, text=True, timeout=60
    )


def names(printed: str) -> list[str]:
    return [json.loads(line)["eventName"] for line in printed.splitlines()]


def minutes(number: float) -> dt.timedelta:
    return dt.timedelta(minutes=number)


def test_it_prints_oldest_first_and_fetches_nothing_twice(
    bucket: Bucket, proxy: FaultyProxy, environ: Environ
) -> None:
    for number in range(30):
        put(bucket, number, minutes(600 - 20 * number))
    arguments = (f"s3://{bucket.name}", "--endpoint-url", proxy.url, "--output", "json")
    first = run(*arguments, environ=environ)
    assert first.returncode == 0
    assert first.stderr.count("\n") == 1
    assert "the last 24 hours" in first.stderr
    assert names(first.stdout) == [f"Get{number}" for number in range(30)]
    gets = [seen for seen in proxy.seen if seen.path.endswith(".json.gz")]
    assert len(gets) == 30
    proxy.seen.clear()
    second = run(*arguments, environ=environ)
    assert second.stdout == first.stdout
    assert [seen for seen in proxy.seen if seen.path.endswith(".json.gz")] == []


def operation(seen: Seen) -> str:
    """What S3 calls a request."""
    if seen.method == "GET" and "list-type=2" in seen.query:
        return "ListObjectsV2"
    if seen.method == "HEAD" and seen.path.count("/") == 1:
        return "HeadBucket"
    if seen.path.count("/") > 1 and not seen.query:
        return {"GET": "GetObject", "HEAD": "HeadObject"}.get(seen.method, seen.method)
    return f"{seen.method} {seen.path}?{seen.query}"


def test_only_the_operations_that_the_readme_names_are_used(
    bucket: Bucket, proxy: FaultyProxy, environ: Environ
) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    named = set(re.findall(r"^\| (\w+) \| `s3:\w+` \|", readme, re.MULTILINE))
    key = put(bucket, 1, minutes(10))
    put(bucket, 2, minutes(60 * 24 * 40), prefix="deep/er/")
    bucket.put("flat/one.json", delivery([raw(3)]))
    plans = {
        "": 0,
        "/AWSLogs/": 0,
        "/deep": 0,
        "/flat": 0,
        "/nothing": 0,
        f"/{key}": 0,
        f"/{key}?": 9,  # the same once more, and nothing may be listed
        "?": -1,  # the bucket is in a region that is not named
    }
    used = set()
    for place, times in plans.items():
        fault = DENIED if times >= 0 else ELSEWHERE
        proxy.plan(fault, times=abs(times), matching="list-type=2")
        arguments = (f"s3://{bucket.name}{place.rstrip('?')}", "--endpoint-url", proxy.url)
        run(*arguments, "--no-cache", environ=environ)
        used |= {operation(seen) for seen in proxy.seen}
        proxy.calm()
    assert used == named


def test_whoever_asks_may_pay(bucket: Bucket, proxy: FaultyProxy, environ: Environ) -> None:
    key = put(bucket, 1, minutes(10))
    for place, refused in (("", 0), (f"/{key}", 9)):
        proxy.plan(DENIED, times=refused, matching="list-type=2")
        arguments = (f"s3://{bucket.name}{place}", "--endpoint-url", proxy.url, "--no-cache")
        run(*arguments, "--request-payer", "requester", environ=environ)
    assert {operation(seen) for seen in proxy.seen} == {"ListObjectsV2", "GetObject", "HeadObject"}
    assert {seen.headers.get("x-amz-request-payer") for seen in proxy.seen} == {"requester"}


def test_without_a_cache_nothing_stays(bucket: Bucket, s3_server: str, environ: Environ) -> None:
    put(bucket, 1, minutes(10))
    temporary = Path(environ["HOME"], "tmp")
    temporary.mkdir()
    done = run(
        f"s3://{bucket.name}",
        *("--endpoint-url", s3_server, "--output", "json", "--no-cache"),
        environ={**environ, "TMPDIR": str(temporary)},
    )
    assert names(done.stdout) == ["Get1"]
    assert list(temporary.iterdir()) == []
    assert not Path(environ["XDG_CACHE_HOME"]).exists()


def test_a_program_that_was_killed_leaves_no_object_behind(
    bucket: Bucket, s3_server: str, environ: Environ
) -> None:
    put(bucket, 1, minutes(10))
    temporary = Path(environ["HOME"], "tmp")
    temporary.mkdir()
    arguments = (f"s3://{bucket.name}", "--endpoint-url", s3_server, "--no-cache")
    with subprocess.Popen(
        [*command(), *arguments, "--output", "json", "--follow"],
        env={**environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdout is not None
        assert names(program.stdout.readline()) == ["Get1"]
        assert [*temporary.iterdir()]
        program.kill()
        program.communicate(timeout=60)  # until the last process has closed its end
    assert [*temporary.iterdir()] == []


def test_a_cache_that_cannot_be_written_is_no_input_that_cannot_be_read(
    bucket: Bucket, s3_server: str, environ: Environ
) -> None:
    put(bucket, 1, minutes(10))
    Path(environ["XDG_CACHE_HOME"]).touch()
    arguments = (f"s3://{bucket.name}", "--endpoint-url", s3_server, "--output", "json")
    done = run(*arguments, environ=environ)
    assert names(done.stdout) == ["Get1"]
    assert "cannot be written" in done.stderr
    assert done.returncode == 0


def test_the_cache_is_for_the_user_alone(bucket: Bucket, s3_server: str, environ: Environ) -> None:
    put(bucket, 1, minutes(10))
    run(f"s3://{bucket.name}", "--endpoint-url", s3_server, environ=environ)
    folder = Path(environ["XDG_CACHE_HOME"], "cloudtrail-tui")
    kept = [folder, *folder.rglob("*")]
    assert {stat.S_IMODE(each.stat().st_mode) for each in kept if each.is_dir()} == {0o700}
    (file,) = (each for each in kept if each.is_file())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not any(word in str(file) for word in (bucket.name, ACCOUNT, "CloudTrail/"))


def cached(environ: Environ) -> list[Path]:
    return [each for each in Path(environ["XDG_CACHE_HOME"]).rglob("*") if each.is_file()]


def test_a_damaged_cache_is_mended(bucket: Bucket, proxy: FaultyProxy, environ: Environ) -> None:
    put(bucket, 1, minutes(10))
    arguments = (f"s3://{bucket.name}", "--endpoint-url", proxy.url, "--output", "json")
    first = run(*arguments, environ=environ)
    (file,) = cached(environ)
    file.write_bytes(file.read_bytes()[:-7] + b"damaged")
    second = run(*arguments, environ=environ)
    assert (second.returncode, second.stdout) == (0, first.stdout)
    assert proxy.count(".json.gz") == 2


def test_sources_may_be_mixed_and_a_duplicate_is_one(
    bucket: Bucket, s3_server: str, environ: Environ, tmp_path: Path
) -> None:
    put(bucket, 1, minutes(10))
    key = put(bucket, 2, minutes(5))
    body = bucket.client.get_object(Bucket=bucket.name, Key=key)["Body"].read()
    (tmp_path / "copy.json.gz").write_bytes(body)
    done = run(
        f"s3://{bucket.name}/AWSLogs",
        str(tmp_path / "copy.json.gz"),
        *("--endpoint-url", s3_server, "--output", "json"),
        environ=environ,
    )
    assert names(done.stdout) == ["Get1", "Get2"]


def test_accounts_and_regions_narrow_what_is_listed(
    bucket: Bucket, proxy: FaultyProxy, environ: Environ
) -> None:
    put(bucket, 1, minutes(10))
    put(bucket, 2, minutes(9), region="us-east-1")
    done = run(
        f"s3://{bucket.name}",
        *("--endpoint-url", proxy.url, "--output", "json", "--event-region", "eu-*"),
        environ=environ,
    )
    assert names(done.stdout) == ["Get1"]
    assert not [seen for seen in proxy.seen if "us-east-1%2F2" in seen.query]


def test_an_account_may_be_a_folder_with_a_name(
    bucket: Bucket, s3_server: str, environ: Environ
) -> None:
    key = put(bucket, 1, minutes(10))
    put(bucket, 2, minutes(9))
    body = bucket.client.get_object(Bucket=bucket.name, Key=key)["Body"].read()
    bucket.put(key.replace(f"AWSLogs/{ACCOUNT}/", "AWSLogs/prod-main/"), body)
    bucket.client.delete_object(Bucket=bucket.name, Key=key)
    done = run(
        f"s3://{bucket.name}",
        *("--endpoint-url", s3_server, "--output", "json", "--account", "prod-*"),
        environ=environ,
    )
    assert names(done.stdout) == ["Get1"]


@pytest.mark.parametrize(
    ("fault", "times"),
    [(Fault(cut=40), 2), (SLOW_DOWN, 3), (Fault(hang_up=True), 2), (Fault(status=500), 1)],
)
def test_what_goes_away_by_itself_is_not_noticed(
    bucket: Bucket, proxy: FaultyProxy, environ: Environ, fault: Fault, times: int
) -> None:
    for number in range(4):
        put(bucket, number, minutes(10 - number))
    proxy.plan(fault, times=times, matching=".json.gz")
    done = run(
        f"s3://{bucket.name}", "--endpoint-url", proxy.url, "--output", "json", environ=environ
    )
    assert (done.returncode, names(done.stdout)) == (0, [f"Get{number}" for number in range(4)])


def test_what_is_denied_is_said_and_the_rest_is_read(
    bucket: Bucket, proxy: FaultyProxy, environ: Environ
) -> None:
    key = put(bucket, 1, minutes(10))
    put(bucket, 2, minutes(5))
    proxy.plan(DENIED, times=9, matching=key.rpartition("/")[2])
    done = run(
        f"s3://{bucket.name}", "--endpoint-url", proxy.url, "--output", "json", environ=environ
    )
    assert done.returncode == 3
    assert names(done.stdout) == ["Get2"]
    assert "s3:GetObject" in done.stderr
    assert key in done.stderr


def test_a_bucket_that_is_not_there(s3_server: str, environ: Environ) -> None:
    done = run("s3://no-such-bucket-here", "--endpoint-url", s3_server, environ=environ)
    assert done.returncode == 4
    assert "no-such-bucket-here" in done.stderr
    assert done.stdout == ""


def test_an_empty_window_says_when_the_newest_file_was(
    bucket: Bucket, s3_server: str, environ: Environ
) -> None:
    put(bucket, 1, minutes(60 * 24 * 9))
    done = run(f"s3://{bucket.name}", "--endpoint-url", s3_server, environ=environ)
    day = dt.datetime.now(dt.UTC) - dt.timedelta(days=9, minutes=-4)
    assert done.returncode == 1
    assert f"{day:%Y-%m-%d}" in done.stderr


def test_printing_that_follows_says_at_once_what_is_wrong(
    bucket: Bucket, proxy: FaultyProxy, environ: Environ
) -> None:
    key = put(bucket, 1, minutes(10))
    put(bucket, 2, minutes(9))
    proxy.plan(DENIED, times=9, matching=key.rpartition("/")[2])
    process = subprocess.Popen(
        [
            *(*command(), f"s3://{bucket.name}", "--endpoint-url", proxy.url),
            *("--output", "json", "--follow", "--no-cache"),
        ],
        env={**environ, "TMPDIR": environ["HOME"]},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert names(process.stdout.readline()) == ["Get2"]
    assert "the last 24 hours" in process.stderr.readline()
    assert "s3:GetObject" in process.stderr.readline()
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=30)
    assert process.returncode == 129
    assert not [each for each in Path(environ["HOME"]).iterdir() if "cloudtrail-tui" in each.name]


def test_without_credentials_it_says_what_to_do(
    bucket: Bucket, s3_server: str, environ: Environ
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        del environ[name]
    done = run(f"s3://{bucket.name}", "--endpoint-url", s3_server, environ=environ)
    assert done.returncode == 4
    assert "credentials" in done.stderr


def test_a_screen_whose_only_source_failed_does_not_go_on_announcing(
    bucket: Bucket, s3_server: str, environ: Environ
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        del environ[name]
    with Program([f"s3://{bucket.name}", "--endpoint-url", s3_server], environ) as program:
        program.until_shown("Nothing could be read · P says why · r tries again")
        program.press("[")
        program.until_shown("No source can be read: r tries again")


def test_a_new_object_appears_on_the_screen(
    bucket: Bucket, s3_server: str, environ: Environ
) -> None:
    put(bucket, 1, minutes(30))
    arguments = [f"s3://{bucket.name}", "--endpoint-url", s3_server, "--poll", "0.5"]
    with Program(arguments, environ) as program:
        program.until_shown("s3:Get1", "● live")
        put(bucket, 2, minutes(0))
        program.until_shown("s3:Get2")
        program.press("R")
        program.until_shown("eu-west-1", ACCOUNT, "LIST")
        program.press("q")
        program.press("q")
        assert program.wait() == 0
        assert not program.left_behind()


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=400, code="ExpiredToken", message="The provided token has expired."),
        Fault(status=403, code="RequestTimeTooSkewed"),
        Fault(status=404, code="NoSuchBucket"),
    ],
)
def test_what_holds_for_a_whole_bucket_is_looked_at_again_by_itself(
    bucket: Bucket, proxy: FaultyProxy, environ: Environ, fault: Fault
) -> None:
    put(bucket, 1, minutes(30))
    proxy.plan(fault, times=1, matching=".json.gz")
    with Program([f"s3://{bucket.name}", "--endpoint-url", proxy.url], environ) as program:
        program.until_shown("s3:Get1", "● live")
        assert "problem" not in program.text
    proxy.plan(fault, times=1, matching=".json.gz")
    arguments = ("--endpoint-url", proxy.url, "--output", "json", "--no-cache")
    done = run(f"s3://{bucket.name}", *arguments, environ=environ)
    assert (done.returncode, names(done.stdout)) == (0, ["Get1"])


def test_a_day_before_is_loaded_on_demand(
    bucket: Bucket, proxy: FaultyProxy, environ: Environ
) -> None:
    put(bucket, 1, minutes(30))
    put(bucket, 2, minutes(60 * 30))
    with Program([f"s3://{bucket.name}", "--endpoint-url", proxy.url], environ) as program:
        program.until_shown("s3:Get1", "● live")
        program.read()
        assert "s3:Get2" not in program.text
        proxy.calm()
        program.press("[")
        program.until_shown("s3:Get2")
        assert not proxy.count("delimiter"), "there is no need to discover anew"


def test_a_record_is_fetched_again_when_the_cache_has_lost_it(
    bucket: Bucket, s3_server: str, environ: Environ
) -> None:
    put(bucket, 1, minutes(30))
    put(bucket, 2, minutes(20))
    with Program([f"s3://{bucket.name}", "--endpoint-url", s3_server], environ) as program:
        program.until_shown("s3:Get1", "● live", "bücket-2")
        for file in cached(environ):
            file.unlink()
        program.press("k")
        program.until_shown("bücket-1")
