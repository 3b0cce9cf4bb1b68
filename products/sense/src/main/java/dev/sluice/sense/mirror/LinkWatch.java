package dev.sluice.sense.mirror;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Detects whether events arrive from the other hub. Sense publishes its own state there once a second and
/// receives it back, so a link on which nothing arrives for longer is broken, even if it looks open.
final class LinkWatch implements AutoCloseable {
    /// Less than the three seconds after which a server counts as silent.
    static final long SILENCE_MAX_MS = 2_500;

    private static final long LOOK_MS = 200;

    private final Consumer<Boolean> connected;
    private final LongSupplier elapsedMs;
    private final Thread thread = Thread.ofVirtual().name("sense link").unstarted(this::loop);
    private volatile long aliveMs = Long.MIN_VALUE;
    private volatile String reason = "not connected yet";

    /// @param connected called at the start and after each change
    LinkWatch(Consumer<Boolean> connected, LongSupplier elapsedMs) {
        this.connected = connected;
        this.elapsedMs = elapsedMs;
    }

    void start() {
        thread.start();
    }

    /// Records that an event has arrived.
    void alive() {
        aliveMs = elapsedMs.getAsLong();
    }

    /// Records why there may be no events.
    void failed(String why) {
        reason = why;
    }

    boolean isAlive() {
        long last = aliveMs;
        return last != Long.MIN_VALUE && elapsedMs.getAsLong() - last < SILENCE_MAX_MS;
    }

    String problem() {
        return isAlive() ? "" : reason;
    }

    private void loop() {
        boolean was = false;
        connected.accept(false);
        try {
            while (true) {
                boolean is = isAlive();
                if (is != was) connected.accept(is);
                was = is;
                Thread.sleep(LOOK_MS);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
