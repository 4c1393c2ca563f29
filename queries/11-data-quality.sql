-- title: What was kept out, and why
-- shows: every quarantined record with file, line and rule; none of them sank its file
SELECT file, line, rule
FROM system.quarantine
ORDER BY file, line;
