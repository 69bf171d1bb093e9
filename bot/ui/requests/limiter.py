"""The process's request budget: every REST call that Discord counts goes through here.

A request is asked for with its lane (a channel and a kind of request: one of Discord's buckets) and a
priority; it starts when the lane has room and the process stays below its part of Discord's limit. Lanes are
serial: discord.py sleeps inside the call that takes a window's last request, and reorders what waits behind.

An interaction's webhook has a lane that waits for nothing else: Discord doesn't count what goes through it.
What nobody asked for with a lane takes its turn as it leaves: `bot.ui.requests.transport` holds each request
of discord.py's session until then, and tells of Discord's answers. So a request counts as accepted when
Discord has answered, not when the library wakes up. Time is the event loop's.
"""

import asyncio
import logging
import math
from heapq import heappop, heappush

from bot.chat.meter import Meter
from bot.client.retry import LongWait
from bot.rules.pacing import Bucket
from bot.ui.requests.budget import Budget, Slot
from bot.ui.requests.calls import Call, Kind, Lane, Priority, Sent, Work, ambient_priority, current_call
from bot.ui.requests.heard import Answer
from bot.ui.requests.lanes import Lanes, LaneState

log = logging.getLogger(__name__)

LONGEST_WAIT = 60.0  # whoever would have to wait for longer is told at once
INTERACTION = "interaction"  # the route of what Discord does not count
SHARES = {Priority.TYPING: 8, Priority.BACKGROUND: 2}  # they may fill one part in so many of a second


class Limiter:
    """Start requests when Discord will take them, the most urgent first."""

    def __init__(self, meter: Meter | None = None) -> None:
        self._meter = meter or Meter()
        self._budget = Budget()
        self._lanes = Lanes()
        self._queue: list[tuple[Priority, float, int, Call]] = []
        self._uncounted: list[tuple[Priority, float, int, Call]] = []  # which wait for their lanes alone
        self._asked = 0
        self._running: set[Call] = set()
        self._timer: asyncio.TimerHandle | None = None

    def ask(self, lane: Lane, priority: Priority, work: Work, *, since: float | None = None) -> Call:
        """Let `work` make one request as soon as it may; among equals the longest waiting goes first.

        The work begins when its turn has come, so that it can send what is newest then.
        """
        return self._call(lane, priority, work, since)

    def _call(self, lane: Lane, priority: Priority, work: Work | None, since: float | None = None) -> Call:
        now = asyncio.get_running_loop().time()
        call = Call(lane, priority, now if since is None else since, now, work)
        if self._is_too_long(call, now):
            call.answer.set_exception(LongWait())
        else:
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
        return self._lanes.bucket(lane)

    def need(self) -> tuple[int, int]:
        """Return how much of Discord's limit is used, and how much would be if there were enough."""
        used = self._budget.held(asyncio.get_running_loop().time())
        return used, used + len({entry[-1] for entry in self._queue if entry[-1].waits})

    def allot(self, part: int, until: float) -> None:
        """Have a part of Discord's limit, and from a moment on none; others have the rest."""
        self._budget.allot(part, until)
        self._pump()

    @property
    def is_blocked(self) -> bool:
        """Say whether nothing at all may be sent now."""
        return self._budget.blocked_until > asyncio.get_running_loop().time()

    async def close(self, grace: float) -> None:
        """Drop what waits, and give what is under way so many seconds to be accepted."""
        for call in self._waiting():
            self.withdraw(call)
        if pending := [call.answer for call in self._running if not call.answer.done()]:
            await asyncio.wait(pending, timeout=grace)
        for task in (tasks := [call.task for call in self._running if call.task is not None]):
            task.cancel()  # what was accepted may still sleep in the library
        await asyncio.gather(*tasks, return_exceptions=True)
        for timer in filter(None, [self._timer, *(state.timer for state in self._lanes)]):
            timer.cancel()

    def _waiting(self) -> list[Call]:
        parked = (call for state in self._lanes for call in state.parked)
        return [*(entry[-1] for entry in (*self._queue, *self._uncounted)), *parked]

    def _enqueue(self, call: Call) -> None:
        self._asked += 1
        entry = (call.priority, call.since, self._asked, call)
        heappush(self._queue if call.lane.is_counted else self._uncounted, entry)

    def _pump(self) -> None:
        """Start all that may start now, and come back when more may."""
        now = asyncio.get_running_loop().time()
        for queue in (self._uncounted, self._queue):
            while queue:
                priority, _, _, call = queue[0]
                if call.waits and call.priority == priority:
                    lane = self._lanes.of(call.lane)
                    if lane.running or lane.bucket.ready_at(now) > now:
                        self._park(call, lane, now)
                    elif (room_at := self._room_at(call, now)) > now:
                        self._come_back(room_at)
                        break
                    else:
                        self._start(call, lane, now)
                heappop(queue)

    def _room_at(self, call: Call, now: float) -> float:
        if call.lane.is_counted:
            return self._budget.room_at(now, SHARES.get(call.priority, 1))
        return self._budget.blocked_until if self._budget.is_banned else now

    def _is_too_long(self, call: Call, now: float) -> bool:
        """Say whether a call waits longer for all to be let through than somebody would."""
        blocks = call.lane.is_counted or self._budget.is_banned
        wait = self._budget.wait(now, call.asked_at) if blocks else 0.0
        return wait > LONGEST_WAIT and call.priority is not Priority.BACKGROUND

    def _give_up(self, now: float) -> None:
        """Tell those who would wait for too long now."""
        for call in self._waiting():
            if call.waits and self._is_too_long(call, now):
                call.answer.set_exception(LongWait())

    def _come_back(self, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if when < math.inf:  # else the next request that is sent or answered will tell
            self._timer = asyncio.get_running_loop().call_at(when, self._pump)

    def _start(self, call: Call, lane: LaneState, now: float) -> None:
        lane.running = True
        call.slot = self._slot(call, now)
        if call.work is None:
            call.settle(b"")
        else:
            call.task = asyncio.create_task(self._run(call, call.work), context=call.context)
            self._running.add(call)

    async def _run(self, call: Call, work: Work) -> None:
        current_call.set(call)
        try:
            await work()
            call.settle(b"")
        except Exception as error:  # noqa: BLE001 - raised again where the answer is awaited
            if not call.answer.done():
                call.answer.set_exception(error)
        finally:
            self._running.discard(call)
            if not call.answer.done():  # cancelled, at the end
                call.answer.cancel()
            self._end(call)

    def _end(self, call: Call) -> None:
        """Let the next one of a call's lane go."""
        lane = self._lanes.of(call.lane)
        lane.running = False
        if call.slot is not None:
            self._give_back(call.slot)  # which it is already, unless nothing was sent
        self._unpark(lane)

    def _park(self, call: Call, lane: LaneState, now: float) -> None:
        """Let a call wait until its lane has room; where that is too long, it fails."""
        is_too_long = lane.bucket.ready_at(now) - now > LONGEST_WAIT
        if is_too_long and call.priority is not Priority.BACKGROUND:
            call.answer.set_exception(LongWait())
            return
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

    # What leaves, and what comes back; told by the transport.

    async def turn(self, lane: Lane) -> Sent:
        """Return as a request may leave, and note that it does.

        A call's own request may at once; also each further one that the library makes of it.

        Raises:
            LongWait: it would have to wait for too long.
        """
        call = current_call.get() or await self._turn_of_its_own(lane)
        now = asyncio.get_running_loop().time()
        slot = call.slot
        if slot is None or slot.sent:
            slot = self._slot(call, now)
        state = self._lanes.of(call.lane)
        state.bucket = state.bucket.spend(now)
        self._budget.send(slot, now)
        return Sent(slot, call)

    def _slot(self, call: Call, now: float) -> Slot:
        return self._budget.take(now) if call.lane.is_counted else self._budget.aside(now) or Slot(now)

    async def _turn_of_its_own(self, lane: Lane) -> Call:
        call = self._call(lane, ambient_priority.get(), None)
        try:
            await call.answer
        except asyncio.CancelledError:
            if call.slot is not None:
                self._end(call)
            raise
        return call

    def aside(self) -> Sent:
        """Note that a request leaves that Discord doesn't count.

        Raises:
            LongWait: Cloudflare refuses all that we send.
        """
        slot = self._budget.aside(asyncio.get_running_loop().time())
        if slot is None:
            raise LongWait
        return Sent(slot)

    def heard(self, sent: Sent, answer: Answer) -> None:
        """Note what Discord answered."""
        call, now = sent.call, asyncio.get_running_loop().time()
        if answer.is_ban:
            if self._budget.ban(now):
                log.error("Cloudflare refuses all from this address: all wait, one request a minute will try")
            self._give_up(now)
        elif self._budget.lift(sent.slot, now):
            log.info("requests come through again")
        route, since = (call.lane.kind, call.since) if call else (INTERACTION, sent.slot.taken_at)
        self._meter.heard(route, answer.status, now - since)
        if call is not None:
            self._heard_of(call, answer, now)
            self._over(sent, answer.counted_at)
        elif not self._budget.is_banned:
            self._pump()

    def lost(self, sent: Sent) -> None:
        """Note that no answer came, or will be waited for."""
        self._over(sent)

    def _heard_of(self, call: Call, answer: Answer, now: float) -> None:
        lane = self._lanes.of(call.lane)
        if answer.status != 429:
            if answer.bucket is not None and call.lane.kind != Kind.EDIT_OLD:  # whose headers tell of another
                lane.bucket = lane.bucket.learn(now, *answer.bucket)
            if answer.status < 300 and not answer.is_page:
                call.settle(answer.body)
        elif answer.told is not None and answer.is_global:
            if self._budget.refuse(now, answer.retry_after):
                log.warning("Discord refused a request: all wait for %.1f s", answer.retry_after)
            self._give_up(now)
        elif answer.told is not None:
            lane.bucket = lane.bucket.refuse(now, answer.retry_after)
            what = (call.lane.kind, call.lane.channel_id, answer.retry_after)
            log.warning("Discord refused to %s in channel %s: that waits for %.1f s", *what)

    def _over(self, sent: Sent, counted_at: float | None = None) -> None:
        self._give_back(sent.slot, counted_at)
        if (call := sent.call) is not None and call.work is None:
            self._end(call)

    def _give_back(self, slot: Slot, counted_at: float | None = None) -> None:
        if not slot.answered:
            self._budget.answer(slot, asyncio.get_running_loop().time(), counted_at)
            self._pump()
