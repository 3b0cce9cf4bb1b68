package dev.sluice.server.publish;

import dev.sluice.core.budget.Budget;
import dev.sluice.server.http.InFlightBytes;

/// The limits of publishing. Each is a setting.
///
/// @param eventBytesMax       of one event's data; more is `413`
/// @param atomicLinesMax      of a batch that is to be placed whole
/// @param atomicBytesMax      of such a batch as it is sent
/// @param underWayBytesMax    of all publishes that are not in the log yet; more is `503`, once nothing slow is left to
///                            give way
/// @param unacknowledgedMax   events of one upload that are not in the log yet; then the upload is held up
/// @param unacknowledgedBytes likewise in bytes of data, also of a WebSocket or session
public record PublishSettings(
        int eventBytesMax,
        int atomicLinesMax,
        int atomicBytesMax,
        long underWayBytesMax,
        int unacknowledgedMax,
        int unacknowledgedBytes) {
    public static final PublishSettings DEFAULTS =
            new PublishSettings(1 << 20, 1000, 8 << 20, Budget.IN_FLIGHT.limit(), 256, 1 << 20);

    /// The budget for all publishes that are not in the log yet.
    public InFlightBytes inFlight() {
        return new InFlightBytes(underWayBytesMax, "publish.under_way_max");
    }

    /// The longest line of a batch, or message of a client that publishes: an event's data as Base64 or with a few
    /// escapes, and what stands around it.
    public int lineBytesMax() {
        return 2 * eventBytesMax + (16 << 10);
    }
}
