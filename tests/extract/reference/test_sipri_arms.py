"""The reader of SIPRI's trade register."""

import csv
from collections import Counter, defaultdict
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.contract import INDICATORS
from tasks.extract.reference import sipri_arms
from tasks.extract.reference.dataset import Part, WrongFileError
from tasks.load.lake import checked

NEW = (
    "SIPRI AT Database ID,Supplier,Recipient,Designation,Description,Armament category,Order date,"
    "Order date is estimate,Numbers delivered,Numbers delivered is estimate,Delivery year,Delivery year is estimate,"
    "Status,SIPRI estimate,TIV deal unit,TIV delivery values,Local production"
)
OLD = (
    "Recipient,Supplier,Year of order, ,Number ordered, ,Weapon designation,Weapon description,Number delivered, ,"
    "Year(s) of delivery,status,Comments,SIPRI TIV per unit,SIPRI TIV for total order,SIPRI TIV of delivered weapons"
)


def delivery(deal: int, supplier: str, recipient: str, category: str, year: str, tiv: str, unsure: str = "No") -> str:
    return f"{deal},{supplier},{recipient},X-1,thing,{category},2000,No,1,No,{year},{unsure},New,1,1,{tiv},No"


def order(recipient: str, supplier: str, years: str, tiv: str, comment: str = "") -> str:
    return f"{recipient},{supplier},1990,?,4,,X-1,tank,4,,{years},New,{comment},1,4,{tiv}"


def read(*lines: str, header: str = NEW, preamble: str = "") -> tuple[Part, list[dict[str, Any]]]:
    data = "\n".join([*([preamble] if preamble else []), header, *lines]).encode("cp1252")
    assert sipri_arms.fits(data)
    (part,) = sipri_arms.read(BytesIO(data), "register.csv")
    table = checked(INDICATORS, part.tables["indicators"])
    return part, table.to_pylist()


def test_deliveries_of_a_year_are_summed_over_deals() -> None:
    part, rows = read(
        delivery(1, "Russia", "Armenia", "Aircraft", "2019", "200.5"),
        delivery(2, "Russia", "Armenia", "Missiles", "2019", "7", "Yes"),
        delivery(2, "Russia", "Armenia", "Missiles", "2020", "1"),
    )
    assert part.found == 3
    assert [(r["series"], r["country"], r["counterpart"], r["start_date"].year, r["value"]) for r in rows] == [
        ("arms_transfers.tiv", "ARM", "RUS", 2019, 207.5),
        ("arms_transfers.tiv", "ARM", "RUS", 2020, 1.0),
    ]
    assert rows[0]["unit"] == "million TIV"
    assert rows[0]["note"] == "2 deals, most TIV in: Aircraft; 1 of them in years that SIPRI estimates"


def test_a_figure_is_known_from_march_of_the_next_year_or_from_the_day_of_the_file() -> None:
    _, rows = read(
        delivery(1, "Russia", "Armenia", "Aircraft", "2019", "1"),
        delivery(1, "Russia", "Armenia", "Aircraft", "2024", "1"),
        preamble="Data generated: 3 Mar 2025 9:16:02 PM",
    )
    assert [row["known_from"] for row in rows] == [date(2020, 3, 15), date(2025, 3, 3)]
    assert {row["dataset_version"] for row in rows} == {"2025-03-03"}


def test_the_soviet_union_is_not_russia() -> None:
    _, rows = read(order("Syria", "Soviet Union", "1985", "5"), order("Syria", "Russia", "1999", "6"), header=OLD)
    assert [(r["counterpart"], r["value"]) for r in rows] == [("RUS", 6.0), ("SUN", 5.0)]


def test_tiv_of_an_old_deal_is_spread_over_its_years_as_an_estimate() -> None:
    part, rows = read(order("Syria", "Russia", "1999; 2001", "5"), order("Syria", "Russia", "2001", "2"), header=OLD)
    assert [(r["series"], r["start_date"].year, r["value"]) for r in rows] == [
        ("arms_transfers.tiv_estimated", 1999, 2.5),
        ("arms_transfers.tiv_estimated", 2001, 4.5),
    ]
    assert "1 of them spread evenly" in rows[1]["note"]
    assert part.found == 2


def test_an_old_record_that_is_broken_over_two_lines_is_joined() -> None:
    line = order("Syria", "Russia", "1999", "5", "for ships ")
    _, rows = read(line.replace("ships ", "ships\n"), header=OLD)
    assert [row["value"] for row in rows] == [5.0]


def test_an_order_without_deliveries_is_told_and_gives_no_figure() -> None:
    part, rows = read(order("Syria", "Russia", "", "0"), header=OLD)
    assert rows == []
    assert part.found == 1
    assert "1 orders without deliveries gave no figures" in part.remarks


def test_a_supplier_that_is_no_state_stands_under_xxx_so_that_the_total_is_whole() -> None:
    _, rows = read(
        delivery(1, "unknown supplier(s)", "Armenia", "Aircraft", "2019", "2"),
        delivery(2, "Libya HoR*", "Armenia", "Aircraft", "2019", "3"),
    )
    assert [(r["series"], r["country"], r["counterpart"], r["value"]) for r in rows] == [
        ("arms_transfers.tiv", "ARM", "XXX", 5.0)
    ]
    assert "supplier: Libya HoR*, unknown supplier(s)" in rows[0]["note"]


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Hezbollah (Lebanon)*", "LBN"),
        ("Syria rebels*", "SYR"),
        ("NATO**", "XXX"),
        ("unknown recipient(s)", "XXX"),
        ("unknown rebel group*", "XXX"),
        ("PIJ (Israel/Palestine)*", "XXX"),
        ("Katanga", "COD"),
    ],
)
def test_a_recipient_that_is_no_state_has_a_series_of_its_own(name: str, country: str) -> None:
    _, rows = read(delivery(1, "Iran", name, "Missiles", "2005", "2"))
    assert [(r["series"], r["country"]) for r in rows] == [("arms_transfers.tiv_nonstate", country)]
    assert f"recipient: {name}" in rows[0]["note"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (delivery(1, "Russia", "Ruritania", "Aircraft", "2019", "2"), "unknown_country"),
        (delivery(1, "Ruritania", "Armenia", "Aircraft", "2019", "2"), "unknown_country"),
        (delivery(1, "Russia", "Armenia", "Aircraft", "2.02E+3", "2"), "bad_date"),
        (delivery(1, "Russia", "Armenia", "Aircraft", "2019", "02-Jan"), "not_a_number"),
        (delivery(1, "Russia", "Armenia", "Aircraft", "2019", ""), "not_a_number"),
        (delivery(1, "Russia", "Armenia", "Aircraft", "2019", "-1"), "not_a_number"),
    ],
    ids=["recipient", "supplier", "year", "turned into a date", "empty", "below nought"],
)
def test_a_bad_delivery_is_rejected_and_the_others_are_kept(line: str, reason: str) -> None:
    part, rows = read(line, delivery(2, "Russia", "Armenia", "Aircraft", "2019", "3"))
    assert [(r.record, r.reason) for r in part.rejected] == [("line 2", reason)]
    assert [row["value"] for row in rows] == [3.0]


def test_a_register_resaved_with_semicolons_is_refused() -> None:
    with pytest.raises(WrongFileError, match="semicolons") as caught:
        read(header=OLD.replace(",", ";"))
    assert caught.value.reason == "mangled"


CELLS = st.sampled_from(
    ["", "2019", "1999; 2000", "Russia", "Hamas (Palestine)*", "*", "()*", "1e99", "\x00", "“", ";"]
)


@settings(max_examples=25, deadline=None)
@given(st.sampled_from([OLD, NEW]), st.lists(st.lists(CELLS, min_size=16, max_size=17), max_size=6))
def test_no_cells_crash_the_reader(header: str, lines: list[list[str]]) -> None:
    part, _ = read(*(",".join(cells) for cells in lines), header=header)
    assert part.found >= len(part.rejected)


def real_rows(real_data: Path, name: str) -> tuple[Part, list[dict[str, Any]]]:
    with (real_data / "data/reference/sipri" / name).open("rb") as file:
        (part,) = sipri_arms.read(file, name)
    return part, checked(INDICATORS, part.tables["indicators"]).to_pylist()


def totals(rows: list[dict[str, Any]]) -> Counter[tuple[str, int]]:
    sums: Counter[tuple[str, int]] = Counter()
    for row in rows:
        sums[row["country"], row["start_date"].year] += row["value"]
    return sums


def test_real_register_by_year_adds_up_and_gives_russias_share_of_armenias_imports(real_data: Path) -> None:
    part, rows = real_rows(real_data, "trade_2023_newformat.csv")
    assert (part.found, part.rejected) == (20_480, ())
    text = (real_data / "data/reference/sipri/trade_2023_newformat.csv").read_text("utf-8")
    records = list(csv.DictReader(text.splitlines()[11:]))
    from_file: dict[str, float] = defaultdict(float)
    for record in records:
        if record["Recipient"] == "Armenia" and "2013" <= record["Delivery year"] <= "2022":
            from_file[record["Supplier"]] += float(record["TIV delivery values"])
    share = 100 * from_file["Russia"] / sum(from_file.values())
    armenia = [r for r in rows if (r["series"], r["country"]) == ("arms_transfers.tiv", "ARM")]
    window = [r for r in armenia if 2013 <= r["start_date"].year <= 2022]
    ours = 100 * sum(r["value"] for r in window if r["counterpart"] == "RUS") / sum(r["value"] for r in window)
    assert round(share, 2) == round(ours, 2) == 88.36
    assert sum(r["value"] for r in rows) == pytest.approx(sum(float(r["TIV delivery values"]) for r in records))
    india = sum(
        float(r["TIV delivery values"]) for r in records if (r["Recipient"], r["Delivery year"]) == ("India", "2018")
    )
    assert totals([r for r in rows if r["series"] == "arms_transfers.tiv"])["IND", 2018] == pytest.approx(india)
    assert len({tuple(row[name] for name in INDICATORS.key) for row in rows}) == len(rows)


def test_real_register_by_deal_adds_up(real_data: Path) -> None:
    part, rows = real_rows(real_data, "trade-register_2025-03_oldformat.csv")
    # 29,519 lines below the header; four records are broken over two lines each.
    assert (part.found, part.rejected) == (29_519 - 4, ())
    lines = (
        (real_data / "data/reference/sipri/trade-register_2025-03_oldformat.csv").read_text("cp1252").splitlines()[12:]
    )
    delivered = 0.0
    single = 0.0
    for line in lines:
        cells = next(csv.reader([line]))
        delivered += float(cells[-1] if len(cells) != 13 else 0)
        if len(cells) == 16 and cells[0] == "Armenia" and cells[1] == "Russia" and cells[10] == "2019":
            single += float(cells[-1])
    assert sum(row["value"] for row in rows) == pytest.approx(delivered, abs=0.1)
    russia = [
        r["value"] for r in rows if (r["country"], r["counterpart"], r["start_date"].year) == ("ARM", "RUS", 2019)
    ]
    assert russia == [pytest.approx(single)]
    assert {row["series"] for row in rows} == {
        "arms_transfers.tiv_estimated", "arms_transfers.tiv_nonstate_estimated",
    }  # fmt: skip
    assert not [r for r in rows if r["counterpart"] == "RUS" and r["start_date"].year < 1992]


def test_real_register_padded_by_excel_lost_nothing_and_is_read(real_data: Path) -> None:
    part, rows = real_rows(real_data, "trade-register_excel_mangled.csv")
    assert (part.found, part.rejected) == (5946, ())
    assert any("semicolons" in remark for remark in part.remarks)
    lines = (real_data / "data/reference/sipri/trade-register_excel_mangled.csv").read_text("cp1252").splitlines()[1:]
    assert sum(r["value"] for r in rows) == pytest.approx(
        sum(float(line.rstrip(";").split(",")[-1]) for line in lines), abs=0.1
    )
