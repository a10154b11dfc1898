import {
  DashboardCursorSync, FieldColorModeId, MappingType, ThresholdsMode, VariableHide, VariableRefresh,
  type AnnotationQuery, type Dashboard, type Panel, type RowPanel,
} from '@grafana/schema';

/** Units of Grafana's value formatter that the dashboards use. */
export type Unit = 'short' | 's' | 'Bps' | 'bytes' | 'percentunit' | 'cps' | 'reqps' | 'wps' | 'dateTimeFromNow' | 'none';

/** One query of a panel. `legend` is Grafana's template: `{{label}}`. */
export interface Query {
  readonly expr: string;
  readonly legend?: string;
}

/** From this value on, this colour. */
export interface Threshold {
  readonly value: number;
  readonly color: 'green' | 'yellow' | 'orange' | 'red' | 'blue' | 'text';
}

export interface PanelOptions {
  readonly title: string;
  /** What the panel shows, and what to do when it looks bad. */
  readonly description: string;
  readonly queries: readonly Query[];
  readonly unit: Unit;
  /** Columns of 24. */
  readonly width: number;
  readonly height?: number;
  readonly thresholds?: readonly Threshold[];
}

export interface TimeSeriesOptions extends PanelOptions {
  readonly stacked?: boolean;
  readonly min?: number;
  readonly max?: number;
}

export interface StatOptions extends PanelOptions {
  /** Texts for values. */
  readonly texts?: Readonly<Record<string, { readonly text: string; readonly color: Threshold['color'] }>>;
  readonly text?: 'value' | 'name';
  readonly decimals?: number;
}

/** A panel that has no place yet. */
export type Unplaced = Omit<Panel, 'gridPos' | 'id'> & { readonly width: number; readonly height: number };

export interface Section {
  readonly title: string;
  readonly panels: readonly Unplaced[];
}

const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };
const COLUMNS = 24;

/** Firing alerts as marks on every graph. The query's fields belong to the Prometheus plugin, so the schema does not know them. */
const ALERTS: AnnotationQuery & Readonly<Record<'expr' | 'titleFormat' | 'textFormat', string>> = {
  name: 'Alerts', enable: true, hide: false, iconColor: 'red', datasource: DATASOURCE,
  expr: 'ALERTS{alertstate="firing", alertname=~"Twin.*|Vast.*|Kafka.*", namespace=~"$namespace"}',
  titleFormat: '{{alertname}}', textFormat: '{{processor}} {{severity}}',
};

function panel(type: string, options: PanelOptions, height: number): Unplaced {
  const { title, description, queries, width, unit, thresholds } = options;
  return {
    type, title, description, width, height: options.height ?? height,
    datasource: DATASOURCE,
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index), datasource: DATASOURCE, editorMode: 'code', range: true, expr: expr.trim(),
      legendFormat: legend ?? '__auto',
    })),
    fieldConfig: {
      defaults: {
        unit,
        color: { mode: thresholds === undefined || type === 'timeseries' ? FieldColorModeId.PaletteClassic : FieldColorModeId.Thresholds },
        thresholds: {
          mode: ThresholdsMode.Absolute,
          steps: [{ value: null, color: thresholds === undefined ? 'text' : 'green' }, ...(thresholds ?? [])],
        },
      },
      overrides: [],
    },
  };
}

/** Lines over time. Thresholds are drawn as dashed lines. */
export function timeSeries(options: TimeSeriesOptions): Unplaced {
  const made = panel('timeseries', options, 8);
  const { stacked = false, min, max, thresholds, queries } = options;
  made.fieldConfig!.defaults = {
    ...made.fieldConfig!.defaults,
    ...(min === undefined ? { min: 0 } : { min }), ...(max === undefined ? {} : { max }),
    custom: {
      lineWidth: 1, fillOpacity: stacked ? 30 : 8, showPoints: 'never', spanNulls: false,
      stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
      thresholdsStyle: { mode: thresholds === undefined ? 'off' : 'dashed' },
    },
  };
  const single = queries.length === 1 && queries[0].legend === undefined;
  return {
    ...made,
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: !single, calcs: [] },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };
}

/** The newest value, large. */
export function stat(options: StatOptions): Unplaced {
  const made = panel('stat', options, 4);
  const { texts, text = 'value', decimals } = options;
  const { defaults } = made.fieldConfig!;
  if (decimals !== undefined) defaults.decimals = decimals;
  if (texts !== undefined) defaults.mappings = [{ type: MappingType.ValueToText, options: { ...texts } }];
  return {
    ...made,
    options: {
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false }, colorMode: 'value', graphMode: 'none',
      justifyMode: 'center', orientation: 'auto', textMode: text, wideLayout: true,
    },
  };
}

/** One row a series: its labels and the newest value. */
export function table(options: PanelOptions & { readonly columns: Readonly<Record<string, string>> }): Unplaced {
  const made = panel('table', options, 8);
  return {
    ...made,
    targets: made.targets!.map((target) => ({ ...target, range: false, instant: true, format: 'table' })),
    options: { showHeader: true, cellHeight: 'sm' },
    transformations: [{
      id: 'organize',
      options: {
        excludeByName: { Time: true, __name__: true },
        renameByName: options.columns,
        includeByName: Object.fromEntries(Object.keys(options.columns).map((column) => [column, true])),
      },
    }],
  };
}

/** Lays sections out from left to right, top to bottom. */
export function dashboard(
  meta: { readonly uid: string; readonly title: string; readonly description: string; readonly from?: string }, sections: readonly Section[],
): Dashboard {
  const panels: (Panel | RowPanel)[] = [];
  let id = 1;
  let y = 0;
  for (const section of sections) {
    panels.push({ type: 'row', id: id++, title: section.title, collapsed: false, gridPos: { x: 0, y: y++, w: COLUMNS, h: 1 }, panels: [] });
    let x = 0;
    let rowHeight = 0;
    for (const { width, height, ...rest } of section.panels) {
      if (x + width > COLUMNS) {
        y += rowHeight;
        x = 0;
        rowHeight = 0;
      }
      panels.push({ ...rest, id: id++, gridPos: { x, y, w: width, h: height } });
      x += width;
      rowHeight = Math.max(rowHeight, height);
    }
    y += rowHeight;
  }
  return {
    uid: meta.uid, title: meta.title, description: meta.description, tags: ['telco-twin'],
    schemaVersion: 42, version: 1, editable: false, timezone: 'browser', refresh: '10s', graphTooltip: DashboardCursorSync.Crosshair,
    time: { from: meta.from ?? 'now-1h', to: 'now' },
    links: [{
      title: 'telco-twin', type: 'dashboards', tags: ['telco-twin'], asDropdown: true, includeVars: true, keepTime: true,
      icon: 'external link', targetBlank: false, tooltip: '', url: '',
    }],
    templating: {
      list: [
        { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus', current: { text: '', value: '' }, hide: VariableHide.dontHide },
        {
          name: 'namespace', label: 'Namespace', type: 'query', datasource: DATASOURCE, refresh: VariableRefresh.onTimeRangeChanged, hide: VariableHide.dontHide,
          query: { query: 'label_values(twin_build_info, namespace)', refId: 'namespace' },
          includeAll: true, allValue: '.*', current: { text: 'All', value: '$__all' },
        },
      ],
    },
    annotations: {
      list: [ALERTS],
    },
    panels,
  };
}
