package dev.sluice.sense.mirror;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Whether events arrive from the other hub. Sense publishes how it does there once a second, and that comes
/// back: a link without any event for longer is broken, also if it looks open.
final class LinkWatch implements AutoCloseable {
    /// Less than the three seconds after which a server is silent.
    static final long SILENCE_MAX_MS = 2_500;

    private static final long LOOK_MS = 200;

    private final Consumer<Boolean> connected;
    private final LongSupplier elapsedMs;
    private final Thread thread = Thread.ofVirtual().name("sense link").unstarted(this::loop);
    private volatile long aliveMs = Long.MIN_VALUE;
    private volatile String reason = "not connected yet";

    /// @param connected called when it changes, and at the start
    LinkWatch(Consumer<Boolean> connected, LongSupplier elapsedMs) {
        this.connected = connected;
        this.elapsedMs = elapsedMs;
    }

    void start() {
        thread.start();
    }

    /// Notes that an event has arrived.
    void alive() {
        aliveMs = elapsedMs.getAsLong();
    }

    /// Notes why there may be no events.
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
