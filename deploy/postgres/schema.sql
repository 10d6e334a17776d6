-- What a cluster keeps in PostgreSQL: who its silos are, the accounts' overrides, and counts that survive a restart. No decision reads or writes any of it.
--
--     psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f schema.sql
--
-- Orleans' ADO.NET providers bring no SQL. At start they read statements by name from the table OrleansQuery, and run those with
-- named parameters; the names of that table, of the statements, of their parameters and of the columns that they give back are the
-- providers' (Orleans 10.4.2). The other tables are ours, for nothing but these statements knows them.
--
-- Use a database, or a schema (`Search Path` in the connection string), that serves no other Orleans application: OrleansQuery
-- holds one set of statements. The file may be applied again at any time, also by several at once and under a running cluster,
-- which uses new statements from its next start on. It is one transaction: it applies whole or not at all. PostgreSQL 12 or newer.

BEGIN;

SET LOCAL client_min_messages = warning;

DO $guard$
BEGIN
    -- IF NOT EXISTS alone does not keep two sessions from creating the same table at once; one of them would fail.
    PERFORM pg_advisory_xact_lock(hashtextextended('schema of the limiter', 0));

    IF to_regclass('orleansquery') IS NOT NULL AND to_regclass('limiter_silo') IS NULL THEN
        RAISE EXCEPTION 'database "%" holds OrleansQuery, but not the tables of the limiter', current_database()
            USING HINT = 'Another Orleans application lives here and would lose its statements. '
                         'Give the limiter a database of its own, or a schema by Search Path.';
    END IF;
END
$guard$;

-- Every change of a cluster's membership raises its version by one and is refused when the version is not the expected one: silos
-- agree on one history of members, and two that act on the same view cannot both succeed.
CREATE TABLE IF NOT EXISTS limiter_cluster
(
    DeploymentId text    NOT NULL PRIMARY KEY,
    Version      integer NOT NULL DEFAULT 0
);

-- A silo that restarts on the same address is another silo: its generation is its time of start.
-- Times are timestamptz because Npgsql writes a UTC DateTime as one; without time zone they would shift by the session's zone.
CREATE TABLE IF NOT EXISTS limiter_silo
(
    DeploymentId text        NOT NULL REFERENCES limiter_cluster ON DELETE CASCADE,
    Address      text        NOT NULL,
    Port         integer     NOT NULL,
    Generation   integer     NOT NULL,
    SiloName     text        NOT NULL,
    HostName     text        NOT NULL,
    Status       integer     NOT NULL,
    ProxyPort    integer     NOT NULL,  -- the gateway's port; 0 where clients are not served
    SuspectTimes text        NULL,      -- votes to declare it dead: silo,time|silo,time
    StartTime    timestamptz NOT NULL,
    IAmAliveTime timestamptz NOT NULL,

    PRIMARY KEY (DeploymentId, Address, Port, Generation)
);

-- The state of one grain. The provider also sends hashes of type and id, for databases that cannot index the names themselves;
-- PostgreSQL can, and a key of names needs no care for collisions.
-- A grain's key arrives as two numbers and a text that may be missing. It is never empty when there, so '' can stand for missing.
CREATE TABLE IF NOT EXISTS limiter_grain_state
(
    ServiceId              text    NOT NULL,
    GrainTypeString        text    NOT NULL,
    GrainIdN0              bigint  NOT NULL,
    GrainIdN1              bigint  NOT NULL,
    GrainIdExtensionString text    NOT NULL,
    Version                integer NOT NULL,
    PayloadBinary          bytea   NULL,   -- null: cleared; the row stays, so that an old version cannot be written over it

    PRIMARY KEY (ServiceId, GrainTypeString, GrainIdN0, GrainIdN1, GrainIdExtensionString)
);

CREATE TABLE IF NOT EXISTS OrleansQuery
(
    QueryKey  text NOT NULL PRIMARY KEY,
    QueryText text NOT NULL
);

-- Each statement is a single one, so it is atomic without a transaction that the provider would have to open.
INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES

-- Clustering. Answers of one column are true or false: whether the change was made.

('InsertMembershipVersionKey', $sql$
    WITH added AS (
        INSERT INTO limiter_cluster (DeploymentId) VALUES (@DeploymentId)
        ON CONFLICT (DeploymentId) DO NOTHING
        RETURNING 1)
    SELECT EXISTS (SELECT FROM added)
$sql$),

-- Whoever raises the version holds its row's lock until the end, and one who waited for it finds another version: changes of one
-- cluster are made one after the other. A silo known already must not raise it, hence NOT EXISTS and not ON CONFLICT.
('InsertMembershipKey', $sql$
    WITH raised AS (
        UPDATE limiter_cluster SET Version = Version + 1
        WHERE DeploymentId = @DeploymentId AND Version = @Version AND NOT EXISTS (
            SELECT FROM limiter_silo
            WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation)
        RETURNING DeploymentId),
    added AS (
        INSERT INTO limiter_silo
            (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
        SELECT DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
        FROM raised
        RETURNING 1)
    SELECT EXISTS (SELECT FROM added)
$sql$),

-- UpdateIAmAlivetimeKey may be changing the same row: that is waited for, and no condition here speaks of what it changes. The
-- time that comes with a vote against a silo is the one that the voter had read; it must not undo a later sign of life.
('UpdateMembershipKey', $sql$
    WITH raised AS (
        UPDATE limiter_cluster SET Version = Version + 1
        WHERE DeploymentId = @DeploymentId AND Version = @Version AND EXISTS (
            SELECT FROM limiter_silo
            WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation)
        RETURNING DeploymentId),
    changed AS (
        UPDATE limiter_silo AS silo
        SET Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = GREATEST(silo.IAmAliveTime, @IAmAliveTime)
        FROM raised
        WHERE silo.DeploymentId = raised.DeploymentId
            AND silo.Address = @Address AND silo.Port = @Port AND silo.Generation = @Generation
        RETURNING 1)
    SELECT EXISTS (SELECT FROM changed)
$sql$),

-- A sign of life is no change of membership: every silo writes one now and then, and must not get in the way of the others.
('UpdateIAmAlivetimeKey', $sql$
    UPDATE limiter_silo SET IAmAliveTime = @IAmAliveTime
    WHERE DeploymentId = @DeploymentId AND Address = @Address AND Port = @Port AND Generation = @Generation
$sql$),

-- The version comes with every row, and with a row of nulls where there is no silo: the reader needs it in that case, too.
('MembershipReadRowKey', $sql$
    SELECT cluster.Version, silo.Address, silo.Port, silo.Generation, silo.SiloName, silo.HostName, silo.Status, silo.ProxyPort,
        silo.SuspectTimes, silo.StartTime, silo.IAmAliveTime
    FROM limiter_cluster AS cluster
    LEFT JOIN limiter_silo AS silo ON silo.DeploymentId = cluster.DeploymentId
        AND silo.Address = @Address AND silo.Port = @Port AND silo.Generation = @Generation
    WHERE cluster.DeploymentId = @DeploymentId
$sql$),

('MembershipReadAllKey', $sql$
    SELECT cluster.Version, silo.Address, silo.Port, silo.Generation, silo.SiloName, silo.HostName, silo.Status, silo.ProxyPort,
        silo.SuspectTimes, silo.StartTime, silo.IAmAliveTime
    FROM limiter_cluster AS cluster
    LEFT JOIN limiter_silo AS silo ON silo.DeploymentId = cluster.DeploymentId
    WHERE cluster.DeploymentId = @DeploymentId
$sql$),

('GatewaysQueryKey', $sql$
    SELECT Address, ProxyPort, Generation
    FROM limiter_silo
    WHERE DeploymentId = @DeploymentId AND Status = @Status AND ProxyPort > 0
$sql$),

('DeleteMembershipTableEntriesKey', $sql$
    DELETE FROM limiter_cluster WHERE DeploymentId = @DeploymentId
$sql$),

-- Only the dead (6): one that is joining may look old to a clock that runs ahead.
-- The given time is the last one to go plus .NET's 100 ns, which are lost here (microseconds): hence <= and not <.
('CleanupDefunctSiloEntriesKey', $sql$
    DELETE FROM limiter_silo
    WHERE DeploymentId = @DeploymentId AND Status = 6 AND GREATEST(IAmAliveTime, StartTime) <= @IAmAliveTime
$sql$),

-- Grain storage. A row is the answer "done", its number the new version; no row is a conflict of versions.

('ReadFromStorageKey', $sql$
    SELECT PayloadBinary, Version
    FROM limiter_grain_state
    WHERE ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
        AND GrainIdExtensionString = COALESCE(@GrainIdExtensionString, '')
$sql$),

-- No version: the writer has seen no row, and of several such writers the first one wins.
('WriteToStorageKey', $sql$
    WITH changed AS (
        UPDATE limiter_grain_state SET PayloadBinary = @PayloadBinary, Version = Version + 1
        WHERE ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
            AND GrainIdExtensionString = COALESCE(@GrainIdExtensionString, '') AND Version = @GrainStateVersion
        RETURNING Version),
    added AS (
        INSERT INTO limiter_grain_state
            (ServiceId, GrainTypeString, GrainIdN0, GrainIdN1, GrainIdExtensionString, Version, PayloadBinary)
        SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, COALESCE(@GrainIdExtensionString, ''), 1, @PayloadBinary
        WHERE @GrainStateVersion IS NULL
        ON CONFLICT DO NOTHING
        RETURNING Version)
    SELECT Version AS NewGrainStateVersion FROM changed
    UNION ALL
    SELECT Version FROM added
$sql$),

('ClearStorageKey', $sql$
    UPDATE limiter_grain_state SET PayloadBinary = NULL, Version = Version + 1
    WHERE ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
        AND GrainIdExtensionString = COALESCE(@GrainIdExtensionString, '') AND Version = @GrainStateVersion
    RETURNING Version
$sql$),

-- Used instead of the one above where the provider is told to delete; it expects a number that differs from the version it had.
('DeleteStorageKey', $sql$
    DELETE FROM limiter_grain_state
    WHERE ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
        AND GrainIdExtensionString = COALESCE(@GrainIdExtensionString, '') AND Version = @GrainStateVersion
    RETURNING Version + 1
$sql$)

ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;

COMMIT;
