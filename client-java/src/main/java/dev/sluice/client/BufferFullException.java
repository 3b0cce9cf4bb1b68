package dev.sluice.client;

/** So much waits to be sent that there is no room for more: wait for some of it, or do without this event. */
public final class BufferFullException extends SluiceException {
    private static final long serialVersionUID = 1;

    BufferFullException(long neededBytes, long keptBytes, long keptBytesMax) {
        super(
                "No room for " + neededBytes + " bytes more: " + keptBytes + " wait to be sent, the limit is "
                        + keptBytesMax + ". Wait for the events before, or raise keptBytesMax.",
                null);
    }
}
