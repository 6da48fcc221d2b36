"""The data that is measured, made from a seed."""

from pathlib import Path

FEATURES = tuple(f"feature_{place:02d}" for place in range(20))


def make_file(path: Path, rows: int) -> None:
    """A CSV of predictions: an id, 20 features of 2 to 10 values, label, prediction, its probability, and what a person
    said."""
    features = ", ".join(
        f"'v' || (hash(i, {place}) % {2 + place % 9}) as {name}" for place, name in enumerate(FEATURES)
    )
    import duckdb

    other = "if(label = 'yes', 'no', 'yes')"
    sql = f"""
        copy (
            select 'ex-' || i as id, {features},
                if(hash(i, 'label') % 100 < 20, 'yes', 'no') as label,
                if(hash(i, 'error') % 100 < 8 + 6 * (hash(i, 3) % 5 = 0)::int, {other}, label) as prediction,
                round(if(prediction = 'yes', 0.5, 0.0) + hash(i, 'p') % 49999 / 100000.0 + 5e-6, 6) as prob_yes,
                if(hash(i, 'human') % 100 < 3, {other}, label) as human
            from range({rows}) t(i)
        ) to '{path}' (header)
    """
    duckdb.connect().execute(sql).fetchall()
