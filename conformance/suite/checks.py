"""The checks of one scenario. Runs in a worker process, in which TensorFlow is loaded once."""

import os
import shutil
import time
import traceback

import tensorflow as tf

from suite import callfile, calls, checkpoint, debuginfo, interface, objects
from suite.saved import Saved
from suite.scenario import ExportFailed, Scenario

# Two exports of a description in other circumstances must be equal to the byte.
ELSEWHERE = {"GOMAXPROCS": "1", "TZ": "Pacific/Chatham", "LC_ALL": "tr_TR.UTF-8"}


class Report:
    """What the checks of a scenario found: a list of lines by check; an empty one has passed."""

    def __init__(self, scenario):
        self.scenario = scenario.name
        self.skip = scenario.SKIP
        self.found = {}
        self.skipped = {}
        self.seconds = 0.0

    def check(self, name, function, *arguments):
        """Runs a check; says whether it has passed."""
        if name in self.skip:
            self.skipped[name] = self.skip[name]
            return True
        try:
            lines = function(*arguments)
        except ExportFailed as e:
            lines = [str(e)]
        except Exception as e:  # a check that can not be done has failed; the next one may say more
            where = traceback.extract_tb(e.__traceback__)[-1]
            lines = [f"{type(e).__name__}: {' '.join(str(e).split())[:500]} ({os.path.basename(where.filename)}:{where.lineno})"]
        self.found[name] = lines
        return not lines


def run(name, work, tfsave):
    """The Report of a scenario. Without a tfsave, TensorFlow's own model is compared with itself."""
    start = time.monotonic()
    scenario = Scenario(name, work)
    report = Report(scenario)
    scenario.calls.unlink(missing_ok=True)  # of a former run
    scenario.variables.unlink(missing_ok=True)
    try:
        module = scenario.save_reference()
    except Exception as e:
        report.found["reference"] = [f"{type(e).__name__}: {e}"]
        return report
    report.check("export", _export, scenario, tfsave)
    if not report.found["export"]:
        _compare(report, scenario, tfsave)
    del module
    report.seconds = time.monotonic() - start
    return report


def _export(scenario, tfsave):
    if tfsave:
        scenario.run_export(tfsave)
    else:
        shutil.copytree(scenario.reference, scenario.export, dirs_exist_ok=True)
    return []


def _compare(report, scenario, tfsave):
    free = scenario.VALUES == "free"
    ours, theirs = (Saved(d) for d in (scenario.export, scenario.reference))
    check = report.check
    check("signature_defs", interface.signature_defs, ours, theirs)
    check("meta_graph", interface.meta_info, ours, theirs)
    check("objects", objects.compare, ours, theirs)
    if check("nodes", interface.nodes, ours, theirs, scenario.EXACT_NAMES):
        check("shapes", interface.nodes, ours, theirs, scenario.EXACT_NAMES, True)
    check("checkpoint", checkpoint.compare, ours, theirs, free)
    if any((m.directory / "debug").exists() for m in (ours, theirs)):
        check("debug_info", debuginfo.compare, ours, theirs)
    if tfsave:
        check("defaults", interface.stripped, ours)
        check("fingerprint", interface.fingerprint, ours)
        check("deterministic", _deterministic, scenario, tfsave)
    check("restore", lambda: checkpoint.restore(ours, scenario.build()[0]))
    check("show", interface.show, ours, theirs)

    loaded = []
    if not check("load", lambda: loaded.extend(tf.saved_model.load(str(d)) for d in (scenario.export, scenario.reference)) or []):
        return
    both = calls.Calls(scenario, ours, theirs, *loaded)
    if free:
        both.use_reference_values()
    check("signatures", both.signatures)
    check("functions", both.functions)
    check("variables", both.variables)
    check("gradients", both.gradients)
    if theirs.meta_graph.meta_info_def.function_aliases:
        check("aliases", calls.compare_aliases, scenario.export, scenario.reference)

    made = []
    check("session", lambda: _session(scenario, ours, theirs, free, made))
    check("run", interface.run, scenario, ours, made, scenario.export.parents[1])
    callfile.write_variables(scenario.variables, ours.checkpoint()[0])
    if made:
        callfile.write(scenario.calls, ours, made, scenario.SKIP)


def _session(scenario, ours, theirs, free, made):
    # With values of its own an export can only be compared with itself.
    lines, found = interface.session(scenario, ours, ours if free else theirs)
    made.extend(found)
    return lines


def _deterministic(scenario, tfsave):
    again = scenario.export.parents[1] / "again" / scenario.name
    scenario.run_export(tfsave, again, ELSEWHERE, cwd="/")
    first, second = checkpoint.files(scenario.export), checkpoint.files(again)
    shutil.rmtree(again)
    return [f"{name} differs" for name in sorted(first.keys() | second.keys()) if first.get(name) != second.get(name)]
