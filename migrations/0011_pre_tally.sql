-- What the keepers counted, day by day, to be compared with the journal (docs/decisions/0042). Numbers about nobody.

-- One start of a keeper: `seen` at each writing of its counts; `ended` when it stopped, or when its seat was taken again: it had
-- crashed then, and what it counted since it was last seen is not known.
CREATE TABLE counts.boot (
    boot uuid NOT NULL,
    seat smallint NOT NULL,
    started timestamptz NOT NULL,
    seen timestamptz NOT NULL,
    ended timestamptz,
    crashed boolean NOT NULL DEFAULT false,
    PRIMARY KEY (boot)
);
-- What one start counted in one day (UTC), by kind: totals, written over.
CREATE TABLE counts.tally (
    boot uuid NOT NULL,
    day date NOT NULL,
    kind text NOT NULL,
    number bigint NOT NULL CHECK (number > 0),
    PRIMARY KEY (boot, day, kind)
);
CREATE INDEX tally_day ON counts.tally (day);
CREATE INDEX tally_kind ON counts.tally (kind);
-- What each day's comparison found: lines of the journal, lines counted, how many lines no keeper counted (`uncounted_least` at
-- least, exactly once `settled`), how many gaps.
CREATE TABLE counts.reckoning (
    day date NOT NULL,
    at timestamptz NOT NULL,
    lines bigint NOT NULL,
    counted bigint NOT NULL,
    uncounted_least bigint NOT NULL,
    settled boolean NOT NULL,
    crashes bigint NOT NULL,
    gaps bigint NOT NULL CHECK (gaps >= 0),
    PRIMARY KEY (day)
);

-- How many lines the journal holds, and how many its heads say it holds, in one snapshot: the same number, unless somebody took
-- lines out behind the triggers. With the rights of whoever asks.
CREATE FUNCTION counts.lines_of_the_journal(OUT held bigint, OUT numbered bigint) LANGUAGE sql STABLE
SET search_path = pg_catalog AS $$
    SELECT (SELECT count(*) FROM journal.entry), (SELECT coalesce(sum(n), 0)::bigint FROM journal.head)
$$;

GRANT SELECT, INSERT, UPDATE (seen, ended, crashed) ON counts.boot TO es_keeper;
GRANT SELECT, INSERT, UPDATE (number) ON counts.tally TO es_keeper;
GRANT SELECT, INSERT ON counts.reckoning TO es_keeper;
