package dev.sluice.server.publish;

import dev.sluice.core.budget.Budget;
import dev.sluice.server.http.InFlightBytes;

/// The limits of publishing. Each is a setting.
///
/// @param eventBytesMax       the maximum size of one event's data; larger data is answered with `413`
/// @param atomicLinesMax      the maximum number of lines of an atomic batch
/// @param atomicBytesMax      the maximum size of an atomic batch's body
/// @param inFlightBytesMax    the budget of all publishes in flight; beyond it, new ones get a `503` if there is
///                            no slow publish left to evict
/// @param unacknowledgedMax   the number of unacknowledged events at which reading from an upload pauses
/// @param unacknowledgedBytes the same in bytes of data, also for a WebSocket or session
/// @param leasesMax           the maximum number of leases of channels; a further one is answered with `503`
public record PublishSettings(
        int eventBytesMax,
        int atomicLinesMax,
        int atomicBytesMax,
        long inFlightBytesMax,
        int unacknowledgedMax,
        int unacknowledgedBytes,
        int leasesMax) {
    public static final PublishSettings DEFAULTS =
            new PublishSettings(1 << 20, 1000, 8 << 20, Budget.IN_FLIGHT.limit(), 256, 1 << 20, Budget.LEASES.count());

    /// Creates the budget for all publishes in flight.
    public InFlightBytes inFlight() {
        return new InFlightBytes(inFlightBytesMax, "publish.in_flight_max");
    }

    /// The maximum length of a line of a batch, or of a message that publishes: an event's data as Base64 or with
    /// some escapes, and 16 KiB for the other members.
    public int lineBytesMax() {
        return 2 * eventBytesMax + (16 << 10);
    }
}
