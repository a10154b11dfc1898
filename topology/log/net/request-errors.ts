/** Told of every request that a broker refused (Kafka's name of the error), or that got no answer (`TRANSPORT`). Never throws. */
export type RequestErrorObserver = (error: string) => void;

const observers = new Set<RequestErrorObserver>();

/** Observes the requests of all connections of this process. Returns the function that ends it. */
export function observeRequestErrors(observer: RequestErrorObserver): () => void {
  observers.add(observer);
  return () => { observers.delete(observer); };
}

export function noteRequestError(error: string): void {
  for (const observer of observers) observer(error);
}
