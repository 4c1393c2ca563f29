#pragma once
#include <sqlite3.h>

// What Swift cannot call: a variadic function, and the destructor value SQLITE_TRANSIENT.

static inline int tarn_sqlite_keep_wal_on_close(sqlite3 *connection) {
  return sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)0);
}

// Nobody asks SQLite how much memory it holds, and counting takes a lock for every allocation. Without
// effect once SQLite has started.
static inline int tarn_sqlite_count_no_memory(void) {
  return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static inline int tarn_sqlite_trust_no_schema(sqlite3 *connection) {
  return sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)0);
}

static inline int tarn_sqlite_bind_text(sqlite3_stmt *statement, int index, const void *text,
                                        long long bytes) {
  return sqlite3_bind_text64(statement, index, bytes ? (const char *)text : "",
                             (sqlite3_uint64)bytes, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static inline int tarn_sqlite_bind_blob(sqlite3_stmt *statement, int index, const void *blob,
                                        long long bytes) {
  return sqlite3_bind_blob64(statement, index, bytes ? blob : "", (sqlite3_uint64)bytes,
                             SQLITE_TRANSIENT);
}
