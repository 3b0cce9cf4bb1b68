package dev.sluice.client;

/**
 * The connection was lost on a transport without cursors after data had arrived, so that the position is unknown. Start
 * again from a known position, or use a transport with cursors.
 */
public final class PositionLostException extends SluiceException {
    private static final long serialVersionUID = 1;

    PositionLostException(Throwable cause) {
        super(
                "The connection was lost (" + cause.getMessage() + "), and a raw stream has no cursor to resume from."
                        + " Start again, or subscribe over a transport with cursors.",
                false,
                cause);
    }
}
