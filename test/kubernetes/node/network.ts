/** Addresses of the node's own network, which nothing leaves: it is a namespace of its own, without a route out. */
export const NODE_NAME = 'node1';
export const NODE_ADDRESS = '10.99.0.1';
export const POD_CIDR = '10.99.1.0/24';
export const SERVICE_CIDR = '10.96.0.0/16';
/** The Service `kubernetes`: the first address of the range. */
export const API_SERVICE_ADDRESS = '10.96.0.1';
export const DNS_ADDRESS = '10.96.0.10';
export const API_PORT = 6443;
