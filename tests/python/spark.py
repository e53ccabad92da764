"""Spark on this machine, with two workers, for tests. It needs Java."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def needs_java() -> None:
    """Skips the test without Java, and fails it in CI."""
    if shutil.which("java") is None:
        missing = "Java is not installed, which Spark runs on (Debian: default-jre-headless)"
        pytest.fail(missing) if "CI" in os.environ else pytest.skip(missing)


def environment() -> dict[str, str]:
    """Spark's workers are of this Python, and it talks to nobody outside of the machine."""
    return {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_HOSTNAME": "localhost"}


def session() -> SparkSession:
    needs_java()
    os.environ.update(environment())
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("ironlatch")
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.session.timeZone": "Europe/Berlin",
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    return spark
