"""Files as people keep them: every row arrives, every value is what was written, or a sentence says why not."""

from __future__ import annotations

import csv
import datetime
import decimal
import functools
import gzip
import io
import json
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import slicer
from slicer.errors import EmptyDataError, MissingFileError, SlicerError, UnreadableFileError
from slicer.project import sniffing
from slicer.project.landing import Landed, land
from slicer.project.reading import Preview, Reader, look
from slicer.project.store import MEMORY, Project
from slicer.slices import Slice

packed = functools.partial(gzip.compress, mtime=0)
"""Packed with no time in it: parametrized tests have the same names in every process."""

HEADER = ("id", "label", "prediction", "color")
ROWS = [(number, "cat" if number % 3 else "dog", "cat" if number % 4 else "dog", "red") for number in range(40)]
PLAIN = "".join(f"{','.join(map(str, row))}\n" for row in [HEADER, *ROWS])


@dataclass(frozen=True)
class Read:
    """A file as it was looked at, and as it landed."""

    preview: Preview
    landed: Landed
    rows: list[tuple[Any, ...]]

    @property
    def names(self) -> list[str]:
        return [source.name for source in self.landed.sources]

    @property
    def kinds(self) -> dict[str, str]:
        return {source.name: source.kind for source in self.landed.sources}

    @property
    def notes(self) -> str:
        return " ".join((*self.preview.notes, *self.landed.notes))

    def column(self, name: str) -> list[Any]:
        place = self.names.index(name)
        return [row[place] for row in self.rows]


def read(path: Path, reader: Reader | None = None, as_text: Collection[str] = ()) -> Read:
    """A file, read as an import reads it."""
    with Project(MEMORY) as project:
        cursor = project.cursor()
        preview = look(cursor, path, reader=reader)
        landed = land(cursor, preview, as_text)
        return Read(preview, landed, cursor.execute(f"from {landed.table}").fetchall())


Made = Callable[..., Path]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Makes a file of text or bytes."""

    def make(content: str | bytes, name: str = "data.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return make


def lines(row: Callable[[int], str], count: int = 60, header: str = "id,label,prediction") -> str:
    """A small CSV file: a header and rows by their number."""
    return "".join(f"{line}\n" for line in [header, *map(row, range(count))])


# --- formats ---------------------------------------------------------------------------------------


def parquet_bytes() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({name: [row[place] for row in ROWS] for place, name in enumerate(HEADER)}), out)
    return out.getvalue()


OBJECTS = [dict(zip(HEADER, row, strict=True)) for row in ROWS]
FORMATS = {
    "data.csv": PLAIN.encode(),
    "data.txt": PLAIN.encode(),
    "data.CSV": PLAIN.encode(),
    "no_ending": PLAIN.encode(),
    "data.tsv": PLAIN.replace(",", "\t").encode(),
    "data.parquet": parquet_bytes(),
    "parquet_without_ending": parquet_bytes(),
    "data.jsonl": "".join(f"{json.dumps(one)}\n" for one in OBJECTS).encode(),
    "jsonl_without_ending": "".join(f"{json.dumps(one)}\n" for one in OBJECTS).encode(),
    "data.json": json.dumps(OBJECTS).encode(),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_gives_the_same_table(made: Made, name: str) -> None:
    found = read(made(FORMATS[name], name))
    assert found.rows == ROWS
    assert found.kinds == {"id": "integer", "label": "text", "prediction": "text", "color": "text"}


@pytest.mark.parametrize("name", [name for name in FORMATS if "parquet" not in name])
@pytest.mark.parametrize("ending", [".gz", ""])
def test_a_packed_file_is_known_by_its_bytes_and_not_by_its_name(made: Made, name: str, ending: str) -> None:
    assert read(made(packed(FORMATS[name]), name + ending)).rows == ROWS


@pytest.mark.parametrize(
    "name", ["it's.csv", "a[1].csv", "a*b.csv", "what?.csv", "two words.csv", "ü.csv", 'a"b.csv', "{x}.csv", "-x.csv"]
)
def test_a_file_may_have_any_name(made: Made, name: str) -> None:
    made(PLAIN.replace("red", "wrong"), "a1.csv")
    assert read(made(PLAIN, name)).rows == ROWS


# --- characters ------------------------------------------------------------------------------------

WORDS = ["naïve", "“curly” – it’s", "€", "Zoë"]
WIDE = [*WORDS, "😀", "中文", "Москва"]


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("utf-8", WIDE), ("utf-8-sig", WIDE), ("utf-16", WIDE), ("utf-16-be", WIDE), ("cp1252", WORDS)],
)
@pytest.mark.parametrize("pack", [bytes, packed])
def test_accents_quotes_and_emoji_arrive_in_every_encoding(
    made: Made, encoding: str, words: Sequence[str], pack: Callable[[bytes], bytes]
) -> None:
    """DuckDB's own readers stop at an emoji in UTF-16 and at a curly quote in Latin-1."""
    text = lines(lambda number: f"{number},cat,dog,{words[number % len(words)]}", header="id,label,prediction,größe")
    content = text.encode(encoding) if encoding != "utf-16-be" else b"\xfe\xff" + text.encode(encoding)
    found = read(made(pack(content)))
    assert found.column("größe") == [words[number % len(words)] for number in range(60)]
    assert ("Windows-1252" in found.notes) == (encoding == "cp1252")
    assert "lines became" not in found.notes


def test_utf_8_with_a_few_latin_1_bytes_far_down_keeps_the_accents_of_both(made: Made) -> None:
    """Read as Latin-1 throughout, every é above would become Ã©."""
    content = lines(lambda number: f"{number},cat,dog,é", 80_000, "id,label,prediction,text").encode()
    found = read(made(content + b"80000,cat,dog,\xe8\n"))
    assert set(found.column("text")) == {"é", "è"}
    assert found.kinds["id"] == "integer"
    assert "not UTF-8 throughout" in found.notes


def test_a_chosen_encoding_that_does_not_fit_is_told(made: Made) -> None:
    with pytest.raises(UnreadableFileError, match="its text is not UTF-16"):
        read(made("id,label,prediction\n1,a,b\n\n"), Reader(encoding="utf-16"))


def test_latin_1_json_lines_are_read(made: Made) -> None:
    found = read(made(b'{"label": "caf\xe9", "prediction": "caf\xe9"}\n', "data.jsonl"))
    assert found.rows == [("café", "café")]


# --- delimiters, line ends, quotes -----------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [";", "|", "\t"])
def test_a_delimiter_is_found_out(made: Made, delimiter: str) -> None:
    assert read(made(PLAIN.replace(",", delimiter))).rows == ROWS


def test_a_line_that_names_the_delimiter_is_no_header(made: Made) -> None:
    """Some exports for Excel begin with it."""
    assert read(made("sep=;\n" + PLAIN.replace(",", ";"))).rows == ROWS


def test_spaces_after_each_comma_are_no_part_of_the_values(made: Made) -> None:
    """Else ` cat` as a prediction would never equal `cat` as a label in the first column."""
    found = read(made(lines(lambda number: "cat, cat, a b", header="label, prediction, note")))
    assert found.names == ["label", "prediction", "note"]
    assert set(found.rows) == {("cat", "cat", "a b")}
    assert "spaces around values were left out" in found.notes


def test_a_space_before_a_value_stays_where_the_header_has_none(made: Made) -> None:
    assert set(read(made(lines(lambda number: f"{number}, cat,dog"))).column("label")) == {" cat"}


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_of_every_system_are_read(made: Made, end: str) -> None:
    assert read(made(PLAIN.replace("\n", end))).rows == ROWS


@pytest.mark.parametrize("count", [60, 50_000])
@pytest.mark.parametrize("first", ["\n", "\r\n"])
def test_line_ends_of_two_kinds_in_one_file_lose_nothing(made: Made, first: str, count: int) -> None:
    """Two exports pasted together; read by the rules, such a file is refused."""
    second = "\r\n" if first == "\n" else "\n"
    head, tail = lines(lambda number: f"{number},cat,dog", count), lines(lambda number: f"{number},dog,cat", count)
    content = head.replace("\n", first) + tail.partition("\n")[2].replace("\n", second)
    assert read(made(content)).column("label") == ["cat"] * count + ["dog"] * count


def test_line_breaks_and_doubled_quotes_stand_inside_quotes(made: Made) -> None:
    found = read(
        made(lines(lambda number: f'{number},cat,dog,"say ""hi"",\r\nplease"', header="id,label,prediction,t"))
    )
    assert set(found.column("t")) == {'say "hi",\r\nplease'}
    assert "121 lines became 60 rows" in found.notes


def test_empty_lines_are_no_rows_and_no_quoted_breaks(made: Made) -> None:
    found = read(made(PLAIN.replace("\n20,", "\n\n\n20,") + "\n\n"))
    assert found.rows == ROWS
    assert found.landed.rejects == ()


def test_quotes_that_swallow_lines_of_a_tab_file_are_plain_characters(made: Made) -> None:
    rows = ['ham\tcall me "later', "spam\tyou won", 'ham\tok" then', "ham\tbye"] * 15
    for name in ("data.tsv", "data.tsv.gz"):
        content = "".join(f"{row}\n" for row in rows).encode()
        found = read(made(packed(content) if name.endswith("gz") else content, name))
        assert found.rows == [tuple(row.split("\t")) for row in rows]
        assert "plain characters" in found.notes or found.preview.reader.quote == ""


def test_a_stray_quote_in_the_first_rows_loses_no_line(made: Made) -> None:
    text = PLAIN.replace("\n5,cat", '\n5,"cat').replace("\n9,dog", '\n9,d"og')
    labels = read(made(text)).column("label")
    assert (len(labels), labels[5], labels[9]) == (40, '"cat', 'd"og')


def test_quotes_that_come_after_the_first_20_000_lines_still_quote(made: Made) -> None:
    """The sniffer never sees them; taken for characters, the two rows would be thrown away."""
    text = lines(lambda number: f"{number},cat,dog,plain", 30_000, "id,label,prediction,t")
    found = read(made(text + '30000,cat,dog,"a, b"\n30001,cat,dog,"a\nb"\n'))
    assert found.column("t")[-2:] == ["a, b", "a\nb"]
    assert found.landed.rejects == ()


def test_quotes_count_after_all_where_fewer_lines_are_lost_with_them(made: Made) -> None:
    """One stray quote among the first rows makes the sniffer think that quotes are plain characters."""
    text = lines(
        lambda number: f"{number},cat,dog,{'5 inch' if number != 3 else '5 inch (5)'}", 25_000, "id,label,prediction,t"
    )
    text = text.replace("5 inch (5)", '5" pipe') + "".join(
        f'{number},cat,dog,"a, b"\n' for number in range(25_000, 25_009)
    )
    found = read(made(text))
    assert found.column("t")[-9:] == ["a, b"] * 9
    assert found.column("t")[3] == '5" pipe'
    assert len(found.rows) == 25_009


def test_a_cell_of_millions_of_characters_arrives(made: Made) -> None:
    long = "y" * 3_000_000
    found = read(
        made(lines(lambda number: f"{number},cat,dog,{long if number == 7 else 'x'}", 9, "id,label,prediction,t"))
    )
    assert [len(text) for text in found.column("t")] == [1] * 7 + [3_000_000, 1]


def test_a_long_cell_far_down_arrives_even_if_its_row_surprises_twice(made: Made) -> None:
    """The line is too long at first, and its id is no number: the second reading must not drop it for the id."""
    text = lines(lambda number: f"{number},cat,dog,x", 60_000, "id,label,prediction,t")
    found = read(made(f"{text}last,cat,dog,{'y' * 3_000_000}\n"))
    assert len(found.rows) == 60_001
    assert found.rows[-1][0] == "last"


def test_one_file_may_hold_every_surprise_at_once(made: Made) -> None:
    """A number that is a word, a word in another encoding and a line of megabytes, all behind the sniffer's back."""
    text = lines(lambda number: f"{number},1,2,é", 60_000, "id,label,prediction,t").encode()
    found = read(made(text + b"a,1,2,\xe8\nb,one,2,x\nc,1,2," + b"y" * 3_000_000 + b"\nd,1,two,x\n"))
    assert [row[:3] for row in found.rows[-4:]] == [
        ("a", "1", "2"),
        ("b", "one", "2"),
        ("c", "1", "2"),
        ("d", "1", "two"),
    ]
    assert (found.rows[0], found.rows[-4][3], len(found.rows)) == (("0", "1", "2", "é"), "è", 60_004)
    assert found.landed.rejects == ()


def test_a_line_longer_than_any_reader_bears_is_refused_at_once(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sniffing, "MAX_LINE", 3 << 20)
    with pytest.raises(UnreadableFileError, match="a line of it is longer than 3 MB"):
        read(made(f"id,label,prediction\n1,cat,{'d' * (4 << 20)}\n"))


# --- headers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("id,label,label,label", ["id", "label", "label_2", "label_3"]),
        ("name,name,name_2,x", ["name", "name_2", "name_2_2", "x"]),
        ("id,label,Label,LABEL", ["id", "label", "Label_2", "LABEL_3"]),
        ("id,label,,", ["id", "label", "column3", "column4"]),
        (" id ,label\t, prediction,x", ["id", "label", "prediction", "x"]),
        ("id,label,prediction,tag", ["id", "label", "prediction", "tag_column"]),
        ("id,label,prediction,Tag", ["id", "label", "prediction", "Tag_column"]),
        ("id,label,prediction,rowid", ["id", "label", "prediction", "rowid_column"]),
        ('id,label,prediction,"""; drop table x; --"', ["id", "label", "prediction", '"; drop table x; --']),
        ('id,label,prediction,"a,b"', ["id", "label", "prediction", "a,b"]),
        ("id,label,select,from", ["id", "label", "select", "from"]),
        ("id,label,prediction," + "c" * 500, ["id", "label", "prediction", "c" * 200]),
    ],
)
def test_every_column_has_a_name_of_its_own(made: Made, header: str, names: list[str]) -> None:
    found = read(made(lines(lambda number: f"{number},cat,dog,x", header=header)))
    assert found.names == names
    assert len(found.rows) == 60


def test_a_changed_name_is_told(made: Made) -> None:
    notes = read(made(lines(lambda number: f"{number},cat,dog,x,y", header="label,label,,tag,Label"))).notes
    assert "got a number: label_2, Label_3." in notes
    assert "numbered: column3." in notes
    assert "'tag_column': in a slice, tag means the tags you give" in notes


def test_the_columns_of_parquet_and_json_get_names_of_their_own_too(made: Made, tmp_path: Path) -> None:
    pq.write_table(pa.table({"tag": ["a"], "Name": [1], "name": [2], "rowid": [3]}), tmp_path / "data.parquet")
    names = read(tmp_path / "data.parquet").names
    assert names == ["tag_column", "Name", "name_1", "rowid_column"]  # DuckDB itself tells Name and name apart
    found = read(made('{"tag": "a", "label": "b"}\n', "data.jsonl"))
    assert (found.names, found.rows) == (["tag_column", "label"], [("a", "b")])


@pytest.mark.parametrize(
    ("header", "row"),
    [
        pytest.param(",label,prediction", "{n},cat,dog", id="a data frame's index has no name"),
        pytest.param(",size,colour", "{n},{n},red", id="without a word for a role"),
        pytest.param("id,text,spam,pred", "{n},hello {n},spam,ham", id="a name stands again as a value"),
        pytest.param("text,spam,pred", "hello {n},spam,ham", id="all of it is text"),
        pytest.param("label,0,1,2", "cat,0.1,0.2,0.7", id="classes as names"),
        pytest.param("fraud,score", "fraud,0.5", id="a numeric column under a word"),
    ],
)
def test_a_first_line_that_names_the_columns_is_a_header(made: Made, header: str, row: str) -> None:
    found = read(made(lines(lambda number: row.format(n=number), header=header)))
    assert len(found.rows) == 60
    assert found.names == [name or "column1" for name in header.split(",")]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("{n},cat,dog,red", id="numbers in the first line"),
        pytest.param("cat,dog,word {n}", id="all of it is text"),
    ],
)
def test_a_first_line_like_the_others_is_a_row(made: Made, row: str) -> None:
    text = "".join(f"{row.format(n=number)}\n" for number in range(60))
    found = read(made(text))
    assert len(found.rows) == 60
    assert found.names == [f"column{place + 1}" for place in range(row.count(",") + 1)]
    assert "has no header" in found.notes


def test_what_a_person_says_of_the_header_stands(made: Made) -> None:
    assert len(read(made(PLAIN), Reader(header=False)).rows) == 41
    assert read(made("1,2\n3,4\n"), Reader(header=True)).names == ["1", "2"]


def test_lines_above_the_table_are_no_header_and_are_listed(made: Made) -> None:
    found = read(made("\n\n" + PLAIN))
    assert (found.names, found.rows, found.landed.rejects) == (list(HEADER), ROWS, ())
    found = read(made("made by a script\non a Monday\n\n" + PLAIN + "total,40\n"))
    assert (found.names, found.rows) == (list(HEADER), ROWS)
    assert found.landed.rejects[:2] == (
        (1, "it stands above the table", "made by a script"),
        (2, "it stands above the table", "on a Monday"),
    )
    assert found.landed.rejects[2][::2] == (45, "total,40")


def test_a_row_that_begins_with_a_hash_is_no_comment(made: Made) -> None:
    """DuckDB, left alone, takes the last line for a sign of comments and drops the tweets without a word."""
    text = lines(
        lambda number: f"{'#fun' if number % 9 == 0 else 'hello'} {number},cat,dog", header="text,label,prediction"
    )
    found = read(made("# by a script\n" + text + "# the end\n"))
    assert len(found.rows) == 60
    assert found.rows[9][0] == "#fun 9"
    assert [line for line, _, _ in found.landed.rejects] == [1, 63]


# --- values ----------------------------------------------------------------------------------------


def test_nothing_and_nan_are_missing_in_every_column(made: Made) -> None:
    values = ["", "NaN", "nan", '""', "1.5"]
    words = ["", "NaN", "nan", '""', "word"]
    found = read(made(lines(lambda number: f"{number},{values[number % 5]},{words[number % 5]}")))
    assert found.rows[:5] == [(0, None, None), (1, None, None), (2, None, None), (3, None, None), (4, 1.5, "word")]
    assert found.kinds == {"id": "integer", "label": "real", "prediction": "text"}
    assert [column.missing for column in found.preview.columns] == [0, 48, 48]


def test_a_number_that_is_not_one_is_missing_in_parquet_and_json(made: Made, tmp_path: Path) -> None:
    pq.write_table(pa.table({"x": [float("nan"), 1.0, None], "t": ["", "a", None]}), tmp_path / "data.parquet")
    assert read(tmp_path / "data.parquet").rows == [(None, None), (1.0, "a"), (None, None)]
    assert read(made('{"x": null, "t": ""}\n{"x": 1, "t": "a"}\n', "data.jsonl")).rows == [(None, None), (1, "a")]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        pytest.param(["007", "008", "010"], "text", id="leading zeros"),
        pytest.param(["1.5", "2", "-3e2"], "real", id="numbers"),
        pytest.param(["12345678901234567890", "12345678901234567891"], "integer", id="twenty digits"),
        pytest.param(["12345678901234567.25", "12345678901234567.5"], "text", id="more digits than a double has"),
        pytest.param(["true", "False"], "boolean", id="booleans"),
        pytest.param(["yes", "no"], "text", id="yes and no are words"),
        pytest.param(["T", "F"], "text", id="one-letter classes are no booleans"),
        pytest.param(["03/04/2021", "05/04/2021"], "text", id="a date that may be of March or of April"),
        pytest.param(["12:30", "08:15"], "text", id="times of day"),
    ],
)
def test_a_type_is_taken_only_where_it_loses_nothing(made: Made, values: list[str], kind: str) -> None:
    found = read(
        made(lines(lambda number: f"{number},cat,dog,{values[number % len(values)]}", header="id,label,prediction,x"))
    )
    assert found.kinds["x"] == kind
    if kind in ("text", "integer"):
        assert [str(value) for value in found.column("x")[: len(values)]] == values


def test_dates_are_times_and_a_zone_is_reckoned_in(made: Made) -> None:
    text = lines(lambda number: f"{number},a,b,2024-01-02,2024-01-02T10:00:00+02:00", header="id,label,prediction,d,t")
    found = read(made(text))
    assert (found.kinds["d"], found.kinds["t"]) == ("time", "time")
    assert found.rows[0][3:] == (datetime.datetime(2024, 1, 2), datetime.datetime(2024, 1, 2, 8))


def test_the_types_of_parquet_become_plain_values(tmp_path: Path) -> None:
    day = datetime.date(2024, 1, 2)
    table = pa.table(
        {
            "money": pa.array([decimal.Decimal("1.50"), None], pa.decimal128(10, 2)),
            "key": pa.array([decimal.Decimal(10**30), decimal.Decimal(10**30 + 1)], pa.decimal128(38, 0)),
            "hash": pa.array([2**63 + 1, 2**63 + 2], pa.uint64()),
            "day": pa.array([day, None]),
            "moment": pa.array([0, 10**9], pa.timestamp("ns", tz="Europe/Paris")),
            "list": pa.array([[1, 2], None]),
            "struct": pa.array([{"a": 1}, None]),
            "category": pa.array(["a", ""]).dictionary_encode(),
            "nothing": pa.nulls(2),
            "place": ["p", "q"],
            "digest": ["r", "s"],
        }
    )
    pq.write_table(table, tmp_path / "data.parquet")
    found = read(tmp_path / "data.parquet")
    assert found.kinds == {
        "money": "real", "key": "integer", "hash": "integer", "day": "time", "moment": "time", "list": "other",
        "struct": "other", "category": "text", "nothing": "other", "place": "text", "digest": "text",
    }  # fmt: skip
    midnight, epoch = datetime.datetime(2024, 1, 2), datetime.datetime(1970, 1, 1)
    assert found.rows == [
        (1.5, 10**30, 2**63 + 1, midnight, epoch, "[1,2]", '{"a":1}', "a", None, "p", "r"),
        (None, 10**30 + 1, 2**63 + 2, None, epoch + datetime.timedelta(seconds=1), None, None, None, None, "q", "s"),
    ]


def test_json_values_of_several_types_are_text_without_their_quotes(made: Made) -> None:
    """A label 1 and a prediction "1" are one class; as JSON text, '1' and '"1"' would be two."""
    found = read(made('{"label": 1, "prediction": "1"}\n{"label": "a", "prediction": true}\n', "data.jsonl"))
    assert found.rows == [("1", "1"), ("a", "true")]


def test_a_look_says_what_stands_in_each_column(made: Made) -> None:
    preview = read(made(lines(lambda number: f"{number},{'ab'[number % 2]},{number % 3}.0"))).preview
    label, prediction = preview.columns[1:]
    assert (label.distinct, label.values, label.mean_length) == (2, ("a", "b"), 1.0)
    assert (prediction.distinct, prediction.values) == (3, ("0", "1", "2"))
    assert preview.columns[0].unique
    assert not label.unique
    assert preview.rows[0] == ("0", "a", "0.0")


def test_a_table_of_a_thousand_columns_is_looked_at(made: Made) -> None:
    """One query with an aggregate for each column ends the process."""
    header = ",".join(["label", "prediction", *(f"c{place}" for place in range(1_000))])
    found = read(made(lines(lambda number: "a,b," + ",".join("1" * 1_000), 5, header)))
    assert len(found.names) == 1_002
    assert found.preview.columns[-1].values == ("1",)


# --- late surprises and lines that are no rows -----------------------------------------------------


@pytest.mark.parametrize("name", ["data.csv", "data.csv.gz", "data.jsonl"])
def test_a_value_of_another_type_far_down_turns_its_column_to_text(made: Made, name: str) -> None:
    if name.endswith("jsonl"):
        rows = [{"id": number, "label": number % 2, "prediction": 1, "x": number} for number in range(30_000)]
        text = "".join(f"{json.dumps(row)}\n" for row in rows) + '{"id": "last", "label": "maybe", "new": 1}\n'
    else:
        text = lines(lambda number: f"{number},{number % 2},1,{number}", 30_000, "id,label,prediction,x")
        text += "last,maybe,1,\n"
    found = read(made(packed(text.encode()) if name.endswith("gz") else text, name))
    assert len(found.rows) == 30_001
    assert found.rows[-1][:2] == ("last", "maybe")
    assert (found.kinds["id"], found.kinds["label"], found.kinds["x"]) == ("text", "text", "integer")
    assert ("new" in found.names) == name.endswith("jsonl")
    if name.endswith("csv"):
        said = "some values are of another type: id ('last' in line 30,002), label ('maybe' in line 30,002)."
        assert said in found.notes


def test_lines_that_are_no_rows_are_listed_with_number_and_reason(made: Made) -> None:
    text = PLAIN.replace("\n5,", "\n5").replace("\n9,", "\n9,,,,")
    found = read(made(text))
    assert len(found.rows) == 38
    assert [(line, why.partition(":")[0], content[:3]) for line, why, content in found.landed.rejects] == [
        (7, "too few values", "5ca"),
        (11, "too many values", "9,,"),
    ]
    assert "Left out, since they are no rows: line 7, line 11." in found.notes
    assert found.kinds["id"] == "integer"


def test_a_broken_line_does_not_turn_the_columns_it_broke_to_text(made: Made) -> None:
    found = read(made(lines(lambda number: f"{number},cat,dog,x", 40_000, "id,label,prediction,t") + 'x,"open\nb\n'))
    assert (len(found.rows), found.kinds["id"]) == (40_000, "integer")
    assert found.landed.rejects


def test_a_file_whose_lines_mostly_do_not_fit_is_refused(made: Made) -> None:
    text = lines(lambda number: f"{number}{',x' * (number % 7)}", 30)
    with pytest.raises(UnreadableFileError, match=r"most of its lines do not fit its 3 columns; line \d+ has too"):
        read(made(text))


@pytest.mark.parametrize("width", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("pack", [bytes, packed])
def test_nothing_behind_a_broken_line_across_two_buffers_is_lost(
    made: Made, monkeypatch: pytest.MonkeyPatch, width: int, pack: Callable[[bytes], bytes]
) -> None:
    """DuckDB 2.0 ends there as if the file did: a third of a million rows of one file were gone without a word."""
    monkeypatch.setattr(sniffing, "LINE", 20_000)
    count = 90_000
    text = lines(lambda number: f"{number},cat,{'d' * width}{',too many' if number % 3 == 0 else ''}", count)
    found = read(made(pack(text.replace(",too many", "", 9).encode())))
    assert len(found.rows) + len(found.landed.rejects) == count
    assert found.rows[-1][0] == count - 1
    assert found.landed.rejects[-1][0] == count - 1


def test_line_breaks_inside_values_are_no_reason_to_read_a_large_file_again(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every line of it is accounted for: a header, a row, or part of a value."""
    monkeypatch.setattr(sniffing, "LINE", 20_000)
    found = read(made(lines(lambda number: f'{number},cat,"two\nlines"', 20_000)))
    assert found.rows[-1] == (19_999, "cat", "two\nlines")
    assert found.landed.reader.buffer == 0
    assert "40,001 lines became 20,000 rows" in found.notes


def test_a_header_that_is_one_name_short_is_left_out_and_listed(made: Made) -> None:
    """A table as R writes it, the row's name in front."""
    found = read(made(lines(lambda number: f'"{number}","cat","dog"', header='"label","prediction"')))
    assert found.rows[0] == (0, "cat", "dog")
    assert found.landed.rejects == ((1, "it stands above the table", '"label","prediction"'),)


# --- refusals --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "error", "sentence"),
    [
        (b"", "data.csv", EmptyDataError, "holds nothing"),
        (b"  \n\n ", "data.csv", EmptyDataError, "holds nothing"),
        (packed(b""), "data.csv.gz", EmptyDataError, "holds nothing"),
        (b"id,label,prediction\n", "data.csv", EmptyDataError, r"only a header \(id, label, prediction\)"),
        (b"a,b,c", "data.csv", EmptyDataError, r"only a header \(a, b, c\)"),
        (bytes(range(256)) * 9, "data.csv", UnreadableFileError, "it is a binary file"),
        (b"PK\x03\x04" + bytes(90), "data.xlsx", UnreadableFileError, "it is a workbook or a zip archive"),
        (b"\x89PNG\r\n\x1a\n" + bytes(90), "data.png", UnreadableFileError, "it is a binary file"),
        (PLAIN.encode(), "data.parquet", UnreadableFileError, "it is named Parquet but is not"),
        (b"PAR1" + bytes(90), "data.parquet", UnreadableFileError, "cannot be read as a table"),
        (packed(PLAIN.encode())[:-9], "data.csv.gz", UnreadableFileError, "cannot be unpacked"),
        (b"\x1f\x8b" + bytes(90), "data.csv.gz", UnreadableFileError, "cannot be unpacked"),
        (b'{"label": "a"}\nno json\n', "data.jsonl", UnreadableFileError, "Malformed JSON in data.jsonl"),
        (b'{"label": 1, "label": 2}\n', "data.jsonl", UnreadableFileError, "duplicate key"),
    ],
    ids=range(14),
)
def test_what_holds_no_table_is_refused_in_words(
    made: Made, content: bytes, name: str, error: type[SlicerError], sentence: str
) -> None:
    with pytest.raises(error, match=sentence) as caught:
        read(made(content, name))
    assert name in str(caught.value)
    assert "/" not in str(caught.value).replace(name, "")


def test_a_path_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv", "https://example.com/data.csv"):
        with pytest.raises(MissingFileError, match="No file at"):
            read(Path(path))


def test_a_file_that_changes_between_look_and_import_is_refused(made: Made) -> None:
    path = made(PLAIN)
    with Project(MEMORY) as project:
        preview = look(project.cursor(), path)
        made("id,label\n1,a\n2,b\n")
        with pytest.raises(UnreadableFileError, match=r"data\.csv cannot be read as a table"):
            land(project.cursor(), preview)


# --- whatever a writer may write -------------------------------------------------------------------

CELLS = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(
    rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
@example(rows=[('a"b', "c\nd", "e,f"), ("'", "|;\t", "\r\n")], quoting=csv.QUOTE_MINIMAL)
@example(rows=[("\u2028", "\x0b", "\x1c"), ("\ufeff", "#", "\\")], quoting=csv.QUOTE_MINIMAL)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_cell_a_csv_writer_writes_comes_back(
    tmp_path: Path, rows: list[tuple[str, str, str]], quoting: int
) -> None:
    """A bare carriage return counts as a line end, so only a writer that quotes everything may write one."""
    if quoting == csv.QUOTE_MINIMAL:
        rows = [
            (first.replace("\r", ""), second.replace("\r", ""), third.replace("\r", ""))
            for first, second, third in rows
        ]
    path = tmp_path / "data.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n", quoting=quoting)
        writer.writerows([("label", "prediction", "note"), ("x", "x", "x"), *rows])
    reader = Reader(delimiter=",", quote='"', header=True)
    found = read(path, reader, as_text=["label", "prediction", "note"])
    expected = [tuple(None if cell in ("", "NaN", "nan") else cell for cell in row) for row in rows]
    assert found.rows[1:] == expected
    assert found.landed.rejects == ()


# --- real files ------------------------------------------------------------------------------------


def test_csv_spectrum_is_read_as_its_authors_expect(shared_data: Path) -> None:
    """Every value as it is written; nothing stands for an empty text."""
    folder = shared_data / "messy" / "csv-spectrum"
    paths = sorted((folder / "csvs").glob("*.csv"))
    assert len(paths) == 12
    for path in paths:
        expected = json.loads((folder / "json" / f"{path.stem}.json").read_text(encoding="utf-8").replace("\\r", ""))
        if path.stem == "location_coordinates":
            expected["Contact Phone Number"] = "2095257564"  # the authors changed it in one of the two files
            expected = [expected]
        names = list(expected[0])
        found = read(path, as_text=names)
        assert found.names == names, path.name
        shown = [tuple("" if cell is None else cell.replace("\r", "") for cell in row) for row in found.rows]
        assert shown == [tuple(row.values()) for row in expected], path.name


def test_every_messy_file_is_read_or_refused_in_words(shared_data: Path, made: Made) -> None:
    paths = sorted((shared_data / "messy" / "frictionless").rglob("*.csv"))
    assert len(paths) > 100
    wide = next(path for path in paths if path.name == "wide.csv")
    paths.remove(wide)  # 9,074 columns take a quarter of a minute
    columns = [line.split(",")[:500] for line in wide.read_text(encoding="utf-8").splitlines()]
    paths.append(made("".join(f"{','.join(row)}\n" for row in columns), "wide.csv"))
    refused: dict[str, str] = {}
    for path in paths:
        try:
            found = read(path)
        except SlicerError as error:
            refused[path.name] = str(error)
            continue
        assert found.rows, path.name
        assert len({name.lower() for name in found.names}) == len(found.names)
        assert all(name.strip() for name in found.names)
    assert len(refused) < 30
    assert all(sentence.endswith(".") and str(shared_data) not in sentence for sentence in refused.values())


@pytest.mark.parametrize("pack", [bytes, packed])
def test_the_sms_corpus_has_its_5_574_messages(shared_data: Path, made: Made, pack: Callable[[bytes], bytes]) -> None:
    """Read naively it has 5,572 (quotes swallow lines) or 5,573 (the first row taken for a header)."""
    content = (shared_data / "messy" / "sms_raw.tsv").read_bytes()
    found = read(made(pack(content), "sms.tsv"))
    expected = [tuple(line.split("\t")) for line in content.decode("utf-8").split("\n")[:-1]]
    assert len(expected) == 5_574
    assert found.rows == expected


def test_a_number_that_is_not_finite_is_missing(tmp_path: Path) -> None:
    """No slice can name it, and no sum survives it."""
    path = tmp_path / "odd.parquet"
    values = [1.0, math.inf, -math.inf, math.nan] * 50
    columns = {"id": list(range(200)), "label": ["a", "b"] * 100, "prediction": ["a"] * 200, "x": values}
    pq.write_table(pa.table(columns), path)
    bench = slicer.open(path)
    assert [(str(slice_), counts.support) for slice_, counts in bench.count_by(["x"], Slice())] == [
        ("x = 1", 50),
        ("x is missing", 150),
    ]
