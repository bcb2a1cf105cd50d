"""People are signed in, and out: `features/sessions.feature`."""

from pytest_bdd import given, parsers, scenarios, then, when

from tests.journeys.conftest import People
from tests.journeys.site import Site

scenarios("features/sessions.feature")


@given(parsers.parse("{name} is signed in at home"))
def _is_signed_in_at_home(site: Site, people: People, name: str) -> None:
    people[name].tokens_at_home = site.sign_in(people[name]).told


@when(parsers.parse("{name} exchanges her refresh token"))
def _exchanges(site: Site, people: People, name: str) -> None:
    person = people[name]
    person.spent = person.tokens["refresh_token"]
    reply = site.ask("POST", "refresh", refresh_token=person.spent)
    assert reply.status == 200
    person.tokens = reply.told


@when(parsers.parse("{name} signs out"))
def _signs_out(site: Site, people: People, name: str) -> None:
    access, refresh = people[name].tokens["access_token"], people[name].tokens["refresh_token"]
    assert site.ask("POST", "logout", access, refresh_token=refresh).status == 204


@when(parsers.parse("{name} signs out everywhere"))
def _signs_out_everywhere(site: Site, people: People, name: str) -> None:
    assert site.ask("POST", "logout-all", people[name].tokens["access_token"]).status == 204


@when(parsers.parse("{name} changes her password"))
def _changes_password(site: Site, people: People, name: str) -> None:
    person = people[name]
    person.chooses_another_password()
    changed = site.ask(
        *("PUT", "password", person.tokens["access_token"]),
        current_password=person.old_password,
        new_password=person.password,
    )
    assert changed.status == 204


@when(parsers.parse("{name} has forgotten her password"))
def _has_forgotten(site: Site, people: People, name: str) -> None:
    assert site.ask("POST", "password-reset", email=people[name].address).status == 202


@then(parsers.parse("{name} is still signed in"))
def _is_still_signed_in(site: Site, people: People, name: str) -> None:
    assert site.ask("GET", "me", people[name].tokens["access_token"]).status == 200


@then("the spent refresh token is refused, and nothing changes")
def _is_spent(site: Site, people: People) -> None:
    (person,) = people.values()

    refused = site.ask("POST", "refresh", refresh_token=person.spent)

    assert refused.refusal == (409, "refreshed-already")
    assert site.ask("GET", "me", person.tokens["access_token"]).status == 200


@then(parsers.parse("nobody is signed in by the tokens of {name}"))
def _is_signed_out(site: Site, people: People, name: str) -> None:
    assert_dead(site, people[name].tokens)


@then(parsers.parse("nobody is signed in by the tokens that {name} has at home"))
def _is_signed_out_at_home(site: Site, people: People, name: str) -> None:
    assert_dead(site, people[name].tokens_at_home)


@then("the old password is refused")
def _is_an_old_password(site: Site, people: People) -> None:
    (person,) = people.values()
    assert site.sign_in(person, person.old_password).refusal == (401, "wrong-credentials")


@then("the link cannot be used again")
def _is_used_up(site: Site, people: People) -> None:
    (person,) = people.values()
    assert site.reset_password(person).refusal == (422, "invalid-mail-token")


def assert_dead(site: Site, tokens: dict[str, str]) -> None:
    shown = site.ask("GET", "me", tokens["access_token"])
    exchanged = site.ask("POST", "refresh", refresh_token=tokens["refresh_token"])

    assert (shown.refusal, exchanged.refusal) == ((401, "invalid-token"),) * 2
