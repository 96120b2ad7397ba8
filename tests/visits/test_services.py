"""Each service against a strict fake: visits by tag, goals where it has them, and every kind of no."""

from datetime import date

import httpx
import pytest

from cmflow.insights.metrics import catalogue
from cmflow.model import SERVICES, Visits
from cmflow.model.errors import CmflowError, Denied, NotSent, Throttled
from cmflow.netkit import http, visits
from cmflow.netkit.network import Figures
from cmflow.netkit.rest import ApiClient
from cmflow.netkit.visits import Query
from tests.networks.contract import NOON
from tests.visits import fakes
from tests.visits.fakes import ADDRESS, FAKES, KEY, SITE

TAGS = ("hello.news.1", "hello.sky.1")
SECRETS = {visits.VARIABLE: KEY}


def connected(name: str, handler: fakes.Visits | httpx.MockTransport, key: str = KEY) -> ApiClient:
    transport = handler if isinstance(handler, httpx.MockTransport) else httpx.MockTransport(handler)
    return visits.connect(http.client(transport), Visits(name, ADDRESS, SITE[name]), {visits.VARIABLE: key})


def ask(name: str, api: ApiClient, *goals: str) -> dict[str, Figures]:
    service = visits.load(name)
    query = Query(SITE[name], TAGS, goals, date(2026, 11, 1), date(2026, 12, 1))
    answer = service.read(api, query)
    return {tag: visits.figures(service, goals, answer.get(tag)) for tag in TAGS}


@pytest.mark.parametrize("name", SERVICES)
def test_visits_by_tag_and_none_is_nought(name: str) -> None:
    """Whatever else comes to the site is not asked about."""
    server = FAKES[name]({"hello.news.1": 12, "newsletter": 900})
    (first, second) = ask(name, connected(name, server)).values()
    figure = next(metric for metric in visits.load(name).figures if catalogue.common(name, metric, NOON) == "visits")
    assert (first[figure], second[figure]) == (12, 0)


@pytest.mark.parametrize(("name", "goal"), [("plausible", "Signup"), ("matomo", "3")])
def test_conversions_of_a_goal(name: str, goal: str) -> None:
    server = FAKES[name]({"hello.news.1": 12, "hello.sky.1": 4}, {("hello.news.1", goal): 3, ("hello.sky.1", "9"): 1})
    first, second = ask(name, connected(name, server), goal).values()
    assert (first[f"goal: {goal}"], second[f"goal: {goal}"]) == (3, 0)


@pytest.mark.parametrize("name", ["goatcounter", "umami"])
def test_a_service_without_goals_tells_none(name: str) -> None:
    figures = ask(name, connected(name, FAKES[name]({"hello.news.1": 12})), "Signup")
    assert set(figures["hello.news.1"]) == set(visits.load(name).figures)


def test_goatcounter_is_read_page_by_page() -> None:
    server = FAKES["goatcounter"]({**{f"other-{number}": 100 for number in range(150)}, **dict.fromkeys(TAGS, 7)})
    assert ask("goatcounter", connected("goatcounter", server))["hello.sky.1"] == {"count": 7}
    assert len(server.requests) == 2


@pytest.mark.parametrize("name", SERVICES)
def test_the_catalogue_knows_each_figure(name: str) -> None:
    assert set(visits.load(name).figures) <= {one.metric for one in catalogue.DEFINITIONS if one.network == name}
    assert visits.load(name).parameter in ("content", "campaign")


@pytest.mark.parametrize("name", SERVICES)
def test_a_wrong_key_is_said_and_never_shown(name: str) -> None:
    with pytest.raises(Denied) as caught:
        ask(name, connected(name, FAKES[name](), "an0ther-k3y"))
    assert visits.VARIABLE in caught.value.hint
    assert "an0ther-k3y" not in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize("key", ["", "two words", "clé"])
def test_without_a_key_nothing_is_asked(key: str) -> None:
    with pytest.raises(Denied) as caught:
        connected("plausible", FAKES["plausible"](), key)
    assert visits.VARIABLE in f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize(("code", "kind"), [(429, Throttled), (500, NotSent), (404, CmflowError)])
@pytest.mark.parametrize("name", SERVICES)
def test_a_service_that_fails(name: str, code: int, kind: type[CmflowError]) -> None:
    handler = httpx.MockTransport(lambda request: httpx.Response(code, json={"error": "No."}))
    with pytest.raises(kind):
        ask(name, connected(name, handler))


@pytest.mark.parametrize("body", [b"", b"null", b"[1]", b'{"results": 1}', b'{"results": [{"metrics": 1}]}', b"<html>"])
@pytest.mark.parametrize("name", SERVICES)
def test_an_odd_answer_is_no_figure(name: str, body: bytes) -> None:
    handler = httpx.MockTransport(lambda request: httpx.Response(200, content=body))
    with pytest.raises(NotSent):
        ask(name, connected(name, handler))


def test_umami_s_cloud_wants_its_key_in_a_header_of_its_own() -> None:
    requests: list[httpx.Request] = []

    def cloud(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, json={"utm_content": [{"utm": "hello.news.1", "views": 3}]})

    plan = Visits("umami", "https://api.umami.is/v1", SITE["umami"])
    api = visits.connect(http.client(httpx.MockTransport(cloud)), plan, SECRETS)
    assert ask("umami", api)["hello.news.1"] == {"views": 3}
    (request,) = requests
    assert (request.url.path, request.headers["x-umami-api-key"]) == ("/v1/reports/utm", KEY)
