// Decides whether the processor time of events can be distinguished from the hub's own work, for the table
// and the recommendation alike.

/**
 * Returns true if the processor time of the events is more than noise: an idle hub's processor time varies
 * from second to second by about its own size.
 *
 * @param ownCpuUs the hub's processor time without clients, per second; null if the system does not report it
 * @param traffic  the figures of a lane in one direction; null if there were none
 */
export const isTold = (ownCpuUs, traffic) => ownCpuUs !== null && traffic !== null && traffic.cpuUs !== null && (traffic.cpuUs * traffic.events) / traffic.seconds > ownCpuUs;
