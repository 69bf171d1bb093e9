"""The process-wide request budget: REST calls of ours, but for answers to interactions, go through here.

A request is asked for with its lane (a channel and a kind of request: one of Discord's buckets) and a
priority; it starts when the lane has room and the whole process stays below Discord's global limit. Lanes are
serial: discord.py sleeps inside the call that takes a window's last request, and reorders what waits behind.

What Discord answers is heard through `trace`, an aiohttp hook that discord.py takes as `http_trace`: a
request counts as accepted when Discord has answered, not when the library wakes up. Time is the event loop's.
"""

import asyncio
import json
import logging
import math
from collections.abc import Mapping
from contextvars import ContextVar
from heapq import heappop, heappush
from types import SimpleNamespace

import aiohttp

from bot.rules.pacing import Bucket
from bot.ui.budget import Budget, Place
from bot.ui.lanes import BUCKETS, Call, Kind, Lane, LaneState, Priority, Work

log = logging.getLogger(__name__)

IDLE_LANES = 1000  # above so many, lanes that have nothing to remember are dropped


_current: ContextVar[Call | None] = ContextVar("current_call", default=None)


class Limiter:
    """Start requests when Discord will take them, the most urgent first."""

    def __init__(self) -> None:
        self._budget = Budget()
        self._lanes: dict[Lane, LaneState] = {}
        self._prune_above = IDLE_LANES
        self._queue: list[tuple[Priority, float, int, Call]] = []
        self._asked = 0
        self._running: set[Call] = set()
        self._timer: asyncio.TimerHandle | None = None

    def ask(self, lane: Lane, priority: Priority, work: Work, *, since: float | None = None) -> Call:
        """Let `work` make one request as soon as it may; among equals the longest waiting goes first.

        The work begins when its turn has come, so that it can send what is newest then.
        """
        loop = asyncio.get_running_loop()
        call = Call(lane, priority, loop.time() if since is None else since, work, loop.create_future())
        call.answer.add_done_callback(_look_at)
        self._enqueue(call)
        self._pump()
        return call

    def hasten(self, call: Call, priority: Priority) -> None:
        """Give a call that still waits a higher priority."""
        if call.waits and priority < call.priority:
            call.priority = priority
            if not call.parked:
                self._enqueue(call)
                self._pump()

    def withdraw(self, call: Call) -> None:
        """Drop a call that still waits."""
        if call.waits:
            call.answer.cancel()

    def bucket(self, lane: Lane) -> Bucket:
        """Return what is known of a lane's bucket."""
        state = self._lanes.get(lane)
        return BUCKETS[lane.kind] if state is None else state.bucket

    async def close(self, grace: float) -> None:
        """Drop what waits, and give what is under way so many seconds to be accepted."""
        for call in [*(entry[-1] for entry in self._queue), *self._parked()]:
            self.withdraw(call)
        pending = [call.answer for call in self._running if not call.answer.done()]
        if pending:
            await asyncio.wait(pending, timeout=grace)
        tasks = [call.task for call in self._running if call.task is not None]
        for task in tasks:  # what was accepted may still sleep in the library
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for timer in [self._timer, *(state.timer for state in self._lanes.values())]:
            if timer is not None:
                timer.cancel()

    def _parked(self) -> list[Call]:
        return [call for state in self._lanes.values() for call in state.parked]

    # The queue.

    def _enqueue(self, call: Call) -> None:
        self._asked += 1
        heappush(self._queue, (call.priority, call.since, self._asked, call))

    def _pump(self) -> None:
        """Start all that may start now, and come back when more may."""
        now = asyncio.get_running_loop().time()
        while self._queue:
            priority, _, _, call = self._queue[0]
            if not call.waits or call.priority != priority:
                heappop(self._queue)
                continue
            lane = self._lane(call.lane)
            if lane.running or lane.bucket.ready_at(now) > now:
                heappop(self._queue)
                self._park(call, lane, now)
                continue
            room_at = self._budget.room_at(now, typing=priority is Priority.TYPING)
            if room_at > now:
                self._come_back(room_at)
                return
            heappop(self._queue)
            self._start(call, lane, now)

    def _come_back(self, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if when < math.inf:  # else the next request that is sent or answered will tell
            self._timer = asyncio.get_running_loop().call_at(when, self._pump)

    def _start(self, call: Call, lane: LaneState, now: float) -> None:
        lane.running = True
        call.place = self._budget.take(now)
        call.task = asyncio.create_task(self._run(call, lane))
        self._running.add(call)

    async def _run(self, call: Call, lane: LaneState) -> None:
        _current.set(call)
        try:
            await call.work()
            _settle(call, b"")
        except Exception as error:  # noqa: BLE001 - raised again where the answer is awaited
            if not call.answer.done():
                call.answer.set_exception(error)
        finally:
            self._running.discard(call)
            lane.running = False
            if not call.answer.done():  # cancelled, at the end
                call.answer.cancel()
            if call.place is not None:
                self._give_back(call.place)  # which it is already, unless nothing was sent
            self._unpark(lane)

    # Lanes.

    def _lane(self, lane: Lane) -> LaneState:
        state = self._lanes.get(lane)
        if state is None:
            if len(self._lanes) >= self._prune_above:
                self._prune()
            state = self._lanes[lane] = LaneState(BUCKETS[lane.kind])
        return state

    def _prune(self) -> None:
        now = asyncio.get_running_loop().time()
        self._lanes = {lane: state for lane, state in self._lanes.items() if not state.is_idle(now)}
        self._prune_above = max(IDLE_LANES, 2 * len(self._lanes))

    def _park(self, call: Call, lane: LaneState, now: float) -> None:
        """Let a call wait until its lane has room."""
        call.parked = True
        lane.parked.append(call)
        if not lane.running and lane.timer is None:
            when = lane.bucket.ready_at(now)
            lane.timer = asyncio.get_running_loop().call_at(when, self._unpark, lane)

    def _unpark(self, lane: LaneState) -> None:
        if lane.timer is not None:
            lane.timer.cancel()
            lane.timer = None
        calls, lane.parked = lane.parked, []
        for call in calls:
            call.parked = False
            if call.waits:
                self._enqueue(call)
        self._pump()

    # What Discord says.

    def trace(self) -> aiohttp.TraceConfig:
        """Return the hook that hears Discord's answers; give it to the client as `http_trace`."""
        config = aiohttp.TraceConfig()
        config.on_request_start.append(self._on_start)
        config.on_request_end.append(self._on_end)
        config.on_request_exception.append(self._on_exception)
        return config

    async def _on_start(
        self, _: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestStartParams
    ) -> None:
        # What carries no token is an interaction's answer or a download: neither is under the limit.
        context.place = self.sent() if "Authorization" in params.headers else None

    async def _on_end(
        self, _: aiohttp.ClientSession, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams
    ) -> None:
        if context.place is not None:
            response = params.response
            self.heard(context.place, response.status, response.headers, await response.read())

    async def _on_exception(
        self, _: aiohttp.ClientSession, context: SimpleNamespace, __: aiohttp.TraceRequestExceptionParams
    ) -> None:
        if context.place is not None:
            self._give_back(context.place)

    def sent(self) -> Place:
        """Note that a request leaves, by a call of ours or by anybody else; also each try of the library."""
        now = asyncio.get_running_loop().time()
        call = _current.get()
        if call is None or call.place is None or call.place.sent:
            place = self._budget.take(now)
        else:
            place = call.place
        if call is not None:
            lane = self._lane(call.lane)
            lane.bucket = lane.bucket.spend(now)
        self._budget.send(place, now)
        return place

    def heard(self, place: Place, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Note what Discord answered."""
        call = _current.get()
        if status == 429:
            self._refused(call, headers, body)
        elif call is not None:
            self._learn(call, headers)
            if status < 300:
                _settle(call, body)
        self._give_back(place, _counted_at(headers))

    def _learn(self, call: Call, headers: Mapping[str, str]) -> None:
        said = [headers.get(f"X-RateLimit-{name}") for name in ("Limit", "Remaining", "Reset-After")]
        if None in said or call.lane.kind is Kind.EDIT_OLD:  # whose headers tell of another bucket
            return
        limit, remaining, reset_after = (float(figure or 0) for figure in said)
        lane = self._lane(call.lane)
        now = asyncio.get_running_loop().time()
        lane.bucket = lane.bucket.learn(now, int(limit), int(remaining), reset_after)

    def _refused(self, call: Call | None, headers: Mapping[str, str], body: bytes) -> None:
        now = asyncio.get_running_loop().time()
        retry_after = _retry_after(headers, body)
        if headers.get("X-RateLimit-Scope", "global") == "global":
            if self._budget.refuse(now, retry_after):
                log.warning("Discord refused a request: all wait for %.1f s, then go slower", retry_after)
        elif call is not None:
            lane = self._lane(call.lane)
            lane.bucket = lane.bucket.refuse(now, retry_after)
            log.warning("Discord refused to %s in channel %s", call.lane.kind, call.lane.channel_id)

    def _give_back(self, place: Place, counted_at: float | None = None) -> None:
        if not place.answered:
            self._budget.answer(place, asyncio.get_running_loop().time(), counted_at)
            self._pump()


def _settle(call: Call, body: bytes) -> None:
    if not call.answer.done():
        call.answer.set_result(body)


def _look_at(answer: asyncio.Future[bytes]) -> None:
    """Keep asyncio from complaining of failures that nobody waited for, such as a typing indicator's."""
    if not answer.cancelled():
        answer.exception()


def _counted_at(headers: Mapping[str, str]) -> float | None:
    """Return when Discord counted a request, by its own clock."""
    resets_at, reset_after = headers.get("X-RateLimit-Reset"), headers.get("X-RateLimit-Reset-After")
    return None if resets_at is None or reset_after is None else float(resets_at) - float(reset_after)


def _retry_after(headers: Mapping[str, str], body: bytes) -> float:
    try:
        return float(json.loads(body)["retry_after"])
    except (ValueError, KeyError, TypeError):  # not Discord's own answer
        return float(headers.get("Retry-After", 1.0))
