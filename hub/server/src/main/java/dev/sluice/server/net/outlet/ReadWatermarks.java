package dev.sluice.server.net.outlet;

/// Decides when to stop reading from a client: when a number of its messages or bytes are in flight, that is,
/// received and not yet handled. Reading resumes at half of that, because stopping and resuming for each message
/// would cost more than the message. It is stateless, so all connections share one instance.
///
/// @param inFlightMax messages in flight at which reading stops; 1 or more
/// @param bytesMax    bytes in flight at which reading stops; 1 or more
public record ReadWatermarks(int inFlightMax, long bytesMax) {
    public ReadWatermarks {
        if (inFlightMax < 1) throw new IllegalArgumentException("inFlightMax must be 1 or more, was " + inFlightMax);
        if (bytesMax < 1) throw new IllegalArgumentException("bytesMax must be 1 or more, was " + bytesMax);
    }

    /// Returns true if the server should read.
    ///
    /// @param isReading whether the server reads now
    public boolean isOpen(boolean isReading, int inFlight, long bytes) {
        return isReading
                ? inFlight < inFlightMax && bytes < bytesMax
                : inFlight <= inFlightMax / 2 && bytes <= bytesMax / 2;
    }

    /// Starts or stops reading from an outlet. Called on its event loop.
    public void apply(Outlet outlet, int inFlight, long bytes) {
        outlet.setReading(isOpen(outlet.isReading(), inFlight, bytes));
    }
}
