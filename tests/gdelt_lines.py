"""Lines as GDELT writes them, made for tests."""

from tasks.extract.reference.gdelt_lines import LAYOUTS

EVENT = {
    "GLOBALEVENTID": "900000001", "SQLDATE": "20200927", "MonthYear": "202009", "Year": "2020",
    "FractionDate": "2020.7315", "Actor1Code": "AZEMIL", "Actor1Name": "AZERBAIJANI ARMY", "Actor1CountryCode": "AZE",
    "Actor1Type1Code": "MIL", "Actor2Code": "ARM", "Actor2Name": "ARMENIA", "Actor2CountryCode": "ARM",
    "IsRootEvent": "1", "EventCode": "194", "EventBaseCode": "194", "EventRootCode": "19", "QuadClass": "4",
    "GoldsteinScale": "-10.0", "NumMentions": "4", "NumSources": "1", "NumArticles": "4", "AvgTone": "-7.25",
    "Actor1Geo_Type": "0", "Actor2Geo_Type": "0", "ActionGeo_Type": "4",
    "ActionGeo_FullName": "Hadrut, Khojavend, Azerbaijan", "ActionGeo_CountryCode": "AJ", "ActionGeo_ADM1Code": "AJ24",
    "ActionGeo_ADM2Code": "1", "ActionGeo_Lat": "39.52", "ActionGeo_Long": "47.0317", "ActionGeo_FeatureID": "-2",
    "DATEADDED": "20200927101500", "SOURCEURL": "https://www.wader.example/news/hadrut?id=1",
}  # fmt: skip


def line(number: int = 900000001, fields: int = 61, **other: str) -> bytes:
    """One event; `other` are columns with other values than EVENT has."""
    values = {**EVENT, "GLOBALEVENTID": str(number), **other}
    if fields < 61:
        values["DATEADDED"] = other.get("DATEADDED", values["DATEADDED"][:8])
    return "\t".join(values.get(name, "") for name in LAYOUTS[fields]).encode()


def lines(first: int, count: int, **other: str) -> bytes:
    """Some events with following ids, each line with its end."""
    return b"".join(line(first + number, **other) + b"\n" for number in range(count))
