"""After a withdrawal returned, no check anywhere says yes: threads, processes, and histories at random."""

from __future__ import annotations

import multiprocessing
import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from voxvalley_privacy import stores
from voxvalley_privacy.consent import ConsentLedger, Evidence, Use, consented
from voxvalley_privacy.keys import KeyRing

FULL = os.environ.get("VOXVALLEY_PRIVACY_FULL") == "1"
HISTORIES = 10_000 if FULL else 300  # half of them in memory, half on a file
PROCESS_HISTORIES = 2_000 if FULL else 60  # beside them, each asked in four processes
CHECKS = 25  # of each thread in a history
FORM = Evidence(method="web_form", affirmative=True)


def ask(subject):
    """Ask now, with the skew between threads allowed for."""
    return Use(of=subject, purpose="analytics", at=datetime.now(UTC) + timedelta(seconds=1))


def wrong(log):
    """
    Find an answer that no order of the acts can explain.

    One writer gives and withdraws in turn, so each answer must fit a state that held between its start and its end.
    """
    writes = [entry for entry in log if entry[2] in {"give", "withdraw"}]
    for began, ended, act, answer in log:
        if act != "check":
            continue
        # States that can have held: after the last write that had returned when the check began, to the last that had
        # begun when it ended.
        before = [write for write in writes if write[1] < began]
        during = [write for write in writes if write[1] >= began and write[0] <= ended]
        possible = {
            before[-1][2] == "give" if before else False,
            *[write[2] == "give" for write in during],
        }
        if answer not in possible:
            return (began, ended, answer, before[-1:], during)
    return None


def history(ledgers, subject, rng, *, checkers, rounds):
    """Run one writer and several checkers on a subject; return what each did from when to when."""
    log = []
    over = threading.Event()

    def write():
        for number in range(rounds):
            began = time.monotonic_ns()
            ledger = rng.choice(ledgers)
            if number % 2 == 0:
                ledger.give(subject, "analytics", evidence=FORM)
            else:
                ledger.withdraw(subject)
            log.append((began, time.monotonic_ns(), "withdraw" if number % 2 else "give", None))
        over.set()

    def check(ledger):
        rule = consented(ledger)
        for number in range(CHECKS + 1):
            # The last one comes after the last write.
            last = number == CHECKS or over.is_set()
            if last:
                over.wait()
            began = time.monotonic_ns()
            answer = bool(rule(ask(subject)))
            log.append((began, time.monotonic_ns(), "check", answer))
            if last:
                return

    threads = [threading.Thread(target=check, args=(rng.choice(ledgers),)) for _ in range(checkers)]
    threads.append(threading.Thread(target=write))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(log)


class TestThreads:
    @pytest.mark.parametrize("kind", ["memory", "sqlite"])
    def test_b7_120_histories(self, kind, tmp_path):
        """Every answer of up to seven checkers fits the writes that one writer made meanwhile."""
        keys = KeyRing.generate()
        rng = random.Random(f"histories {kind}")
        path = tmp_path / "p.db"
        one = stores.memory() if kind == "memory" else stores.sqlite(path)
        # Two ledgers on a file are two processes, as far as what they remember goes.
        ledgers = [
            ConsentLedger(one if kind == "memory" else stores.sqlite(path), keys=keys)
            for _ in range(2)
        ]
        checks = 0
        for number in range(HISTORIES // 2):
            subject = f"person{number}@example.com"
            log = history(
                ledgers, subject, rng, checkers=rng.randint(1, 7), rounds=rng.randint(1, 6)
            )
            assert None is wrong(log), number
            checks += len(log)
        print(f"{kind}: {checks} acts in {HISTORIES // 2} histories, 0 violations")

    def test_the_checker_finds_a_late_yes(self):
        """The check of histories can fail."""
        assert wrong([(0, 1, "give", None), (2, 3, "withdraw", None), (4, 5, "check", True)])
        assert not wrong([(0, 1, "give", None), (2, 5, "withdraw", None), (4, 6, "check", True)])
        assert wrong([(0, 1, "give", None), (4, 5, "check", False)])


def _asked(rule, subject):
    began = time.monotonic_ns()
    answer = bool(rule(ask(subject)))
    return began, time.monotonic_ns(), "check", answer


def _child(path, text, wire):
    ledger = ConsentLedger(stores.sqlite(path), keys=KeyRing.from_text(text))
    rule = consented(ledger)
    # Two threads of each process ask at once: eight in all.
    with ThreadPoolExecutor(2) as pool:
        wire.send("ready")
        while (order := wire.recv()) is not None:
            subject, checks = order
            wire.send(list(pool.map(_asked, [rule] * checks, [subject] * checks)))


class TestProcesses:
    def test_b7_120_b7_121_four_processes(self, tmp_path):
        """
        Every answer of eight threads in four processes fits the writes that a fifth made meanwhile.

        The clock of the machine is one for all its processes.
        """
        path, keys, rng = tmp_path / "p.db", KeyRing.generate(), random.Random("processes")
        ledger = ConsentLedger(stores.sqlite(path), keys=keys)
        context = multiprocessing.get_context("spawn")
        wires = [context.Pipe() for _ in range(4)]
        children = [
            context.Process(target=_child, args=(path, keys.to_text(), far)) for _, far in wires
        ]
        for child in children:
            child.start()
        assert {"ready"} == {near.recv() for near, _ in wires}
        acts = [0, 0]
        for number in range(PROCESS_HISTORIES):
            log = self.history(
                ledger, [near for near, _ in wires], f"person{number % 100}@example.com", rng
            )
            assert None is wrong(log), number
            acts = [
                acts[0] + len(log),
                acts[1] + sum(act == "check" and answer for _, _, act, answer in log),
            ]
        for (near, far), child in zip(wires, children, strict=True):
            near.send(None)
            child.join()
            near.close()
            far.close()
        assert [0] * 4 == [child.exitcode for child in children]
        assert 0 < acts[1] < acts[0]
        print(
            f"processes: {acts[0]} acts in {PROCESS_HISTORIES} histories, {acts[1]} times yes, 0 violations"
        )

    def history(self, ledger, wires, subject, rng):
        """Give and withdraw here while all others ask; the last withdrawal has returned before they ask again."""
        log = []
        for near in wires:
            near.send((subject, rng.randint(1, CHECKS)))
        for _ in range(rng.randint(1, 3)):
            for act in ("give", "withdraw"):
                began = time.monotonic_ns()
                if act == "give":
                    ledger.give(subject, "analytics", evidence=FORM)
                else:
                    ledger.withdraw(subject)
                log.append((began, time.monotonic_ns(), act, None))
        for near in wires:
            log += near.recv()
            near.send((subject, 2))
        for near in wires:
            log += near.recv()
        return sorted(log, key=lambda entry: entry[:2])
