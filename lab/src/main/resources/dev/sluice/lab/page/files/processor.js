// Whether the processor time of events can be told from the hub's own work, for the table and the recommendation alike.

/**
 * What the hub takes while nothing happens varies from second to second by about as much as itself: less than that is no figure.
 *
 * @param ownCpuUs of the hub without clients, per second; null: this system does not tell
 * @param traffic  a lane's in one direction; null: there was none
 */
export const isTold = (ownCpuUs, traffic) => ownCpuUs !== null && traffic !== null && traffic.cpuUs !== null && (traffic.cpuUs * traffic.events) / traffic.seconds > ownCpuUs;
