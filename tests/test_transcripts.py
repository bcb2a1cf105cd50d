"""What a page shows is found out when it is not what was said."""

from pathlib import Path

import pytest

from tests.transcripts import Step, Terminal, steps_of

ID = "01a1fa63-9a7f-7263-b17b-64e8b443ddef"
OTHER_ID = "01a1fa7b-ca69-7fc2-a128-ae6f61e65a7c"


PAGE = """
```sh
$ not this
```

```console
$ NAME=anna   # said once
$ curl \\
    $NAME
Hello
```
"""


@pytest.mark.parametrize(
    ("shown", "answer"),
    [
        ('{\n  "status": 409\n}', '{"status":409}'),
        ('{"items": [], …}', '{"items":[],"pagination":{"page":1}}'),
        (f'{{"id": "{ID}"}}', f'{{"id":"{OTHER_ID}"}}'),
        ('"2026-11-20T19:16:34.047488Z"', '"2031-01-02T03:04:05Z"'),
        ("", ""),
    ],
    ids=["another layout", "something left out", "another id", "another instant", "nothing"],
)
def test_what_differs_each_time_does_not_count(shown: str, answer: str) -> None:
    assert Step("curl", shown).is_answered_by(answer)


@pytest.mark.parametrize(
    ("shown", "answer"),
    [
        ('{"status": 409}', '{"status":422}'),
        ('{"status": 409}', '{"status":409,"code":"not-watched-yet"}'),
        (f'{{"id": "{ID}"}}', '{"id":"7"}'),
        ('"2026-11-20T19:16:34.047488Z"', '"2026-11-20T19:16:34+01:00"'),
        ("", "something"),
    ],
    ids=["another value", "one member more", "no id", "no instant in UTC", "not nothing"],
)
def test_what_is_not_shown_so_is_found_out(shown: str, answer: str) -> None:
    assert not Step("curl", shown).is_answered_by(answer)


async def test_a_session_is_read_line_by_line(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    terminal = Terminal(tmp_path, given={"NAME": "berta"})

    named, greeted = steps_of(page)
    await terminal.type(named.command)

    assert (named.shown, greeted.shown) == ("", "Hello\n")
    assert greeted.command.split() == ["curl", "$NAME"]
    assert terminal.variables == {"NAME": "berta"}
