/// What makes the catalog readable as a DuckLake, version 1.0 of its specification.
///
/// DuckDB copies the text of a view into queries of its own, in its own words, and takes the types of
/// its columns from the columns underneath. So the views it asks are plain, the ones underneath and the
/// triggers hold what only SQLite understands, and every column comes from a typed column. An end that
/// has not come is the largest integer here too, which compares as an end should.
enum DuckLakeFace {
  static let statements =
    tables + views
    + empty.map { name, columns in
      let typed = columns.split(separator: ", ").map { column in
        column.hasSuffix(" text") ? "t AS \"\(column.dropLast(5))\"" : "i AS \"\(column)\""
      }
      return
        "CREATE VIEW ducklake_\(name) AS SELECT \(typed.joined(separator: ", ")) FROM face_types"
    }

  /// Columns of tables as DuckLake has them, kept by triggers; and the tables that it cannot show: a
  /// column's number in a file is its position, so a position must have kept its name; lists have
  /// members without numbers; open tables change without us.
  private static let tables = [
    """
    CREATE TABLE face_metadata (key VARCHAR, value VARCHAR, scope VARCHAR, scope_id BIGINT)
    """,
    """
    INSERT INTO face_metadata VALUES ('version', '1.0', NULL, NULL), ('created_by', 'tarn', NULL,
      NULL), ('encrypted', 'false', NULL, NULL)
    """,
    """
    CREATE TABLE face_types (i BIGINT, t VARCHAR)
    """,
    """
    CREATE TABLE face_one (yes BIGINT, unset BIGINT, absent VARCHAR, far BIGINT)
    """,
    """
    INSERT INTO face_one VALUES (1, NULL, NULL, 4000000000000000000)
    """,
    """
    CREATE TABLE face_schemas (id INTEGER PRIMARY KEY, name VARCHAR UNIQUE, begin_snapshot BIGINT)
    """,
    """
    CREATE TABLE face_hidden (table_id BIGINT PRIMARY KEY)
    """,
    """
    CREATE TABLE face_fields (table_id BIGINT, column_id BIGINT, name VARCHAR, type VARCHAR,
      nullable BIGINT, begin_snapshot BIGINT, end_snapshot BIGINT)
    """,
    """
    CREATE INDEX face_fields_by_table ON face_fields (table_id, column_id)
    """,
    """
    CREATE VIEW face_types_known AS
    SELECT 'integer' AS delta, 'int32' AS duck UNION ALL SELECT 'long', 'int64' UNION ALL SELECT
      'short', 'int16'
    UNION ALL SELECT 'byte', 'int8' UNION ALL SELECT 'string', 'varchar' UNION ALL SELECT 'float',
      'float32'
    UNION ALL SELECT 'double', 'float64' UNION ALL SELECT 'binary', 'blob' UNION ALL SELECT
      'timestamp', 'timestamptz'
    UNION ALL SELECT 'timestamp_ntz', 'timestamp' UNION ALL SELECT 'boolean', 'boolean' UNION ALL
      SELECT 'date', 'date'
    """,
    """
    CREATE VIEW face_parsed AS
    SELECT m.table_id, m.version, v.snapshot, f.key + 1 AS column_id,
      json_extract(f.value, '$.name') AS name, json_extract(f.value, '$.nullable') AS nullable,
      CASE WHEN json_type(f.value, '$.type') = 'text' THEN json_extract(f.value, '$.type') END AS
        type,
      json_extract(f.value, '$.metadata') AS metadata
    FROM table_metadata m JOIN table_versions v USING (table_id, version),
      json_each(json_extract(json_extract(m.metadata, '$.metaData.schemaString'), '$.fields')) f
    """,
    """
    CREATE TRIGGER face_shape AFTER INSERT ON table_metadata BEGIN
      UPDATE face_fields SET end_snapshot = (SELECT snapshot FROM table_versions v
        WHERE v.table_id = NEW.table_id AND v.version = NEW.version)
      WHERE table_id = NEW.table_id AND end_snapshot = 9223372036854775807;
      INSERT INTO face_fields SELECT table_id, column_id, name,
        COALESCE((SELECT duck FROM face_types_known WHERE delta = p.type), p.type), nullable,
          snapshot,
        9223372036854775807 FROM face_parsed p WHERE table_id = NEW.table_id AND version =
          NEW.version;
      INSERT OR IGNORE INTO face_hidden SELECT NEW.table_id WHERE EXISTS (
        SELECT 1 FROM face_parsed p WHERE table_id = NEW.table_id AND version = NEW.version
          AND (COALESCE(p.type, '?') NOT IN (SELECT delta FROM face_types_known)
              AND COALESCE(p.type, '?') NOT LIKE 'decimal(%'
            OR p.metadata LIKE '%columnMapping%'))
        OR EXISTS (SELECT 1 FROM face_fields f WHERE f.table_id = NEW.table_id
          GROUP BY column_id HAVING COUNT(DISTINCT name) > 1)
        OR EXISTS (SELECT 1 FROM tables t WHERE t.id = NEW.table_id AND t.mode <> 'sealed');
      INSERT OR IGNORE INTO face_schemas (name, begin_snapshot)
        SELECT lower(schema), begin_snapshot FROM tables t WHERE t.id = NEW.table_id;
    END
    """,
    """
    CREATE TRIGGER face_declared AFTER INSERT ON tables BEGIN
      INSERT OR IGNORE INTO face_schemas (name, begin_snapshot) VALUES (lower(NEW.schema),
        NEW.begin_snapshot);
      INSERT OR IGNORE INTO face_hidden SELECT NEW.id WHERE NEW.mode <> 'sealed';
    END
    """,
  ]

  private static let views = [
    """
    CREATE VIEW ducklake_metadata AS
    SELECT m.key, m.value, m.scope, m.scope_id FROM face_metadata m
    """,
    """
    CREATE VIEW ducklake_snapshot AS
    SELECT s.id AS snapshot_id,
      strftime('%Y-%m-%d %H:%M:%S', s.time / 1000000, 'unixepoch') || printf('.%06d+00', s.time %
        1000000) AS snapshot_time,
      s.id AS schema_version, o.far AS next_catalog_id, o.far AS next_file_id FROM snapshots s,
        face_one o
    """,
    """
    CREATE VIEW ducklake_snapshot_changes AS
    SELECT id AS snapshot_id, '' AS changes_made, actor AS author, message AS commit_message,
      operation AS commit_extra_info FROM snapshots
    """,
    """
    CREATE VIEW ducklake_schema AS
    SELECT s.id AS schema_id, 'schema-' || s.id AS schema_uuid, s.begin_snapshot, o.unset AS
      end_snapshot,
      s.name AS schema_name, '' AS path, o.yes AS path_is_relative FROM face_schemas s, face_one o
    """,
    """
    CREATE VIEW face_table AS
    SELECT t.id AS table_id, 'table-' || t.id AS table_uuid, t.begin_snapshot, t.end_snapshot,
      s.id AS schema_id, t.name AS table_name, t.path || '/' AS path, o.yes AS path_is_relative
    FROM tables t, face_schemas s, face_one o
    WHERE s.name = lower(t.schema) AND t.id NOT IN (SELECT table_id FROM face_hidden)
    """,
    """
    CREATE VIEW ducklake_table AS SELECT table_id, table_uuid, begin_snapshot, end_snapshot,
      schema_id, table_name, path, path_is_relative FROM face_table
    """,
    """
    CREATE VIEW face_column AS
    SELECT f.column_id, f.begin_snapshot, f.end_snapshot, f.table_id, f.column_id AS column_order,
      f.name AS column_name, f.type AS column_type, o.absent AS initial_default, 'NULL' AS
        default_value,
      f.nullable AS nulls_allowed, o.unset AS parent_column, 'literal' AS default_value_type,
      'duckdb' AS default_value_dialect
    FROM face_fields f, face_one o WHERE f.table_id NOT IN (SELECT table_id FROM face_hidden)
    """,
    """
    CREATE VIEW ducklake_column AS SELECT column_id, begin_snapshot, end_snapshot, table_id,
      column_order, column_name, column_type, initial_default, default_value, nulls_allowed,
      parent_column, default_value_type, default_value_dialect FROM face_column
    """,
    """
    CREATE VIEW face_data_file AS
    SELECT f.id AS data_file_id, f.table_id, f.begin_snapshot, f.end_snapshot, o.unset AS
      file_order,
      f.path, o.yes AS path_is_relative, 'parquet' AS file_format, f.rows AS record_count,
      f.bytes AS file_size_bytes, o.unset AS footer_size, o.unset AS row_id_start, o.unset AS
        partition_id,
      o.absent AS encryption_key, o.unset AS mapping_id, o.unset AS partial_max
    FROM files f, face_one o WHERE f.table_id NOT IN (SELECT table_id FROM face_hidden)
    """,
    """
    CREATE VIEW ducklake_data_file AS SELECT data_file_id, table_id, begin_snapshot, end_snapshot,
      file_order, path, path_is_relative, file_format, record_count, file_size_bytes, footer_size,
      row_id_start, partition_id, encryption_key, mapping_id, partial_max FROM face_data_file
    """,
    """
    CREATE VIEW ducklake_schema_versions AS
    SELECT t.begin_snapshot, t.begin_snapshot AS schema_version, t.id AS table_id FROM tables t
    """,
  ]

  /// Tables of DuckLake that have no rows here. Bounds are among them: DuckDB reads those of the files.
  /// Columns are numbers where nothing else is said.
  private static let empty: [(name: String, columns: String)] = [
    (
      "view",
      """
      view_id, view_uuid text, begin_snapshot, end_snapshot, schema_id, view_name text, dialect \
      text, sql text, column_aliases text
      """
    ),
    (
      "tag",
      """
      object_id, begin_snapshot, end_snapshot, key text, value text
      """
    ),
    (
      "column_tag",
      """
      table_id, column_id, begin_snapshot, end_snapshot, key text, value text
      """
    ),
    (
      "delete_file",
      """
      delete_file_id, table_id, begin_snapshot, end_snapshot, data_file_id, path text, \
      path_is_relative, format text, delete_count, file_size_bytes, footer_size, encryption_key \
      text, partial_max
      """
    ),
    (
      "file_variant_stats",
      """
      data_file_id, table_id, column_id, variant_path text, shredded_type text, \
      column_size_bytes, value_count, null_count, min_value text, max_value text, contains_nan, \
      extra_stats text
      """
    ),
    (
      "table_stats",
      """
      table_id, record_count, next_row_id, file_size_bytes
      """
    ),
    (
      "table_column_stats",
      """
      table_id, column_id, contains_null, contains_nan, min_value text, max_value text, \
      extra_stats text
      """
    ),
    (
      "partition_info",
      """
      partition_id, table_id, begin_snapshot, end_snapshot
      """
    ),
    (
      "partition_column",
      """
      partition_id, table_id, partition_key_index, column_id, transform text
      """
    ),
    (
      "file_partition_value",
      """
      data_file_id, table_id, partition_key_index, partition_value text
      """
    ),
    (
      "files_scheduled_for_deletion",
      """
      data_file_id, path text, path_is_relative, schedule_start text
      """
    ),
    (
      "inlined_data_tables",
      """
      table_id, table_name text, schema_version
      """
    ),
    (
      "column_mapping",
      """
      mapping_id, table_id, type text
      """
    ),
    (
      "name_mapping",
      """
      mapping_id, column_id, source_name text, target_field_id, parent_column, is_partition
      """
    ),
    (
      "macro",
      """
      schema_id, macro_id, macro_name text, begin_snapshot, end_snapshot
      """
    ),
    (
      "macro_impl",
      """
      macro_id, impl_id, dialect text, sql text, type text
      """
    ),
    (
      "macro_parameters",
      """
      macro_id, impl_id, column_id, parameter_name text, parameter_type text, default_value \
      text, default_value_type text
      """
    ),
    (
      "sort_info",
      """
      sort_id, table_id, begin_snapshot, end_snapshot
      """
    ),
    (
      "sort_expression",
      """
      sort_id, table_id, sort_key_index, expression text, dialect text, sort_direction text, \
      null_order text
      """
    ),
    (
      "file_column_stats",
      """
      data_file_id, table_id, column_id, column_size_bytes, value_count, null_count, min_value \
      text, max_value text, contains_nan, extra_stats text
      """
    ),
  ]
}
