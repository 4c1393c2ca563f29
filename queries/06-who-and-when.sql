-- title: Who changed the positions, and when
-- shows: every commit of the table with actor, time, files and rows
-- expect: columns only (times and the actor differ from lake to lake)
DESCRIBE HISTORY silver.positions;
