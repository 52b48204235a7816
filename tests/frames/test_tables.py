"""Tables: of each row what the redactor makes of it as a record, in stable types."""

from __future__ import annotations

import datetime as dt
import json
import math
from decimal import Decimal

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import voxvalley_privacy as vp
from voxvalley_privacy import frames
from voxvalley_privacy.redaction import request_scope

C = vp.DataCategory
KEYS = vp.KeyRing.generate()
SCHEMA = vp.Schema(
    "test.calls",
    {
        "call_id": C.RECORD_ID, "direction": C.STATUS, "from": C.PARTY_NUMBER, "to": C.PARTY_NUMBER,
        "name": C.PERSON_NAME, "note": C.FREE_TEXT, "start": C.TIMESTAMP, "duration": C.DURATION, "state": C.STATUS,
    },
    direction={"field": "direction", "end_user": {"inbound": "from", "outbound": "to"}},
)  # fmt: skip
WAYS = [
    (vp.policies.debug, None), (vp.policies.debug, SCHEMA), (vp.policies.analytics, SCHEMA), (vp.policies.support, None),
]  # fmt: skip
NUMBERS = st.sampled_from(["+14155550132", "+447700900123", "14155550132", "anonymous", "1001", ""])
NAMES = st.sampled_from(["Zoe Example", "WIRELESS CALLER", "Ämilie Muster", "x"])
NOTES = st.sampled_from(
    [
        "ok",
        "call Zoe back",
        "to +14155550132",
        "415-555-0132 was busy",
        "50%25 Zoe",
        "a\x1eb Zoe",
        "from=+447700900123",
        "5550132",
    ]
)
STATES = st.sampled_from(
    ["NORMAL_CLEARING", "BUSY", "Zoe", "dialed 14155550132", "zoe.example", "+447700900123"]
)
TIMES = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2027, 1, 1)).map(  # noqa: DTZ001 - the zone is added
    lambda time: time.replace(tzinfo=dt.UTC)
)
TIMES = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2027, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001
COLUMNS = {
    "call_id": (
        pa.string(),
        st.sampled_from(["7f3c1f7e-55b0-4a55-9a34-1f3c7e55b04a", "14155550132", "call 1"]),
    ),
    "direction": (pa.string(), st.sampled_from(["inbound", "outbound", "internal", ""])),
    "from": (pa.string(), NUMBERS),
    "to": (pa.dictionary(pa.int32(), pa.string()), NUMBERS),
    "name": (pa.large_string(), NAMES),
    "note": (pa.string(), NOTES),
    "start": (pa.timestamp("us", "UTC"), TIMES),
    "duration": (pa.int64(), st.sampled_from([0, 60, 14155550132])),
    "state": (pa.string(), STATES),
    "price": (pa.float64(), st.sampled_from([0.5, 1e300, 14155550132.0])),
    "amount": (
        pa.decimal128(20, 4),
        st.sampled_from([Decimal("1.5000"), Decimal("14155550132.0000")]),
    ),
    "caller_number": (pa.int64(), st.sampled_from([14155550132, 60])),
    "active": (pa.bool_(), st.booleans()),
    "day": (pa.date32(), st.dates(dt.date(2020, 1, 1), dt.date(2027, 1, 1))),
    "raw": (pa.binary(), st.sampled_from([b"Zoe", b"\xff\xfe", b"+14155550132"])),
    "tags": (pa.list_(pa.string()), st.lists(NOTES, max_size=2)),
    "caller": (
        pa.struct([("number", pa.string()), ("age", pa.int64())]),
        st.fixed_dictionaries({"number": NUMBERS, "age": st.sampled_from([3, 14155550132])}),
    ),
    "headers": (
        pa.map_(pa.string(), pa.string()),
        st.dictionaries(st.sampled_from(["From", "X-Zoe", "state"]), NOTES, max_size=2),
    ),
    "nothing": (pa.null(), st.none()),
}


@st.composite
def tables(draw):
    """Draw a table whose columns may hold what others call personal."""
    names = draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=8, unique=True))
    rows = draw(st.integers(0, 5))
    arrays = []
    for name in names:
        kind, values = COLUMNS[name]
        drawn = draw(st.lists(st.none() | values, min_size=rows, max_size=rows))
        value_type = kind.value_type if pa.types.is_dictionary(kind) else kind
        if name == "headers":
            drawn = [None if one is None else list(one.items()) for one in drawn]
        array = pa.array(drawn, value_type)
        arrays.append(array.dictionary_encode() if pa.types.is_dictionary(kind) else array)
    return pa.Table.from_arrays(arrays, names=names)


def _expected(value, kind):
    """Return a treated value of a record as the column's type has it: what has no place in it is null."""
    if value is None:
        return None
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        if isinstance(value, dict | list):
            return json.loads(json.dumps(value, default=str))
        return value.isoformat() if isinstance(value, dt.date) else str(value)
    if pa.types.is_binary(kind):
        return value.encode() if isinstance(value, str) else value
    if pa.types.is_struct(kind):
        return (
            {field.name: _expected(value.get(field.name), field.type) for field in kind}
            if isinstance(value, dict)
            else None
        )
    if pa.types.is_list(kind):
        return (
            [_expected(one, kind.value_type) for one in value] if isinstance(value, list) else None
        )
    return None if isinstance(value, str) else value


def _rows(table):
    rows = table.to_pylist()
    for row in rows:
        if isinstance(row.get("headers"), list):
            row["headers"] = dict(row["headers"])
    return rows


@pytest.mark.parametrize(("preset", "schema"), WAYS)
@settings(max_examples=40)
@given(table=tables())
def test_table_is_its_records(preset, schema, table):
    """Each row of the result is what the redactor makes of the row as a record."""
    redact = vp.Redactor(preset(KEYS, region="US"), schema)
    records = [redact(row) for row in _rows(table)]
    redacted = frames.redact(table, redact)

    if not redacted.num_columns:  # a table without columns has no rows
        assert not any(records)
        return
    assert table.num_rows == redacted.num_rows
    for record, row in zip(records, redacted.to_pylist(), strict=True):
        if "headers" in row and isinstance(row["headers"], str) and row["headers"].startswith("{"):
            row["headers"] = json.loads(row["headers"])
        assert {
            name: _expected(record.get(name), redacted.schema.field(name).type) for name in row
        } == row
        assert set() == set(record) - set(row)


@settings(max_examples=40)
@given(table=tables(), data=st.data())
def test_types_do_not_hang_on_the_data(table, data):
    """A part of a table has the types of the whole, and so has a table without rows."""
    redact = vp.Redactor(vp.policies.debug(KEYS), SCHEMA)
    part = table.slice(0, data.draw(st.integers(0, table.num_rows)))

    assert frames.redact(part, redact).schema == frames.redact(table, redact).schema
    assert frames.result_schema(table.schema, redact) == frames.redact(table[:0], redact).schema


TABLE = pa.table(
    {
        "from": ["+14155550132", "+447700900123"],
        "duration": [60, 5],
        "note": ["call Zoe back", "ok"],
        "name": ["Zoe Example", None],
    }
)


@pytest.fixture
def redact():
    return vp.Redactor(vp.policies.debug(KEYS), SCHEMA)


def test_all_libraries_agree(redact):
    """Polars, pandas and Arrow tables come to the same rows, each in its own library."""
    rows = frames.redact(TABLE, redact).to_pylist()

    assert rows == frames.redact(TABLE.to_batches()[0], redact).to_pylist()
    assert rows == frames.redact(pl.from_arrow(TABLE), redact).to_dicts()
    assert rows == frames.redact(pl.from_arrow(TABLE).lazy(), redact).collect().to_dicts()
    pandas = frames.redact(TABLE.to_pandas(), redact)
    assert isinstance(pandas, pd.DataFrame)
    assert [row["from"] for row in rows] == list(pandas["from"])
    assert "Zoe" not in str(rows)


def test_lazy_frame_is_filtered_after_redaction(redact):
    """A filter that follows sees treated values, and finds no raw one."""
    lazy = frames.redact(pl.from_arrow(TABLE).lazy(), redact)

    assert 0 == lazy.filter(pl.col("from") == "+14155550132").collect().height
    assert ["duration"] == lazy.select("duration").collect().columns


def test_series_and_index_of_pandas(redact):
    """A series is a column of its name, and an index of values is treated as one."""
    series = pd.Series(["+14155550132", None], name="from")
    assert "55501" not in str(list(frames.redact(series, redact)))
    frame = pd.DataFrame({"from": ["+14155550132"], "duration": [3]}).set_index("from")
    treated = frames.redact(frame, redact)
    assert ("from", 3) == (treated.index.name, treated["duration"].iloc[0])
    assert "+14155550132" not in list(treated.index)


def test_mixed_column_of_pandas(redact):
    """A column of mixed types is read as texts."""
    frame = pd.DataFrame({"from": ["+14155550132", 14155550132, b"+14155550132", math.nan]})
    treated = list(frames.redact(frame, redact)["from"])
    assert "5550132" not in str(treated)
    assert treated[0] == treated[2]


@pytest.mark.parametrize(
    "empty",
    [
        pa.table({}), pa.table({"from": pa.array([], pa.string())}), TABLE[:0],
        pl.DataFrame(), pl.DataFrame({"from": []}), pd.DataFrame(), pd.DataFrame({"from": []}),
    ],
    ids=["no columns", "no rows", "sliced", "polars", "polars no rows", "pandas", "pandas no rows"],
)  # fmt: skip
def test_empty_tables(redact, empty):
    """A table without rows or columns comes out as one."""
    treated = frames.redact(empty, redact)
    assert type(empty) is type(treated)
    assert 0 == len(treated)


def test_categories(redact):
    """Categories of pandas and Polars become texts, and no raw category stays behind the values."""
    series = pd.Series(["+14155550132", "+14155550133", None], dtype="category", name="from")
    treated = frames.redact(series[:1].to_frame(), redact)
    assert "+1********32" == treated["from"].iloc[0]
    assert "category" != str(treated["from"].dtype)
    for kind in (pl.Categorical, pl.Enum(["+14155550132", "+14155550133"])):
        frame = pl.DataFrame({"from": pl.Series(["+14155550132"], dtype=kind)})
        redacted = frames.redact(frame, redact)
        assert (pl.String, ["+1********32"]) == (
            redacted["from"].dtype,
            redacted["from"].to_list(),
        )


def test_bad_tables(redact):
    """What is no table, or has two columns of one name, is refused without a value."""
    twice = pa.Table.from_arrays([pa.array(["+14155550132"])] * 2, names=["a", "a"])
    for table in ([{"from": "+14155550132"}], twice, pd.DataFrame({1: ["+14155550132"]})):
        with pytest.raises(vp.ConfigurationError) as error:
            frames.redact(table, redact)
        assert "5550132" not in str(error.value)
    with pytest.raises(vp.ConfigurationError):
        frames.redact(TABLE, redact, memo=-1)


def test_text_that_is_none(redact):
    """A text that is not UTF-8 is an error with its column; no cause or context holds the value."""
    bad = pa.StringArray.from_buffers(
        1, pa.py_buffer(b"\0\0\0\0\x0d\0\0\0"), pa.py_buffer(b"+14155550132\xff")
    )
    with pytest.raises(vp.ConfigurationError) as error:
        frames.redact(pa.table({"from": bad}), redact)
    assert "'from'" in str(error.value)
    assert (None, None) == (error.value.__cause__, error.value.__context__)


def test_struct_of_64_levels(redact):
    """A struct deeper than the budget is cut, and nothing of it is raw."""
    value, kind = "+14155550132", pa.string()
    for _ in range(70):
        value, kind = {"a": value}, pa.struct([("a", kind)])
    treated = frames.redact(pa.table({"deep": pa.array([value], kind)}), redact)
    assert "5550132" not in str(treated.to_pylist())


def test_ten_thousand_columns(redact):
    """A row wider than the budget is cut as its record is."""
    table = pa.table({f"column_{chr(97 + at % 26)}{at}": ["+14155550132"] for at in range(10_005)})
    assert "5550132" not in str(frames.redact(table, redact).to_pylist())


def test_extension_type(redact):
    """A column of an extension type is treated as what it is stored as."""
    array = pa.ExtensionArray.from_storage(
        pa.uuid(), pa.array([b"+14155550132\0\0\0\0"], pa.binary(16))
    )
    treated = frames.redact(pa.table({"from": array}), redact)
    assert pa.binary() == treated.schema.field("from").type
    assert b"5550132" not in treated.column("from")[0].as_py()


def test_metadata_is_left_out(redact):
    """Metadata of a schema, where libraries keep values, does not come through."""
    table = TABLE.replace_schema_metadata({"last": "+14155550132"})
    assert not frames.redact(table, redact).schema.metadata


def test_request_scope(redact):
    """In the scope of a request its known values are looked for in tables, too."""
    with request_scope():
        redact({"name": "Zoe Example"})
        treated = frames.redact(pa.table({"note": ["ask Zoe"]}), redact)
    assert "Zoe" not in str(treated.to_pylist())


def test_stats_count_rows(redact):
    """Each row is a call of the redactor, whichever way it took."""
    frames.redact(TABLE, redact)
    assert 2 == redact.stats().calls


def test_explain_reads_no_value(redact):
    """The plan of a table names each column, what it is taken for and why."""
    text = str(frames.explain(TABLE, redact))
    assert "PARTY_NUMBER" in text
    assert "5550132" not in text
