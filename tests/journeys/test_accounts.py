"""People come to an account: `features/accounts.feature`."""

from typing import Final

from pytest_bdd import parsers, scenarios, then, when

from tests.journeys.conftest import People
from tests.journeys.site import Reply, Site

ANOTHER: Final = "Ignorance-is-bliss-3!"
"""Of a stranger."""

scenarios("features/accounts.feature")


@then(parsers.parse("{name} is told to follow the link in the mail first when she signs in"))
def _is_not_activated(site: Site, people: People, name: str) -> None:
    assert site.sign_in(people[name]).refusal == (403, "not-activated")


@when(parsers.parse('{name} follows the link in the mail "Activate your account"'))
def _activates(site: Site, people: People, name: str) -> None:
    assert site.activate(people[name]).status == 204


@when(parsers.parse("{name} signs in"))
def _signs_in(site: Site, people: People, name: str) -> None:
    people[name].tokens = site.sign_in(people[name]).told


@then(parsers.parse("the server knows {name} by her address and her username"))
def _is_known(site: Site, people: People, name: str) -> None:
    person = people[name]

    me = site.ask("GET", "me", person.tokens["access_token"])

    assert (me.told["email"], me.told["username"]) == (person.address, person.username)


@when(parsers.parse("{name} asks for another mail"))
def _asks_for_another_mail(site: Site, people: People, name: str) -> None:
    person = people[name]
    assert site.ask("POST", "activation", email=person.address).status == 202
    person.links.append(site.next_mail(person, "Activate your account").token)


@then("the first link leads nowhere any more")
def _leads_nowhere(site: Site, people: People) -> None:
    (person,) = people.values()

    refused = site.ask("POST", "activate", token=person.links[0])

    assert refused.refusal == (422, "invalid-mail-token")


@when(parsers.parse("somebody registers with the address of {name}"))
def _registers_again(site: Site, people: People, name: str) -> None:
    site.ask("POST", "register", email=people[name].address, password=ANOTHER)


@when(parsers.parse("{name} follows the link in the mail that he caused"))
def _activates_in_dispute(site: Site, people: People, name: str) -> None:
    person = people[name]
    person.links.append(site.next_mail(person, "Activate your account").token)
    assert site.activate(person).status == 204


@then("the password that he chose is refused")
def _is_a_strangers(site: Site, people: People) -> None:
    (person,) = people.values()
    assert site.sign_in(person, ANOTHER).refusal == (401, "wrong-credentials")


@then("he is answered as if nobody had it")
def _is_answered_alike(site: Site, people: People) -> None:
    (person,) = people.values()

    assert site.replies[-1] == Reply(201, {"email": person.address})


@then(parsers.parse("whoever asks for a mail is answered the same for {name} and for nobody"))
def _tells_nothing(site: Site, people: People, name: str) -> None:
    for path in ("activation", "password-reset"):
        known, unknown = (
            site.ask("POST", path, email=address)
            for address in (people[name].address, "nobody@example.org")
        )
        assert known == unknown
        assert known.status == 202
    site.next_mail(people[name], "Choose a new password")


@when(parsers.parse("somebody guesses the password of {name} {times:d} times"))
def _guesses(site: Site, people: People, name: str, times: int) -> None:
    for number in range(times):
        refused = site.sign_in(people[name], f"Guess-{number}")
        assert refused.refusal == (401, "wrong-credentials")


@then("even the right password is refused for a while")
def _is_refused(site: Site, people: People) -> None:
    (person,) = people.values()

    refused = site.sign_in(person)

    assert refused.refusal == (429, "too-many-sign-ins")
    assert 0 < refused.told["retry_after"] <= 15 * 60
