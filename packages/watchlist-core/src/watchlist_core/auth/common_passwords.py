"""Passwords that are tried first by whoever guesses, and what people do to disguise them."""

from collections.abc import Iterator
from typing import Final

__all__ = ["is_common"]

# Written down by ourselves: words that somebody thinks of who is asked for a password, in English
# and in what is typed without thinking. What disguises them is folded away, so they stand once.
_WORDS: Final = """
    password passwort passwd pass passphrase passcode secret secrets private login signin logon
    welcome hello hallo letmein openup opensesame enter access account user username guest visitor
    default changeme change changeit replaceme temp temporary initial admin administrator adminadmin
    root superuser sysadmin system server manager master boss owner test tester testing testtest
    demo example sample trial qwerty qwertz azerty qwertyuiop qwertzuiop asdf asdfgh asdfghjkl
    zxcv zxcvbn zxcvbnm yxcvbnm qwer qwert qweasd qweasdzxc qazwsx qazwsxedc 1qaz2wsx 1qaz@wsx
    1q2w3e 1q2w3e4r 1q2w3e4r5t q1w2e3 q1w2e3r4 zaq12wsx zaq1xsw2 abc abcd abcde abcdef abcdefg
    abcdefgh abc123 a1b2c3 a1b2c3d4 aabbcc aaabbb xyz xxx
    iloveyou loveyou lovely love lover loveme forever always princess queen king prince baby
    babygirl sweetheart honey angel angels darling sunshine rainbow flower butterfly happy smile
    monkey dragon tiger lion panther eagle falcon wolf shadow phoenix dolphin horse puppy kitty
    buster ginger pepper cookie chocolate banana orange apple cheese coffee whiskey
    football soccer baseball basketball hockey tennis golf cricket champion winner player gamer
    superman batman spiderman ironman starwars startrek pokemon naruto matrix gandalf frodo merlin
    harrypotter hogwarts terminator godzilla jamesbond movie movies film films cinema watchlist
    watch netflix popcorn hollywood
    michael michelle jennifer jessica daniel andrew thomas robert charlie george william jordan
    matthew joshua ashley nicole hannah anthony maria anna alex
    january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday spring summer autumn fall winter
    morning night midnight today tomorrow christmas easter
    london paris berlin moscow newyork america england france germany russia canada india china
    europe texas california
    computer internet keyboard mouse windows linux android iphone samsung google facebook
    instagram twitter youtube amazon microsoft oracle cisco
    money dollar million business company office work home family mother father brother sister
    freedom trust trustno trustme trustnoone whatever nothing something anything everything
    fuckyou fuck asshole bitch sexy sex hunter killer ranger soldier police pirate ninja samurai
    wizard magic mustang ferrari porsche mercedes harley corvette
    god jesus christ blessed heaven jesuschrist peace power lucky star stars silver golden gold
    diamond purple yellow green black white
"""
_NUMBERS: Final = """
    12345678 123456789 1234567890 12345678910 0123456789 87654321 987654321 9876543210 0987654321
    12344321 123123123 123321123 11223344 1122334455 112233445566 12121212 123454321 1234512345
    147258369 159753456 741852963 789456123 13579246 24681012 31415926 314159265 20202020 19191919
"""

_LETTERS: Final = str.maketrans("013457@$!l", "oieastasii")
"""What is typed for letters; an l looks like the i that a 1 may be, too."""


def _plain(text: str) -> str:
    return text.translate(_LETTERS)


_COMMON: Final = frozenset(_plain(word) for word in f"{_WORDS} {_NUMBERS}".split())


def is_common(password: str) -> bool:
    """Tell whether it is a common one, in whatever case and with whatever around it.

    Digits and signs that stand for letters ("P@ssw0rd") are taken for them, those before and
    behind ("password2026!") count for nothing, and what is said twice counts once.
    """
    return any(_is_guessed(core) for core in _cores(password.casefold()))


def _is_guessed(core: str) -> bool:
    said = _repeated(core)
    return _plain(said) in _COMMON or len(said) == 1 < len(core)


def _cores(text: str) -> Iterator[str]:
    """Yield the text as it is, and without the decoration around it."""
    yield text
    start, end = 0, len(text)
    while end and not text[end - 1].isalpha():
        end -= 1
    yield text[:end]
    while start < end and not text[start].isalpha():
        start += 1
    yield text[start:end]


def _repeated(text: str) -> str:
    """Return what *text* repeats from its beginning to its end."""
    return text[: (text + text).find(text, 1)] if text else ""
