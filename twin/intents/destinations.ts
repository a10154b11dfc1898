/** Where a call or text goes. Order is that of the Avro enum. */
export const Destination = {
  ON_NET: 1, OFF_NET: 2, INTERNATIONAL: 3, PREMIUM: 4, SHORT_CODE: 5, EMERGENCY: 6,
} as const;
export type Destination = (typeof Destination)[keyof typeof Destination];

/** Shares of outgoing calls by destination. An assumption for an operator with a third of its market. */
const CALL_SHARES: readonly { readonly destination: Destination; readonly share: number }[] = [
  { destination: Destination.ON_NET, share: 0.5 },
  { destination: Destination.OFF_NET, share: 0.445 },
  { destination: Destination.INTERNATIONAL, share: 0.02 },
  { destination: Destination.SHORT_CODE, share: 0.03 },
  { destination: Destination.PREMIUM, share: 0.003 },
  { destination: Destination.EMERGENCY, share: 0.002 },
];

/** Destination of an outgoing call, picked by a uniform. */
export function callDestination(u: number): Destination {
  let rest = u;
  for (const { destination, share } of CALL_SHARES) {
    if (rest < share) return destination;
    rest -= share;
  }
  return Destination.ON_NET;
}

/** The number of the invented outside world: another operator's +999 range, international test ranges, services. */
export function outsideNumber(destination: Destination, bits: number): number {
  switch (destination) {
    case Destination.INTERNATIONAL:
      return 999_000_000_000_000 + (bits % 1_000_000_000);
    case Destination.PREMIUM:
      return 999_090_000_000 + (bits % 10_000);
    case Destination.SHORT_CODE:
      return 50_000 + (bits % 40);
    case Destination.EMERGENCY:
      return 112;
    default:
      return 999_010_000_000 + (bits % 80_000_000);
  }
}
