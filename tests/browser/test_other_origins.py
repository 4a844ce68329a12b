"""A page of another site reads our data as browsers let it: with the headers that it needs."""

import pytest
from playwright.sync_api import Browser

from tests.browser.watch import Watched

ASK = """async ([address, options]) => {
  const answer = await fetch(address, options);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const name = (key) => answer.headers.get(key);
  return {
    status: answer.status, length: bytes.length,
    text: new TextDecoder().decode(bytes.slice(0, 5000)),
    end: new TextDecoder().decode(bytes.slice(-4)), type: name('Content-Type'), etag: name('ETag'),
    range: name('Content-Range'), content: name('Content-Length'), versions: name('X-Versions'),
    query: name('X-Query-Id'), link: name('Link'), digest: name('Repr-Digest'),
  };
}"""
JSON = {"Content-Type": "application/json"}


def test_page_of_another_site_reads_our_data(browser: Browser, site: str, elsewhere: str) -> None:
    with Watched(browser, elsewhere) as watched:
        watched.open("/")

        def ask(path: str, **options: object) -> dict[str, object]:
            answer: dict[str, object] = watched.page.evaluate(ASK, [f"{site}{path}", options])
            return answer

        rows = ask("/api/v1/tables/stations/rows?limit=2")
        assert (rows["status"], '"numbers":[1,2]' in str(rows["text"])) == (200, True)
        tail = ask("/data/stations.parquet", headers={"Range": "bytes=-8"})
        assert (tail["status"], tail["length"], tail["end"]) == (206, 8, "PAR1")
        assert str(tail["range"]).startswith("bytes ")
        assert all(tail[name] for name in ("etag", "content", "link", "digest"))
        held = ask("/data/stations.parquet", headers={"If-None-Match": str(tail["etag"])})
        assert held["status"] == 304
        head = ask("/data/stations.parquet", method="HEAD")
        assert (head["status"], head["etag"], head["length"]) == (200, tail["etag"], 0)
        assert str(tail["range"]).endswith(f"/{head['content']}")
        body = '{"sql": "SELECT count(*) AS n FROM stations"}'
        headers = JSON | {"X-Query-Id": "of-another-site"}
        found = ask("/api/v1/sql", method="POST", body=body, headers=headers)
        assert (found["status"], '"rows":[[250]]' in str(found["text"])) == (200, True)
        assert found["query"] == "of-another-site"
        assert "stations" in str(found["versions"])
        wrong = ask("/api/v1/sql", method="POST", body='{"sql": "SELECT"}', headers=JSON)
        assert (wrong["status"], '"error"' in str(wrong["text"])) == (400, True)
        assert ask("/api/v1/sql/nothing-runs", method="DELETE")["status"] == 404
        dataset = "/datasets/stations-de-velos"
        for path, kind in (
            ("/nl/datasets.atom", "application/atom+xml"),
            (f"/nl{dataset}/chart.svg", "image/svg+xml"),
            (f"/nl{dataset}/columns.json", "application/json"),
            (f"{dataset}/citation.bib", "application/x-bibtex"),
            ("/players.geojson", "application/geo+json"),
            ("/api/v1/datasets/nothing", "application/json"),
        ):
            assert str(ask(path)["type"]).startswith(kind), path


@pytest.mark.parametrize("path", ["/api/v1/tokens", "/nl/datasets", "/nl/sql"])
def test_page_of_another_site_can_do_no_more(
    browser: Browser, site: str, elsewhere: str, path: str
) -> None:
    with Watched(browser, elsewhere) as watched:
        watched.open("/")
        asked = [f"{site}{path}", {"method": "POST", "headers": JSON, "body": "{}"}]
        failed = watched.page.evaluate(f"(asked) => ({ASK})(asked).catch((e) => e.name)", asked)
        assert failed == "TypeError"
