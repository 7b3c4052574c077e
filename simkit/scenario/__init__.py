"""Scenario files: what the company decides (policy), what it cannot (world) and how it is run."""

from simkit.scenario.check import check_paths
from simkit.scenario.diff import ABSENT, diff, scenario_hash
from simkit.scenario.loading import load, load_model
from simkit.scenario.overrides import parse_overrides
from simkit.scenario.policy import Policy
from simkit.scenario.problem import Place, Problem, ScenarioError
from simkit.scenario.reference import Row, describe
from simkit.scenario.run import Run
from simkit.scenario.scenario import Scenario
from simkit.scenario.schema import json_schema
from simkit.scenario.world import World
from simkit.scenario.yaml_document import dump_yaml

__all__ = [
    "ABSENT",
    "Place",
    "Policy",
    "Problem",
    "Row",
    "Run",
    "Scenario",
    "ScenarioError",
    "World",
    "check_paths",
    "describe",
    "diff",
    "dump_yaml",
    "json_schema",
    "load",
    "load_model",
    "parse_overrides",
    "scenario_hash",
]
