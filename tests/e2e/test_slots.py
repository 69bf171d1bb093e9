"""Many ask at once: the model is asked for so many, and what is free goes round."""

from pathlib import Path

from bot.texts import bounds, listed
from playground.gates import Gate
from playground.model.characters.cast import CAST
from playground.model.request import ModelRequest
from playground.model.scripts import Script
from tests.support.room import Room, open_room

SLOTS = 4
THREADS = 60


class Held:
    """Answers that go on when they are told to, in the order in which they were begun."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._gates: list[Gate] = []
        self.asked: list[str] = []
        room.playground.model.responder = self._answer

    def _answer(self, request: ModelRequest) -> Script:
        self.asked.append(str(request.messages[-1]["content"]))
        script = Script()
        self._gates.append(script.hold())
        return script.text("Yes.")

    async def begun(self, count: int) -> None:
        """Wait until so many were begun in all."""
        await self._room.until(lambda: len(self.asked) >= count)

    def go_on(self) -> None:
        """Let the answer go on that has waited longest."""
        self._gates.pop(0).release()

    def let_all_go_on(self) -> None:
        """Hold no answer any more."""
        self._room.playground.model.responder = None
        while self._gates:
            self.go_on()


async def test_alone_in_a_small_server_one_waits_for_two_answers_at_most_of_a_server_with_sixty_threads(
    tmp_path: Path,
) -> None:
    async with open_room(tmp_path, MAX_CONCURRENT_REQUESTS=str(SLOTS)) as room:
        world, held = room.world, Held(room)
        alex = world.people["alex"]
        threads = [
            world.add_thread(f"t{number}", world.channel("general"), alex) for number in range(THREADS)
        ]
        for thread in threads:
            room.post("busy", thread)
        await held.begun(SLOTS)
        small = world.add_guild("Small", world.people["olivia"])
        alone = room.post(
            "alone", world.add_text_channel("hall", small), world.add_person("ann", guild=small)
        )
        waiting = {bounds.IN_LINE.format(before=1, seconds=seconds) for seconds in range(60)}
        await room.until(lambda: {reply.content for reply in room.replies(alone)} & waiting)

        assert len(held.asked) == SLOTS
        for answers in (1, 2):
            held.go_on()
            await held.begun(SLOTS + answers)
        assert "alone" in " ".join(held.asked[SLOTS:])
        held.let_all_go_on()
        await room.answered(alone)
        await room.until(lambda: len(room.playground.model.requests) == THREADS + 1)


async def test_the_fourth_question_of_a_person_waits_for_the_first_and_is_answered(tmp_path: Path) -> None:
    async with open_room(tmp_path, MAX_CONCURRENT_PER_PERSON="3") as room:
        held = Held(room)
        channels = [room.world.add_text_channel(f"room-{number}") for number in range(4)]
        questions = [room.post("Hello", channel) for channel in channels]
        others = room.post("Hello", "general", "sam")
        await held.begun(4)

        assert sum("Sam" in asked for asked in held.asked) == 1
        held.go_on()
        await held.begun(5)
        for _ in range(4):
            held.go_on()
        for question in (*questions, others):
            assert (await room.answered(question))[0].content == "Yes."


async def test_a_server_that_names_its_slots_is_asked_for_no_more_at_once(tmp_path: Path) -> None:
    async with open_room(tmp_path, MAX_CONCURRENT_REQUESTS="64") as room:
        held = Held(room)
        room.playground.model.character = CAST["llama.cpp"]
        completer, model = room.app.servers.of("stand-in")
        await completer.check(model)
        questions = [room.post("Hello", "general"), room.post("Hello", "dm", "sam")]
        await held.begun(1)

        for question in questions:
            assert not room.replies(question)
        for count in (1, 2):
            await held.begun(count)
            assert len(held.asked) == count
            held.go_on()
        for question in questions:
            await room.answered(question)


async def test_whoever_asks_too_often_is_told_so_under_the_question_or_alone(tmp_path: Path) -> None:
    async with open_room(tmp_path, COOLDOWN="2/hour") as room:
        alex = room.world.people["alex"]
        await room.ask("One")
        [answer] = await room.ask("Two")
        third = room.post("Three")
        [told] = await room.until(lambda: room.replies(third))
        pressed = await alex.press(answer, "Regenerate").answered()
        asked = await alex.menu(listed.MENU_ASK, answer).answered()

        assert told.content.startswith("-# The bot's owner lets each person ask 2 times an hour")
        sentence = told.content.removeprefix("-# ").partition(" Your message")[0]
        assert pressed.content == asked.content == sentence
        assert pressed.ephemeral_for == asked.ephemeral_for == alex.id
        assert len(room.playground.model.requests) == 2
