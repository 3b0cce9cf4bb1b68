package dev.sluice.client;

/**
 * The send buffer is full ({@link ClientBuilder#keptBytesMax}).
 * Wait for earlier publishes to complete, or drop this event.
 */
public final class BufferFullException extends SluiceException {
    private static final long serialVersionUID = 1;

    BufferFullException(long neededBytes, long keptBytes, long keptBytesMax) {
        super(
                "The send buffer has no room for " + neededBytes + " more bytes: it holds " + keptBytes
                        + ", the limit is " + keptBytesMax
                        + ". Wait for earlier publishes to complete, or raise keptBytesMax.",
                false,
                null);
    }
}
