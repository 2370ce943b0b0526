-- Thresholds of one's own. Reports from before were made by other versions of the detector, which none of them judge again.

-- What the tiers are decided by, copied from the body: another calibration reads no bodies.
ALTER TABLE reports ADD COLUMN measured INTEGER NOT NULL DEFAULT 0 CHECK (measured IN (0, 1));
ALTER TABLE reports ADD COLUMN fused REAL NOT NULL DEFAULT 0;
ALTER TABLE reports ADD COLUMN conservative REAL NOT NULL DEFAULT 0;

CREATE INDEX reports_margins ON reports (detector_version, fused, conservative) WHERE measured = 1;

-- Every set of thresholds that was ever in force beside those that a report came with, for one version of the detector
-- each. The latest row of a version is in force.
CREATE TABLE calibrations (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    kind             TEXT    NOT NULL CHECK (kind IN ('builtin', 'own', 'undo')),
    version          TEXT    NOT NULL CHECK (version <> ''),
    detector_version TEXT    NOT NULL CHECK (detector_version <> ''),
    recall           REAL    NOT NULL,
    human_safe       REAL    NOT NULL,
    press_safe       REAL    NOT NULL,
    tracks           INTEGER NOT NULL,
    undoes           INTEGER UNIQUE REFERENCES calibrations (id),
    reviewer         TEXT    NOT NULL,
    basis            TEXT    NOT NULL,
    at               INTEGER NOT NULL,
    CHECK ((kind = 'undo') = (undoes IS NOT NULL)),
    CHECK ((kind = 'builtin') = (reviewer = ''))
) STRICT;

CREATE INDEX calibrations_detector ON calibrations (detector_version, id);

CREATE TRIGGER calibrations_keep BEFORE DELETE ON calibrations
BEGIN
    SELECT RAISE(ABORT, 'calibrations are append-only');
END;

CREATE TRIGGER calibrations_stay BEFORE UPDATE ON calibrations
BEGIN
    SELECT RAISE(ABORT, 'calibrations are append-only');
END;

CREATE TRIGGER calibrations_last BEFORE INSERT ON calibrations
WHEN EXISTS (SELECT 1 FROM calibrations WHERE id = NEW.id OR undoes = NEW.undoes)
BEGIN
    SELECT RAISE(ABORT, 'calibrations are append-only');
END;

CREATE INDEX tracks_report ON tracks (report_id) WHERE report_id IS NOT NULL;
