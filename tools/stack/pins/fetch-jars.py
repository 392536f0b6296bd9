"""Copies the jars named on standard input (group:artifact:version, one a line) into the folder given as argument."""

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jgo.maven import MavenContext

target = Path(sys.argv[1])
maven = MavenContext(repo_cache=target / "repository", local_repos=[], timeout=60)


def copy(coordinate: str) -> None:
    group, artifact, version = coordinate.split(":")
    jar = maven.project(group, artifact).at_version(version).artifact()
    shutil.copy(jar.resolve(), target / jar.filename)


with ThreadPoolExecutor(8) as pool:
    list(pool.map(copy, sys.stdin.read().split()))
shutil.rmtree(target / "repository")
