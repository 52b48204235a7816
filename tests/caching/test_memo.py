"""Results of functions in a private memo (FAULTS_2, B16, row 228)."""

from __future__ import annotations

import asyncio
import enum
import threading
import time
from datetime import timedelta

import pytest
import trio

from tests.caching.messages import NOON, policy, request, response
from voxvalley_privacy.caching import MemoryCacheStore, PrivateCache, PrivateMemo
from voxvalley_privacy.caching._threads import Waiting
from voxvalley_privacy.errors import ConfigurationError, StoreUnavailable
from voxvalley_privacy.keys import KeyRing
from voxvalley_privacy.stores import FixedClock
from voxvalley_privacy.vocabulary import ContentKind

KEYS = KeyRing.generate()
NUMBER = "+14155550132"
HOUR = timedelta(hours=1)


class Color(enum.Enum):
    """Something that an argument can be."""

    RED = 1
    BLUE = 2


def memo_of(**settings):
    """Make a memo of looked-up numbers."""
    defaults = {"keys": KEYS, "kind": ContentKind.PHONE_NUMBER, "ttl": HOUR}
    return PrivateMemo(**{**defaults, **settings})


def counted(memo, answer=lambda *args, **settings: {"carrier": "Example"}, *, is_async=False):
    """Return a function in *memo*, and the list of its calls."""
    calls = []

    def lookup(*args, **settings):
        calls.append((args, settings))
        return answer(*args, **settings)

    async def lookup_later(*args, **settings):
        calls.append((args, settings))
        await asyncio.sleep(0.01)
        return answer(*args, **settings)

    return memo(lookup_later if is_async else lookup), calls


class TestResults:
    """What is kept, and for how long."""

    @pytest.mark.parametrize(
        "result", ["text", 7, 1.5, True, None, [1, [2]], {"a": {"b": [None]}}, b"\0\xff", b"", ""]
    )
    def test_b16_228_is_given_back(self, result):
        """A result comes back as it was, and the function is called once."""
        lookup, calls = counted(memo_of(), lambda number: result)
        assert [result] * 3 == [lookup(NUMBER) for _ in range(3)]
        assert 1 == len(calls)

    def test_new_objects(self):
        """Whoever changes a result changes no one else's."""
        lookup, _ = counted(memo_of())
        lookup(NUMBER)["carrier"] = "changed"
        lookup(NUMBER)["carrier"] = "changed"
        assert {"carrier": "Example"} == lookup(NUMBER)

    def test_deep_results_are_not_kept(self):
        """A result that is nested without end is given back, and not kept."""
        deep = []
        deep.append(deep)
        lookup, calls = counted(memo_of(), lambda number: deep)
        assert deep is lookup(NUMBER) is lookup(NUMBER)
        assert 2 == len(calls)

    @pytest.mark.parametrize("result", [(1, 2), {1: 2}, {3}, float("nan"), Color.RED, object()])
    def test_other_types_are_not_kept(self, result):
        """What JSON would change is given back as it is, and not kept."""
        lookup, calls = counted(memo_of(), lambda number: result)
        assert [result is lookup(NUMBER) for _ in range(2)] == [True, True]
        assert 2 == len(calls)

    def test_ends(self):
        """A result ends with its time."""
        clock = FixedClock(NOON)
        lookup, calls = counted(memo_of(clock=clock))
        lookup(NUMBER)
        clock.advance(HOUR - timedelta(seconds=1))
        lookup(NUMBER)
        assert 1 == len(calls)
        clock.advance(timedelta(seconds=1))
        lookup(NUMBER)
        assert 2 == len(calls)

    @pytest.mark.parametrize(
        ("negative", "expected"), [(timedelta(0), 3), (HOUR / 60, 2), (None, 1)]
    )
    def test_b16_228_negative_results(self, negative, expected):
        """None has a lifetime of its own; zero keeps none."""
        clock = FixedClock(NOON)
        lookup, calls = counted(memo_of(clock=clock, negative_ttl=negative), lambda number: None)
        lookup(NUMBER)
        lookup(NUMBER)
        clock.advance(timedelta(minutes=2))
        lookup(NUMBER)
        assert expected == len(calls)

    def test_exceptions_are_not_kept(self):
        """What is raised reaches the caller, each time anew."""

        def fail(number):
            raise LookupError

        lookup, calls = counted(memo_of(), fail)
        for _ in range(2):
            with pytest.raises(LookupError):
                lookup(NUMBER)
        assert 2 == len(calls)

    def test_too_large(self):
        """A result above the limit is not kept."""
        lookup, calls = counted(memo_of(most_bytes=10), lambda number: "x" * 20)
        assert lookup(NUMBER) == lookup(NUMBER)
        assert 2 == len(calls)


class TestArguments:
    """What makes a call another call."""

    def test_each_is_its_own(self):
        """No two of these calls are taken for one."""
        lookup, calls = counted(memo_of())
        variants = [
            ((), {}),
            (("a",), {}),
            (("a", "b"), {}),
            ((["a", "b"],), {}),
            (("a",), {"b": 1}),
            ((1,), {}),
            ((1.0,), {}),
            ((True,), {}),
            (("1",), {}),
            ((None,), {}),
            ((b"a",), {}),
            ((["bytes", "61"],), {}),
            (({"a": 1},), {}),
            ((Color.RED,), {}),
            ((Color.BLUE,), {}),
        ]
        for args, settings in variants * 2:
            lookup(*args, **settings)
        assert len(variants) == len(calls)

    def test_functions_do_not_share(self):
        """Two functions of one memo have their own results."""
        memo = memo_of()

        @memo
        def first(number):
            return 1

        @memo
        def second(number):
            return 2

        assert (1, 2, 1, 2) == (first(NUMBER), second(NUMBER), first(NUMBER), second(NUMBER))
        assert "first" == first.__name__

    def test_without_stable_text(self):
        """With an argument that has no stable text the function is called each time."""
        lookup, calls = counted(memo_of())
        for _ in range(2):
            assert {"carrier": "Example"} == lookup(object())
        nested = []
        nested.append(nested)
        lookup(nested)
        lookup(float("nan"))
        assert 4 == len(calls)


class TestForget:
    """Nothing about a person stays."""

    @pytest.mark.parametrize(
        "settings",
        [
            {"subjects": lambda number: [number]},
            {"subjects": lambda number: number},
            {},
        ],
    )
    def test_b16_228_forget(self, settings):
        """A result about a person is forgotten, named or found in the arguments."""
        memo = memo_of(**settings)
        lookup, calls = counted(memo)
        lookup("+1 415 555 0132")
        lookup("+447700900123")
        assert 1 == memo.forget(NUMBER)
        lookup("+1 415 555 0132")
        lookup("+447700900123")
        assert 3 == len(calls)

    def test_found_in_the_result(self):
        """A number in a result is found."""
        memo = memo_of()
        lookup, _ = counted(memo, lambda account: {"number": NUMBER, "digits": 14155550133})
        lookup("account-7")
        assert 1 == memo.forget("(415) 555-0132")
        lookup("account-7")
        assert 1 == memo.forget("+14155550133")

    def test_forgotten_by_the_cache(self):
        """A cache in the same store forgets what a memo keeps, and the other way round."""
        store = MemoryCacheStore()
        cache = PrivateCache(policy(), keys=KEYS, store=store)
        memo = memo_of(store=store, clock=FixedClock(NOON))
        lookup, calls = counted(memo)
        lookup(NUMBER)
        assert 1 == cache.forget(NUMBER)
        lookup(NUMBER)
        assert 2 == len(calls)
        cache.put(request(), response(subjects=[NUMBER]))
        assert 2 == memo.forget(NUMBER)

    def test_on_its_way_while_forgotten(self):
        """A result that was being worked out when its person was forgotten is not kept."""
        memo = memo_of()
        lookup, calls = counted(memo, lambda number: memo.forget(NUMBER))
        lookup(NUMBER)
        lookup(NUMBER)
        assert 2 == len(calls)

    def test_purge(self):
        """A tenant's results go together."""
        store = MemoryCacheStore()
        memo, other = memo_of(store=store), memo_of(store=store, tenant="acme")
        lookup, calls = counted(memo)
        lookup_of_acme, calls_of_acme = counted(other)
        for _ in range(2):
            lookup(NUMBER)
            lookup_of_acme(NUMBER)
            other.purge()
        assert (1, 2) == (len(calls), len(calls_of_acme))

    def test_subjects_that_raise(self):
        """A function that cannot name the people of a call costs the copy, not the call."""

        def fail(number):
            raise RuntimeError(number)

        lookup, calls = counted(memo_of(subjects=fail))
        assert {"carrier": "Example"} == lookup(NUMBER) == lookup(NUMBER)
        assert 2 == len(calls)

    @pytest.mark.parametrize("subject", ["", " ", None, 7])
    def test_nobody(self, subject):
        """Forgetting nobody is an error."""
        with pytest.raises(ConfigurationError):
            memo_of().forget(subject)

    def test_nothing_personal_in_the_store(self):
        """The store holds no argument and no result."""
        store = MemoryCacheStore()
        lookup, _ = counted(memo_of(store=store))
        lookup(NUMBER)
        ((entry, _),) = store._copies.values()
        assert b"Example" not in entry.value
        assert "4155550132" not in repr(entry) + "".join(entry.tags) + entry.key


class TestAtTheSameTime:
    """Calls with equal arguments wait for one of them."""

    def test_b16_228_threads(self):
        """Twenty threads make one call, and get results of their own."""
        started = threading.Barrier(20)

        def slowly(number):
            time.sleep(0.05)
            return ["a"]

        lookup, calls = counted(memo_of(), slowly)
        results = []

        def work():
            started.wait()
            results.append(lookup(NUMBER))

        threads = [threading.Thread(target=work) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [["a"]] * 20 == results
        assert 1 == len(calls)
        assert 20 == len(set(map(id, results)))

    def test_b16_228_threads_share_a_fault(self):
        """Threads that wait for a call that fails get its fault; nobody tries again for them."""
        started, faults = threading.Barrier(5), []

        def fail(number):
            time.sleep(0.05)
            raise LookupError

        lookup, calls = counted(memo_of(), fail)

        def work():
            started.wait()
            try:
                lookup(NUMBER)
            except LookupError as fault:
                faults.append(fault)

        threads = [threading.Thread(target=work) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (5, 1) == (len(faults), len(calls))

    def test_b16_228_tasks(self):
        """Twenty tasks make one call."""

        class OnDisk(MemoryCacheStore):
            answers_at_once = False

        for store in (MemoryCacheStore(), OnDisk()):
            memo = memo_of(store=store, budget=timedelta(seconds=5))
            lookup, calls = counted(memo, is_async=True)

            async def work(lookup=lookup):
                together = await asyncio.gather(*[lookup(NUMBER) for _ in range(20)])
                return [*together, await lookup(NUMBER)]

            assert [{"carrier": "Example"}] * 21 == asyncio.run(work())
            assert 1 == len(calls)

    def test_b16_228_task_that_is_cancelled(self):
        """If the task that works is cancelled, one of those who wait works."""
        lookup, calls = counted(memo_of(), is_async=True)

        async def work():
            first = asyncio.create_task(lookup(NUMBER))
            others = [asyncio.create_task(lookup(NUMBER)) for _ in range(3)]
            await asyncio.sleep(0.001)
            first.cancel()
            return await asyncio.gather(first, *others, return_exceptions=True)

        cancelled, *others = asyncio.run(work())
        assert isinstance(cancelled, asyncio.CancelledError)
        assert [{"carrier": "Example"}] * 3 == others
        assert 2 == len(calls)

    def test_b16_230_tasks_of_trio(self):
        """Twenty tasks of trio make one call, also where the store is not in memory."""

        class OnDisk(MemoryCacheStore):
            answers_at_once = False

        for store in (MemoryCacheStore(), OnDisk()):
            calls = []
            answers = []

            @memo_of(store=store, budget=timedelta(seconds=5))
            async def lookup(number, calls=calls):
                calls.append(number)
                await trio.sleep(0.01)
                return {"carrier": "Example"}

            async def work(lookup=lookup, answers=answers):
                answers.append(await lookup(NUMBER))

            async def all_of_them(work=work):
                async with trio.open_nursery() as nursery:
                    for _ in range(60):
                        nursery.start_soon(work)
                await work()

            trio.run(all_of_them)
            assert [{"carrier": "Example"}] * 61 == answers
            assert [NUMBER] == calls

    def test_b16_230_a_task_of_trio_that_is_cancelled(self):
        """If the task of trio that works is cancelled, one of those who wait works."""
        calls = []
        answers = []

        @memo_of()
        async def lookup(number):
            calls.append(number)
            await trio.sleep(0.02)
            return {"carrier": "Example"}

        async def give_up():
            with trio.move_on_after(0.005):
                await lookup(NUMBER)

        async def work():
            answers.append(await lookup(NUMBER))

        async def both():
            async with trio.open_nursery() as nursery:
                nursery.start_soon(give_up)
                await trio.sleep(0.001)
                nursery.start_soon(work)

        trio.run(both)
        assert [{"carrier": "Example"}] == answers
        assert 1 <= len(calls) <= 2

    def test_whoever_waits_on_a_loop_that_has_ended(self):
        """A loop that ended while a call went on does not disturb the one who makes it."""
        waiting = []

        async def begin():
            waiting.append(Waiting())

        asyncio.run(begin())
        trio.run(begin)
        for each in waiting:
            each.wake()

    def test_async_faults_and_arguments(self):
        """An async function raises what it raises, and is called with any argument."""

        def fail(*args):
            raise LookupError

        lookup, calls = counted(memo_of(), fail, is_async=True)
        for argument in (NUMBER, object()):
            with pytest.raises(LookupError):
                asyncio.run(lookup(argument))
        assert 2 == len(calls)

    @pytest.mark.parametrize("is_async", [False, True])
    def test_kept_while_it_was_looked_for(self, is_async):
        """What another call has kept since this one looked is taken, and not worked out again."""

        class Late(MemoryCacheStore):
            meanwhile = None

            def get(self, key, /):
                meanwhile, self.meanwhile = self.meanwhile, None
                if meanwhile is None:
                    return super().get(key)
                meanwhile()
                return None

        store = Late()
        memo = memo_of(store=store)
        lookup, calls = counted(memo, is_async=is_async)

        def call():
            return asyncio.run(lookup(NUMBER)) if is_async else lookup(NUMBER)

        def in_another_thread():
            thread = threading.Thread(target=call)
            thread.start()
            thread.join()

        store.meanwhile = in_another_thread
        assert {"carrier": "Example"} == call()
        assert 1 == len(calls)

    def test_one_that_waits_and_one_that_is_interrupted(self):
        """If the thread that works is interrupted, the one who waits works."""
        entered = threading.Event()

        def interrupted(number):
            if not entered.is_set():
                entered.set()
                time.sleep(0.05)
                raise KeyboardInterrupt
            return "done"

        lookup, calls = counted(memo_of(), interrupted)
        results = []

        def lead():
            with pytest.raises(KeyboardInterrupt):
                lookup(NUMBER)

        leader = threading.Thread(target=lead)
        leader.start()
        entered.wait()
        follower = threading.Thread(target=lambda: results.append(lookup(NUMBER)))
        follower.start()
        leader.join()
        follower.join()
        assert (["done"], 2) == (results, len(calls))


class TestFaults:
    """A memo never fails a call."""

    def test_store_down(self):
        """Without the store the function is called; forget says that it did not do it."""

        class Down(MemoryCacheStore):
            answers_at_once = False

            def _fail(self, *_):
                raise StoreUnavailable("down")

            get = put = ticket = forget = _fail

        memo = memo_of(store=Down())
        lookup, calls = counted(memo)
        assert {"carrier": "Example"} == lookup(NUMBER) == lookup(NUMBER)
        assert 2 == len(calls)
        with pytest.raises(StoreUnavailable):
            memo.forget(NUMBER)

    def test_wrong_settings(self):
        """All faults are told at once."""
        with pytest.raises(ConfigurationError) as caught:
            memo_of(kind="phone", ttl=timedelta(0), negative_ttl=5, most_bytes=0)
        assert ["kind", "ttl", "negative_ttl", "most_bytes"] == [p for p, _ in caught.value.faults]

    def test_repr(self):
        """The repr holds no key."""
        assert repr(memo_of()).startswith("<PrivateMemo phone_number <MemoryCacheStore")


class TestFilter:
    """The policy for caches of others."""

    def test_b16_228_own_messages(self):
        """It answers with the lifetime, which is false where there is none."""
        answer = policy().as_filter()
        assert timedelta(minutes=1) == answer(response(), request())
        assert 60 == answer.seconds(response(), request())
        assert not answer(response("no-store"), request())
        assert ("cache.no_store",) == answer.decision(response("no-store"), request()).codes

    def test_b16_228_requests(self):
        """It reads responses of requests, as `filter_fn` of requests-cache takes it."""
        requests = pytest.importorskip("requests")
        answered = requests.Response()
        answered.status_code = 200
        answered.headers.update({"Cache-Control": "max-age=60", "Content-Type": "text/xml"})
        answered.request = requests.Request("GET", "https://app.example.com/voice").prepare()
        assert not policy().as_filter()(answered)
        assert timedelta(minutes=1) == policy().as_filter(in_call=False)(answered)
        answered.request = requests.Request("GET", "https://app.example.com/v", data="x").prepare()
        assert not policy().as_filter(in_call=False)(answered)

    def test_b16_228_httpx(self):
        """It reads responses of httpx, with every line of a field."""
        httpx = pytest.importorskip("httpx")
        asked = httpx.Request("GET", "https://app.example.com/voice")
        fields = [("Cache-Control", "max-age=60"), ("Content-Type", "text/xml")]
        answered = httpx.Response(200, headers=fields, request=asked)
        told = policy().as_filter(kind=ContentKind.XML, in_call=False)
        assert 60 == told.seconds(answered)
        more = httpx.Response(200, headers=[*fields, ("Cache-Control", "no-store")], request=asked)
        assert not told(more)

    @pytest.mark.parametrize("thing", [None, 7, "text", object()])
    def test_what_is_no_response(self, thing):
        """Anything else is not kept, and raises nothing."""
        told = policy().as_filter()
        assert timedelta(0) == told(thing)
        assert ("error.input",) == told.decision(thing).codes
