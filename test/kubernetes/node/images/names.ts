/** Images made here for the parts of the bed that are not the project's. */
export const KAFKA_IMAGE = 'telco-twin-kafka:local';
