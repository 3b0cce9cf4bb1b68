package dev.sluice.client;

/**
 * The line was lost on a transport that carries no cursors, after something had come: where to go on is unknown. Start
 * over from a place that you know, or use another transport.
 */
public final class PlaceLostException extends SluiceException {
    private static final long serialVersionUID = 1;

    PlaceLostException(Throwable cause) {
        super(
                "The line was lost (" + cause.getMessage() + "), and a raw stream has no cursor to resume from."
                        + " Start over, or subscribe over a transport that carries cursors.",
                cause);
    }
}
