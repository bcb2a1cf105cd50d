"""What the scenarios of all features begin with."""

from collections.abc import Iterator
from typing import TypeAlias

import pytest
from pytest_bdd import given, parsers, then, when

from tests.journeys.site import Person, Site, opened_site

People: TypeAlias = dict[str, Person]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with opened_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def people() -> People:
    """Those whom a scenario has named so far."""
    return {}


@given(parsers.parse("{name} has registered"))
@when(parsers.parse("{name} registers"))
def _registers(site: Site, people: People, name: str) -> None:
    people[name] = site.register(name)


@given(parsers.parse("{name} has an account"))
def _has_an_account(site: Site, people: People, name: str) -> None:
    people[name] = site.register(name)
    assert site.activate(people[name]).status == 204


@given(parsers.parse("{name} is signed in"))
def _is_signed_in(site: Site, people: People, name: str) -> None:
    _has_an_account(site, people, name)
    people[name].tokens = site.sign_in(people[name]).told


@when(parsers.parse('{name} chooses a new one by the link in the mail "{subject}"'))
def _resets_password(site: Site, people: People, name: str, subject: str) -> None:
    person = people[name]
    person.links.append(site.next_mail(person, subject).token)
    person.chooses_another_password()
    assert site.reset_password(person).status == 204


@then(parsers.parse("{name} can sign in with her password"))
def _can_sign_in(site: Site, people: People, name: str) -> None:
    assert site.sign_in(people[name]).status == 200


@then(parsers.parse('{name} gets the mail "{subject}"'))
def _gets_the_mail(site: Site, people: People, name: str, subject: str) -> None:
    site.next_mail(people[name], subject)
