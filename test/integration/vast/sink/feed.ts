import { setTimeout as sleep } from 'node:timers/promises';
import { CdrNodeType, CdrRat, CdrRecordType, CdrRow, encodeCdr } from '../../../../schemas/generated/Cdr.generated.ts';
import { encodeNetworkLog, NetworkLogEventType, NetworkLogOutcome, NetworkLogRat, NetworkLogRow } from '../../../../schemas/generated/NetworkLog.generated.ts';
import { lookupIds, registryOptions } from '../../../../schemas/registry.ts';
import { Slab } from '../../../../schemas/slab.ts';
import { putWireHeader, WIRE_HEADER_BYTES } from '../../../../schemas/wire.ts';
import { names, type Names } from '../../../../topology/graph/index.ts';
import { LogWriter, type Cluster } from '../../../../topology/log/index.ts';

type Environment = Readonly<Record<string, string>>;

/** Writes CDRs and network logs in transactions, some of which are aborted: what a sink can meet, at any rate. */
export class Feed {
  readonly #cluster: Cluster;
  readonly #names: Names;
  readonly #partitions: number;
  readonly #ids: { readonly cdrs: number; readonly network_logs: number };
  readonly #slab = new Slab();
  readonly #cdr = new CdrRow();
  readonly #log = new NetworkLogRow();
  #sequence = 0;

  private constructor(cluster: Cluster, naming: Names, partitions: number, ids: { readonly cdrs: number; readonly network_logs: number }) {
    this.#cluster = cluster;
    this.#names = naming;
    this.#partitions = partitions;
    this.#ids = ids;
  }

  static async open(cluster: Cluster, env: Environment, partitions: number): Promise<Feed> {
    const found = await lookupIds(registryOptions(env), env.TWIN_PREFIX, ['cdrs', 'network_logs']);
    return new Feed(cluster, names(env.TWIN_PREFIX), partitions, { cdrs: found.get('cdrs')!.id, network_logs: found.get('network_logs')!.id });
  }

  /**
   * @param options.records of each stream per transaction; `abortEvery` n: each nth transaction is aborted
   * @returns records committed
   */
  async write(options: { readonly transactions: number; readonly records: number; readonly pauseMs?: number; readonly abortEvery?: number; readonly signal?: AbortSignal }): Promise<number> {
    const writer = await LogWriter.open(this.#cluster, { transactionalId: `${this.#names.prefix}feed` });
    let committed = 0;
    try {
      for (let transaction = 1; transaction <= options.transactions && options.signal?.aborted !== true; transaction += 1) {
        for (let i = 0; i < options.records; i += 1) await this.#append(writer);
        if (options.abortEvery !== undefined && transaction % options.abortEvery === 0) {
          await writer.flush();
          await writer.abort();
        } else {
          await writer.commit();
          committed += 2 * options.records;
        }
        if (options.pauseMs !== undefined) await sleep(options.pauseMs);
      }
    } finally {
      await writer.close();
    }
    return committed;
  }

  async #append(writer: LogWriter): Promise<void> {
    const n = this.#sequence++;
    const partition = n % this.#partitions;
    const key = Buffer.from(String(100_000_000 + n));
    const time = Date.now();
    fillCdr(this.#cdr, n, time);
    this.#frame(this.#ids.cdrs, () => encodeCdr(this.#slab, this.#cdr));
    let more = writer.append(this.#names.topic('cdrs'), partition, time, key, this.#slab.bytes, 0, this.#slab.position);
    fillLog(this.#log, n, time);
    this.#frame(this.#ids.network_logs, () => encodeNetworkLog(this.#slab, this.#log));
    more = writer.append(this.#names.topic('network_logs'), partition, time, key, this.#slab.bytes, 0, this.#slab.position) && more;
    if (!more) await writer.drained();
  }

  #frame(schemaId: number, encode: () => void): void {
    this.#slab.position = 0;
    this.#slab.ensure(WIRE_HEADER_BYTES);
    this.#slab.position = putWireHeader(this.#slab.bytes, 0, schemaId);
    encode();
  }
}

function fillCdr(row: CdrRow, n: number, time: number): void {
  row.reset();
  row.event_id.text('c').base36(n).char(0x2d).base36(n * 7919);
  row.call_reference.text('v').base36(n * 104_729);
  row.record_type = n % 3 === 0 ? CdrRecordType.DATA : CdrRecordType.VOICE_MO;
  row.node_type = CdrNodeType.MMTEL;
  row.subscriber_id = 100_000_000 + n;
  row.imsi = 1_010_000_000_000 + n;
  row.msisdn = 999_100_000_000 + n;
  row.imei = 350_000_000_000_000 + n;
  row.other_msisdn = n % 2 === 0 ? NaN : 999_100_000_000 + n * 3;
  row.start_time = time;
  row.end_time = time + 15_000;
  row.duration_ms = n % 60_000;
  row.answered = n % 5 !== 0;
  row.rat = CdrRat.LTE;
  row.first_cell_id = 25_600_000 + (n % 999);
  row.downlink_bytes = n * 1_000_003;
  row.currency = 'EUR';
  row.plan = 'Flex 10';
}

function fillLog(row: NetworkLogRow, n: number, time: number): void {
  row.reset();
  row.event_id.text('n').base36(n).char(0x2d).base36(n * 7919);
  row.event_time = time;
  row.event_type = NetworkLogEventType.RRC_SETUP;
  row.outcome = n % 50 === 0 ? NetworkLogOutcome.FAILURE : NetworkLogOutcome.SUCCESS;
  row.subscriber_id = 100_000_000 + n;
  row.imsi = 1_010_000_000_000 + n;
  row.cell_id = 25_600_000 + (n % 999);
  row.rat = NetworkLogRat.LTE;
  row.rsrp_dbm = -60 - (n % 60);
  row.rsrq_db = n % 4 === 0 ? NaN : -10.5;
}
