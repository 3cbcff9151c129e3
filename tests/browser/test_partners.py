"""The Partners page in Chromium: a place, its arrows, a circle from list and map, the proposal, the link reopened."""

from urllib.parse import parse_qs, urlsplit

MAP = ".meguri-map"


def query(page):
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def arrows(page):
    """How many arrows lie on the map: each is drawn once as a halo and once in its colour."""
    page.wait_for_selector(f"{MAP}[data-shown]")
    return (
        page.evaluate(
            """() => [...window.meguriMaps.stages.values()].map(stage =>
             stage.marks.parts.getLayers().filter(layer => layer.options.width).length)[0]"""
        )
        / 2
    )


def test_a_circle_is_put_together_and_its_link_opens_again(open_app, settled, shoot):
    page = open_app("partners", resource="vegetables")
    page.wait_for_selector(f"{MAP}[data-shown]")
    assert "場所" in page.locator('[data-testid="stAlert"]').first.inner_text()
    assert arrows(page) == 0

    page.get_by_role("combobox", name="場所").fill("よこすか")
    page.get_by_role("option", name="横須賀市").click()
    settled(page)
    assert query(page)["place"] == "municipality:14201"
    assert page.locator(".aloud").first.inner_text().startswith("横須賀市では、計算上、自分の中だけでは野菜が")
    assert arrows(page) > 0
    shoot("place", full_page=True)

    # By keyboard from the list: the first partner joins, and the place with it.
    first = page.locator("table.partners tbody tr").first
    first.get_by_role("button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**circle=*")
    settled(page)
    members = query(page)["circle"].split(",")
    assert members == ["14201", first.get_attribute("data-key")]
    assert first.get_by_role("button").get_attribute("aria-label").endswith("を圏から外す")
    rows = page.locator("li.row")
    assert rows.count() == 8
    together = page.locator('li.row[data-key="vegetables"] .certainty').inner_text()
    assert "組んで" in together

    # On the map another one joins where it is pressed, and leaves again.
    stage = page.locator(MAP).element_handle()
    spot = page.evaluate(
        """() => { const stage = [...window.meguriMaps.stages.values()][0];
             const units = stage.geometries.municipality, i = units.number.get("14208");
             const box = stage.box.getBoundingClientRect(), at = stage.map.latLngToContainerPoint(units.at[i]);
             return [box.x + at.x, box.y + at.y]; }"""
    )
    page.mouse.click(*spot)
    page.wait_for_url("**14208*")
    settled(page)
    assert set(query(page)["circle"].split(",")) == {*members, "14208"}
    assert stage.evaluate("node => node.isConnected")
    assert page.locator('li.row[data-key="vegetables"] .certainty').inner_text() != together

    # The group that is proposed takes the circle's place and closes the resource.
    page.get_by_role("button", name="この組み合わせを圏にする").click()
    settled(page)
    assert len(query(page)["circle"].split(",")) > 3
    assert page.locator('li.row[data-key="vegetables"] .verdict').inner_text() == "圏の中で足りる"
    shoot("circle", full_page=True)

    told = page.locator(".aloud").all_inner_texts()
    address = query(page)
    page.reload()
    page.wait_for_selector("li.row")
    settled(page)
    assert page.locator(".aloud").all_inner_texts() == told
    assert query(page) | {"view": ""} == address | {"view": ""}

    page.get_by_role("radio", name="English").click()
    settled(page)
    assert page.locator(".aloud").first.inner_text().startswith("By calculation, Yokosuka City lacks")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    shoot("english", full_page=True)
