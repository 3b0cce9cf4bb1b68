// Decides whether the processor time of events is distinguishable from the hub's own work, for table and recommendation alike.

/**
 * An idle hub's processor time varies from second to second by about its own size: a smaller difference is noise.
 *
 * @param ownCpuUs of the hub without clients, per second; null if the system does not report it
 * @param traffic  a lane's in one direction; null: there was none
 */
export const isTold = (ownCpuUs, traffic) => ownCpuUs !== null && traffic !== null && traffic.cpuUs !== null && (traffic.cpuUs * traffic.events) / traffic.seconds > ownCpuUs;
