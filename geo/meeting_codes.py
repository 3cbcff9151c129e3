"""The codes that let people into a meeting: made, compared, and guarded against guessing."""

from __future__ import annotations

import hmac
import math
import secrets
import threading
import unicodedata
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from geo.meeting import MeetingError

# Without 0 O 1 I L, which are taken for each other on a wall.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 8
# Told apart from a slip of the finger, and of the whole meeting: who asks is not known.
WRONG_CODES = 10
WRONG_SECONDS = 600.0
# No code is looked at beyond so many wrong ones a minute.
MOST_EXAMINED = 600
LONGEST_WAIT = 60.0
_LONGEST_TYPED = 64


def new_code() -> str:
    """Return a code of 8 letters (40 bits), as it is shown: ``XXXX-XXXX``."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return f"{letters[: LENGTH // 2]}-{letters[LENGTH // 2 :]}"


def letters_of(code: str) -> str:
    """Return a code's letters as they are compared: upper case, without hyphens, spaces and full-width forms."""
    wide = unicodedata.normalize("NFKC", code[:_LONGEST_TYPED]).upper()
    return "".join(letter for letter in wide if letter.isalnum())


def is_same(code: str, typed: str) -> bool:
    """Tell whether what was typed is the code, in a time that says nothing of how much of it is right."""
    return hmac.compare_digest(letters_of(code).encode(), letters_of(typed).encode("utf-8", "replace"))


@dataclass(frozen=True)
class CodeGuard:
    """Counts the wrong codes of each meeting, in this process: a restart forgets them, a second process has its own.

    Nothing is written for a wrong code, or guessing would keep those who write their notes from the file. Who asks is
    not known (one address may be a whole hall's), so that a pause for everybody would let one guesser keep a hall
    out. Hence in three steps: up to ``WRONG_CODES`` in ten minutes a wrong code is told as wrong; after that a wrong
    one is asked to wait (at most ``LONGEST_WAIT`` seconds) while the right one still opens, at once; and beyond
    ``MOST_EXAMINED`` wrong ones in a minute, which no hall types, no code is looked at until the minute is over.
    So guessing is held to 600 a minute, whatever it runs on: with two codes out of 31^8 a whole day of it finds one
    with a chance of 2 in a million, and codes are made anew for each meeting.
    """

    _wrong: dict[tuple[str, str], deque[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def role_of(self, meeting: tuple[str, str], codes: Mapping[str, str], typed: str, now: float) -> str:
        """Return the role whose code was typed.

        Parameters
        ----------
        meeting
            The file's path and the meeting's key.
        codes
            Role to code.
        now
            Seconds, of a clock.

        Raises
        ------
        MeetingError
            'meeting_code_wrong'; or 'meeting_code_wait' with ``seconds``.
        """
        with self._lock:
            wrong = [moment for moment in self._wrong.get(meeting, ()) if 0 <= now - moment < WRONG_SECONDS]
            last_minute = [moment for moment in wrong if now - moment < LONGEST_WAIT]
            if len(last_minute) >= MOST_EXAMINED:
                raise _wait(LONGEST_WAIT - (now - last_minute[-MOST_EXAMINED]))
            # Every code is compared, whichever is right.
            right = [role for role, code in codes.items() if is_same(code, typed)]
            if right:
                return right[0]
            self._wrong[meeting] = deque([*wrong, now], maxlen=MOST_EXAMINED)
        if len(wrong) < WRONG_CODES:
            raise MeetingError("meeting: that is not a code of this meeting", key="meeting_code_wrong")
        raise _wait(min(LONGEST_WAIT, WRONG_SECONDS - (now - wrong[-WRONG_CODES])))

    def forget(self, meeting: tuple[str, str]) -> None:
        """Forget the wrong codes of a meeting whose codes are new, or that is gone."""
        with self._lock:
            self._wrong.pop(meeting, None)


def _wait(seconds: float) -> MeetingError:
    whole = max(1, math.ceil(seconds))
    message = f"meeting: too many wrong codes; look the code up and try again in {whole} seconds"
    return MeetingError(message, key="meeting_code_wait", seconds=whole)
