-- A project as format 1.0 wrote it: six samples, four verdicts, one of them undone.
PRAGMA user_version = 1000;
BEGIN TRANSACTION;
CREATE TABLE artifact(
    run_id TEXT NOT NULL REFERENCES run(id), kind TEXT NOT NULL, path TEXT NOT NULL,
    PRIMARY KEY(run_id, kind)) WITHOUT ROWID;
CREATE TABLE class(
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, colour TEXT NOT NULL,
    shortcut TEXT NOT NULL DEFAULT '', position INTEGER NOT NULL);
INSERT INTO "class" VALUES(0,'cat','#0072b2','1',0);
INSERT INTO "class" VALUES(1,'dog','#e69f00','2',1);
INSERT INTO "class" VALUES(2,'bird','#009e73','3',2);
CREATE TABLE current(
    sample_id INTEGER PRIMARY KEY REFERENCES sample(id),
    label INTEGER NOT NULL REFERENCES class(id), status INTEGER NOT NULL);
INSERT INTO "current" VALUES(0,2,2);
INSERT INTO "current" VALUES(1,0,2);
INSERT INTO "current" VALUES(3,0,1);
INSERT INTO "current" VALUES(4,1,0);
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('created','2026-11-20T09:07:48+00:00');
INSERT INTO "meta" VALUES('reader','folders');
INSERT INTO "meta" VALUES('root_absolute','images');
INSERT INTO "meta" VALUES('root_relative','');
INSERT INTO "meta" VALUES('uuid','2706c7d6da8d4660a0f028de2311b34f');
CREATE TABLE op(
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, params TEXT NOT NULL,
    time REAL NOT NULL, reviewer TEXT NOT NULL, undone INTEGER NOT NULL DEFAULT 0);
INSERT INTO "op" VALUES(1,'relabel','{"class": "bird", "count": 2}',1.79516566855823445319e+09,'ann',0);
INSERT INTO "op" VALUES(2,'exclude','{"count": 1}',1.79516566858474469186e+09,'ann',1);
INSERT INTO "op" VALUES(3,'undo','{"op": 2}',1.79516566858878231054e+09,'ann',0);
INSERT INTO "op" VALUES(4,'keep','{"count": 1}',1.79516566860066986081e+09,'ann',0);
INSERT INTO "op" VALUES(5,'relabel','{"class": "cat", "count": 1}',1.79516566862243795391e+09,'bob',0);
CREATE TABLE op_change(
    op_id INTEGER NOT NULL REFERENCES op(id), sample_id INTEGER NOT NULL REFERENCES sample(id),
    old_label INTEGER NOT NULL, new_label INTEGER NOT NULL,
    old_status INTEGER NOT NULL, new_status INTEGER NOT NULL,
    PRIMARY KEY(op_id, sample_id)) WITHOUT ROWID;
INSERT INTO "op_change" VALUES(1,0,0,2,0,2);
INSERT INTO "op_change" VALUES(1,1,1,2,0,2);
INSERT INTO "op_change" VALUES(2,4,1,1,0,3);
INSERT INTO "op_change" VALUES(4,3,0,0,0,1);
INSERT INTO "op_change" VALUES(5,1,2,0,2,2);
CREATE TABLE run(
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, spec TEXT NOT NULL, state TEXT NOT NULL,
    seed INTEGER, versions TEXT NOT NULL, started REAL NOT NULL, ended REAL,
    metrics TEXT NOT NULL DEFAULT '{}', message TEXT NOT NULL DEFAULT '');
CREATE TABLE sample(
    id INTEGER PRIMARY KEY, path TEXT NOT NULL, given INTEGER NOT NULL REFERENCES class(id),
    split INTEGER NOT NULL DEFAULT 0, file TEXT, error TEXT);
INSERT INTO "sample" VALUES(0,'cat/0000.png',0,1,NULL,NULL);
INSERT INTO "sample" VALUES(1,'dog/0001.png',1,2,NULL,NULL);
INSERT INTO "sample" VALUES(2,'bird/0002.png',2,2,NULL,NULL);
INSERT INTO "sample" VALUES(3,'cat/0003.png',0,2,NULL,NULL);
INSERT INTO "sample" VALUES(4,'dog/0004.png',1,2,NULL,NULL);
INSERT INTO "sample" VALUES(5,'bird/0005.png',2,1,NULL,NULL);
CREATE TABLE skipped(path TEXT NOT NULL, reason TEXT NOT NULL);
INSERT INTO "skipped" VALUES('cat/broken.png','zero bytes');
CREATE TABLE split(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
INSERT INTO "split" VALUES(0,'');
INSERT INTO "split" VALUES(1,'test');
INSERT INTO "split" VALUES(2,'train');
CREATE TABLE view(name TEXT PRIMARY KEY, spec TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX op_change_sample ON op_change(sample_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('op',5);
COMMIT;
