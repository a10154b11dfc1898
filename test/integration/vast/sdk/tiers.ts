/** Tests of VAST's own SDK (vastdb 2.1.0) by what an endpoint must be able to do for them. */
export interface Tier {
  readonly name: string;
  /** A failure, or a test that is missing, fails the job. The others are reported. */
  readonly required: boolean;
  readonly tests: readonly Selection[];
}

/** Tests of one file of the SDK. */
export interface Selection {
  readonly file: string;
  /** Functions without their parameters. Default: all of the file. */
  readonly functions?: readonly string[];
  /** How many there are, parameters counted: the job fails when the SDK has others than this list knows. */
  readonly count: number;
}

export const tiers: readonly Tier[] = [
  {
    name: '1 connect, schema, create, insert, select',
    required: true,
    tests: [
      { file: 'test_sanity', count: 4 },
      { file: 'test_schemas', count: 6 },
      { file: 'test_configs', count: 2 },
      { file: 'test_duckdb', count: 1 },
      {
        file: 'test_table_in_tx',
        functions: [
          'test_sanity', 'test_schema_load_through_metadata', 'test_metadata_init_with_schema', 'test_path', 'test_name',
          'test_arrow_schema', 'test_eq', 'test_insert_and_select', 'test_sorting_status', 'test_sanity_load',
        ],
        count: 10,
      },
      {
        file: 'test_tables',
        functions: [
          'test_tables', 'test_insert_wide_row', 'test_insert_by_columns_variations', 'test_multi_batch_table', 'test_insert_empty',
          'test_exists', 'test_list_tables', 'test_parquet_export', 'test_errors', 'test_table_metadata_does_not_currupt_schema_ORION_351713',
        ],
        count: 21,
      },
    ],
  },
  {
    name: '2 schema changes',
    required: true,
    tests: [{
      file: 'test_tables',
      functions: [
        'test_rename_schema', 'test_rename_table', 'test_add_column', 'test_drop_column', 'test_rename_column',
        'test_list_columns_with_pagination', 'test_unsupported_types', 'test_timezones',
      ],
      count: 11,
    }],
  },
  {
    name: '3 predicates',
    required: true,
    tests: [
      {
        file: 'test_tables',
        functions: ['test_types', 'test_unsigned_filters', 'test_filters', 'test_starts_with', 'test_multiple_contains_clauses'],
        count: 5,
      },
      { file: 'test_nested', count: 4 },
    ],
  },
  {
    name: '4 update and delete',
    required: true,
    tests: [
      { file: 'test_tables', functions: ['test_update_table', 'test_update_from_select', 'test_external_row_id'], count: 3 },
      { file: 'test_table_in_tx', functions: ['test_update', 'test_delete'], count: 2 },
    ],
  },
  {
    name: '5 paging and splits',
    required: true,
    tests: [{
      file: 'test_tables',
      functions: ['test_select_with_multisplits', 'test_select_with_limit', 'test_select_with_priority', 'test_select_stop', 'test_select_splits_sanity'],
      count: 5,
    }],
  },
  { name: '6 vectors as columns', required: true, tests: [{ file: 'test_fixed_list', count: 48 }] },
  {
    name: '7 sorted tables',
    required: false,
    tests: [{
      file: 'test_tables',
      functions: [
        'test_tables_elysium', 'test_elysium_tx', 'test_tables_elysium_no_such_column', 'test_elysium_double_enable',
        'test_elysium_update_table_tx', 'test_insert_by_columns_sorted',
      ],
      count: 19,
    }],
  },
  { name: '7 sorted tables, after five minutes', required: false, tests: [{ file: 'test_tables', functions: ['test_elysium_splits'], count: 1 }] },
  {
    name: '8 projections',
    required: false,
    tests: [
      { file: 'test_projections', count: 3 },
      { file: 'test_table_in_tx', functions: ['test_projections'], count: 1 },
    ],
  },
  {
    name: 'offline: the SDK itself',
    required: true,
    tests: [{ file: 'test_util', count: 4 }, { file: 'test_ibis_utils', count: 13 }, { file: 'test_by_column_inserter', count: 403 }],
  },
];

/*
 * Left out: test_imports (S3 and imports of Parquet files), catalog, audit log and snapshots (system tables), test_vector_index (needs
 * 5.5), test_adbc_integration and test_vector_search (a native driver with a protocol of its own), test_blob_expansion (skipped by VAST).
 */
