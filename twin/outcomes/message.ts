import { Draw } from '../random/draw.ts';
import { Purpose } from '../random/purpose.ts';
import type { Destination } from '../intents/destinations.ts';
import type { MessageTable } from '../intents/message-book.ts';
import { Whereabouts } from '../mobility/whereabouts.ts';
import type { Causes } from '../scenarios/causes.ts';
import type { World } from '../world.ts';

/** No phone is switched off while it signals, ms. */
const SIGNALLING = 700;

/** What came of one text message. A cursor; the same fields for the owner of either party. */
export class MessageOutcome {
  exists = false;
  delivered = false;
  sender = -1;
  recipient = -1;
  destination: Destination = 1;
  outside = 0;
  /** Submission by the sender (or arrival from outside), and delivery to the recipient or the failed try. Event time, ms. */
  submitted = 0;
  completed = 0;
  /** Serving cells, or -1. */
  senderCell = -1;
  recipientCell = -1;
  /** Positions on the plane, km, where the cell is not -1. */
  senderX = 0;
  senderY = 0;
  recipientX = 0;
  recipientY = 0;

  readonly #whereabouts: Whereabouts;
  readonly #draw: Draw;

  constructor(world: World) {
    this.#whereabouts = new Whereabouts(world);
    this.#draw = new Draw(world.config.seed);
  }

  evaluate(table: MessageTable, j: number, causes: Causes): boolean {
    const whereabouts = this.#whereabouts;
    const sender = table.sender[j];
    const recipient = table.recipient[j];
    const submitted = table.start(j);
    this.sender = sender;
    this.recipient = recipient;
    this.destination = table.destination[j] as Destination;
    this.outside = table.outside(j);
    this.submitted = submitted;
    this.senderCell = this.recipientCell = -1;
    this.exists = sender < 0 || whereabouts.isReachable(sender, submitted, causes, SIGNALLING);
    if (!this.exists) return false;
    if (sender >= 0) {
      this.senderCell = whereabouts.cell;
      this.senderX = whereabouts.x;
      this.senderY = whereabouts.y;
    }
    const draw = this.#draw.at(Purpose.messageOutcome, table.owner(j), table.hour * 32 + table.ordinal[j]);
    this.completed = submitted + 700 + Math.floor(3_000 * draw.exponential());
    this.delivered = true;
    if (recipient >= 0) {
      this.delivered = whereabouts.isReachable(recipient, this.completed - 400, causes, SIGNALLING);
      if (this.delivered) {
        this.recipientCell = whereabouts.cell;
        this.recipientX = whereabouts.x;
        this.recipientY = whereabouts.y;
      }
    }
    return true;
  }
}
