-- Jobs, tracks, reports, decisions. Times are unix milliseconds in UTC; NULL or 0 means not yet.

CREATE TABLE jobs (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    name         TEXT    NOT NULL,
    source       TEXT    NOT NULL,
    status       TEXT    NOT NULL CHECK (status IN ('queued', 'processing', 'paused', 'cancelled', 'complete', 'failed')),
    sealed       INTEGER NOT NULL DEFAULT 0 CHECK (sealed IN (0, 1)),
    error        TEXT    NOT NULL DEFAULT '',
    created_at   INTEGER NOT NULL,
    started_at   INTEGER,
    completed_at INTEGER,
    -- Kept by the triggers on tracks. Nothing stops a statement that sets them by hand: do not.
    total        INTEGER NOT NULL DEFAULT 0,
    succeeded    INTEGER NOT NULL DEFAULT 0,
    failed       INTEGER NOT NULL DEFAULT 0,
    human        INTEGER NOT NULL DEFAULT 0,
    suspicious   INTEGER NOT NULL DEFAULT 0,
    not_measured INTEGER NOT NULL DEFAULT 0,
    undecided    INTEGER NOT NULL DEFAULT 0,
    flags        INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE INDEX jobs_claimable ON jobs (id) WHERE sealed = 1 AND status IN ('queued', 'processing');

CREATE TABLE reports (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    content_sha256   TEXT    NOT NULL,
    detector_version TEXT    NOT NULL,
    sound_sha256     TEXT    NOT NULL,
    created_at       INTEGER NOT NULL,
    body             BLOB    NOT NULL,
    UNIQUE (content_sha256, detector_version)
) STRICT;

CREATE TABLE tracks (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id        INTEGER NOT NULL REFERENCES jobs (id),
    item_id       TEXT    NOT NULL,
    path          TEXT    NOT NULL,
    status        TEXT    NOT NULL CHECK (status IN ('queued', 'running', 'success', 'failed', 'cancelled')),
    attempt       INTEGER NOT NULL DEFAULT 0,
    owner         TEXT    NOT NULL DEFAULT '',
    lease_until   INTEGER NOT NULL DEFAULT 0,
    error_code    TEXT    NOT NULL DEFAULT '',
    error_message TEXT    NOT NULL DEFAULT '',
    processed_at  INTEGER NOT NULL DEFAULT 0,
    report_id     INTEGER REFERENCES reports (id),
    -- What lists show, copied from the report, so that a page needs neither a join nor the report.
    verdict       TEXT    NOT NULL DEFAULT '' CHECK (verdict IN ('', 'human', 'suspicious')),
    press_safe    TEXT    NOT NULL DEFAULT '' CHECK (press_safe IN ('', 'human', 'suspicious')),
    human_safe    TEXT    NOT NULL DEFAULT '' CHECK (human_safe IN ('', 'human', 'suspicious')),
    recall        TEXT    NOT NULL DEFAULT '' CHECK (recall IN ('', 'human', 'suspicious')),
    measured      INTEGER NOT NULL DEFAULT 0 CHECK (measured IN (0, 1)),
    score         REAL    NOT NULL DEFAULT 0,
    reliability   REAL    NOT NULL DEFAULT 0,
    duration      REAL    NOT NULL DEFAULT 0,
    codec         TEXT    NOT NULL DEFAULT '',
    title         TEXT    NOT NULL DEFAULT '',
    artist        TEXT    NOT NULL DEFAULT '',
    -- Folded text: lower case without accents. Sorted and searched by.
    title_key     TEXT    NOT NULL,
    artist_key    TEXT    NOT NULL,
    path_key      TEXT    NOT NULL,
    -- The decision that stands, copied from decisions.
    decision_id   INTEGER REFERENCES decisions (id),
    decision      TEXT    NOT NULL DEFAULT '' CHECK (decision IN ('', 'ai', 'human', 'skip')),
    reason        TEXT    NOT NULL DEFAULT '',
    note          TEXT    NOT NULL DEFAULT '',
    reviewer      TEXT    NOT NULL DEFAULT '',
    decided_at    INTEGER NOT NULL DEFAULT 0,
    metadata      TEXT,

    -- Worst first: a rank, then the score from 1 down to 0 in steps of 1e-9.
    worst INTEGER NOT NULL AS (
        CASE
            WHEN status = 'success' AND verdict = 'suspicious' THEN 0
            WHEN status = 'success' AND measured = 1 AND recall = 'suspicious' THEN 1
            WHEN status = 'failed' THEN 2
            WHEN status = 'success' AND measured = 0 THEN 3
            WHEN status = 'success' THEN 4
            WHEN status = 'running' THEN 5
            WHEN status = 'queued' THEN 6
            ELSE 7
        END * 10000000000 + 1000000000 - CAST(round(min(max(score, 0.0), 1.0) * 1e9) AS INTEGER)
    ) VIRTUAL,
    -- Every state that a filter can ask for, in one small number at the end of each index (see facet in filter.go):
    -- a filter is then decided inside the index, without a look at the row.
    facet INTEGER NOT NULL AS (
        CASE status WHEN 'queued' THEN 0 WHEN 'running' THEN 1 WHEN 'success' THEN 2 WHEN 'failed' THEN 3 ELSE 4 END
        + 8 * CASE verdict WHEN '' THEN 0 WHEN 'human' THEN 1 ELSE 2 END
        + 32 * CASE press_safe WHEN '' THEN 0 WHEN 'human' THEN 1 ELSE 2 END
        + 128 * CASE human_safe WHEN '' THEN 0 WHEN 'human' THEN 1 ELSE 2 END
        + 512 * CASE recall WHEN '' THEN 0 WHEN 'human' THEN 1 ELSE 2 END
        + 2048 * measured
        + 4096 * CASE decision WHEN '' THEN 0 WHEN 'ai' THEN 1 WHEN 'human' THEN 2 ELSE 3 END
    ) VIRTUAL,
    undecided INTEGER NOT NULL AS (status IN ('success', 'failed') AND decision = '') VIRTUAL,

    UNIQUE (job_id, item_id),
    CHECK ((status = 'running') = (owner <> '')),
    CHECK ((status = 'success') = (verdict <> '')),
    CHECK ((status = 'success') = (report_id IS NOT NULL)),
    CHECK ((status = 'failed') = (error_code <> '')),
    CHECK ((decision <> '') = (decision_id IS NOT NULL))
) STRICT;

CREATE TABLE decisions (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    track_id  INTEGER NOT NULL REFERENCES tracks (id),
    report_id INTEGER REFERENCES reports (id),
    kind      TEXT    NOT NULL CHECK (kind IN ('ai', 'human', 'skip', 'undo')),
    undoes    INTEGER UNIQUE REFERENCES decisions (id),
    reviewer  TEXT    NOT NULL CHECK (reviewer <> ''),
    reason    TEXT    NOT NULL,
    note      TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    CHECK ((kind = 'undo') = (undoes IS NOT NULL))
) STRICT;

CREATE INDEX decisions_track ON decisions (track_id);

CREATE TRIGGER decisions_keep BEFORE DELETE ON decisions
BEGIN
    SELECT RAISE(ABORT, 'decisions are append-only');
END;

CREATE TRIGGER decisions_stay BEFORE UPDATE ON decisions
BEGIN
    SELECT RAISE(ABORT, 'decisions are append-only');
END;

-- INSERT OR REPLACE deletes without asking the triggers above.
CREATE TRIGGER decisions_last BEFORE INSERT ON decisions
WHEN EXISTS (SELECT 1 FROM decisions WHERE id = NEW.id OR undoes = NEW.undoes)
BEGIN
    SELECT RAISE(ABORT, 'decisions are append-only');
END;

-- One index per order, for one job and for all. The explicit id breaks ties before facet does.
CREATE INDEX tracks_intake   ON tracks (id, facet);
CREATE INDEX tracks_title    ON tracks (title_key, id, facet);
CREATE INDEX tracks_artist   ON tracks (artist_key, id, facet);
CREATE INDEX tracks_path     ON tracks (path_key, id, facet);
CREATE INDEX tracks_duration ON tracks (duration, id, facet);
CREATE INDEX tracks_decided  ON tracks (decided_at, id, facet);
CREATE INDEX tracks_worst    ON tracks (worst, id, facet, score, reliability, duration, codec);

CREATE INDEX tracks_job_intake   ON tracks (job_id, id, facet);
CREATE INDEX tracks_job_title    ON tracks (job_id, title_key, id, facet);
CREATE INDEX tracks_job_artist   ON tracks (job_id, artist_key, id, facet);
CREATE INDEX tracks_job_path     ON tracks (job_id, path_key, id, facet);
CREATE INDEX tracks_job_duration ON tracks (job_id, duration, id, facet);
CREATE INDEX tracks_job_decided  ON tracks (job_id, decided_at, id, facet);
CREATE INDEX tracks_job_worst    ON tracks (job_id, worst, id, facet, score, reliability, duration, codec);

-- Worst first again, with the text that words are looked for in: these scan, and need not look at the rows to do so.
CREATE INDEX tracks_text     ON tracks (worst, id, facet, artist_key, title_key, path_key);
CREATE INDEX tracks_job_text ON tracks (job_id, worst, id, facet, artist_key, title_key, path_key);

-- The reviewer's queue: what is still to be decided, worst first.
CREATE INDEX tracks_undecided     ON tracks (worst, id, facet) WHERE undecided = 1;
CREATE INDEX tracks_job_undecided ON tracks (job_id, worst, id, facet) WHERE undecided = 1;

CREATE INDEX tracks_claimable ON tracks (job_id, id) WHERE status IN ('queued', 'running');
CREATE INDEX tracks_owner     ON tracks (owner) WHERE status = 'running';
CREATE INDEX tracks_standing  ON tracks (reviewer, decision_id) WHERE decision_id IS NOT NULL;

-- A track is counted where it is: it never moves, and goes by DELETE only. INSERT OR REPLACE and UPDATE OR REPLACE would
-- take it away without asking the triggers below.
CREATE TRIGGER tracks_stay BEFORE UPDATE OF id, rowid, _rowid_, oid, job_id, item_id ON tracks
BEGIN
    SELECT RAISE(ABORT, 'a track keeps its id, its job and its item id');
END;

CREATE TRIGGER tracks_last BEFORE INSERT ON tracks
WHEN EXISTS (SELECT 1 FROM tracks WHERE id = NEW.id)
    OR EXISTS (SELECT 1 FROM tracks WHERE job_id = NEW.job_id AND item_id = NEW.item_id)
BEGIN
    SELECT RAISE(ABORT, 'the job has this track already');
END;

CREATE TRIGGER tracks_counted AFTER INSERT ON tracks
BEGIN
    UPDATE jobs SET
        total = total + 1,
        succeeded = succeeded + (NEW.status = 'success'),
        failed = failed + (NEW.status = 'failed'),
        human = human + (NEW.verdict = 'human'),
        suspicious = suspicious + (NEW.verdict = 'suspicious'),
        not_measured = not_measured + (NEW.status = 'success' AND NEW.measured = 0),
        undecided = undecided + NEW.undecided,
        flags = flags + (NEW.verdict = 'suspicious' AND NEW.decision = '')
    WHERE id = NEW.job_id;
END;

CREATE TRIGGER tracks_recounted AFTER UPDATE OF status, verdict, measured, decision ON tracks
WHEN NEW.facet <> OLD.facet
BEGIN
    UPDATE jobs SET
        succeeded = succeeded + (NEW.status = 'success') - (OLD.status = 'success'),
        failed = failed + (NEW.status = 'failed') - (OLD.status = 'failed'),
        human = human + (NEW.verdict = 'human') - (OLD.verdict = 'human'),
        suspicious = suspicious + (NEW.verdict = 'suspicious') - (OLD.verdict = 'suspicious'),
        not_measured = not_measured
            + (NEW.status = 'success' AND NEW.measured = 0) - (OLD.status = 'success' AND OLD.measured = 0),
        undecided = undecided + NEW.undecided - OLD.undecided,
        flags = flags
            + (NEW.verdict = 'suspicious' AND NEW.decision = '') - (OLD.verdict = 'suspicious' AND OLD.decision = '')
    WHERE id = NEW.job_id;
END;

CREATE TRIGGER tracks_uncounted AFTER DELETE ON tracks
BEGIN
    UPDATE jobs SET
        total = total - 1,
        succeeded = succeeded - (OLD.status = 'success'),
        failed = failed - (OLD.status = 'failed'),
        human = human - (OLD.verdict = 'human'),
        suspicious = suspicious - (OLD.verdict = 'suspicious'),
        not_measured = not_measured - (OLD.status = 'success' AND OLD.measured = 0),
        undecided = undecided - OLD.undecided,
        flags = flags - (OLD.verdict = 'suspicious' AND OLD.decision = '')
    WHERE id = OLD.job_id;
END;
