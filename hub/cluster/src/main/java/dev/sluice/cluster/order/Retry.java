package dev.sluice.cluster.order;

/// The pause between attempts of an action that needs other nodes. Logs a message for the operator if it
/// takes long.
public final class Retry {
    private static final System.Logger LOG = System.getLogger(Retry.class.getName());
    private static final long PAUSE_MS = 250;
    private static final int ATTEMPTS_UNTIL_TOLD = 40;

    private final String what;
    private int attempts;

    /// @param what names what the node waits for, as the beginning of a sentence
    public Retry(String what) {
        this.what = what;
    }

    /// Waits after an attempt that failed.
    public void pause(String why) throws InterruptedException {
        attempts++;
        if (attempts % ATTEMPTS_UNTIL_TOLD == 0) LOG.log(System.Logger.Level.WARNING, what + ": " + why);
        Thread.sleep(PAUSE_MS);
    }
}
