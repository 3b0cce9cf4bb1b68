package dev.sluice.sense.monitor;

import dev.sluice.sense.check.OpenWebResponse;
import dev.sluice.sense.check.Reason;
import dev.sluice.sense.check.WebClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import okhttp3.HttpUrl;
import okhttp3.Request;

/// Sends a sign of life to a dead man's switch once a minute while Sense works. The switch alerts when the
/// signs stop. The requests have a separate thread, because a slow service must not delay anything else.
final class DeadMansSwitch implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(60);

    private final Supplier<Optional<HttpUrl>> address;
    private final BooleanSupplier isWell;
    private final WebClient client;
    private final Thread thread = Thread.ofVirtual().name("sense switch").unstarted(this::loop);
    private volatile String problem = "";

    /// @param address empty if there is no switch
    /// @param isWell  returns true if checks run and alerts can be sent
    DeadMansSwitch(Supplier<Optional<HttpUrl>> address, BooleanSupplier isWell, WebClient client) {
        this.address = address;
        this.isWell = isWell;
        this.client = client;
    }

    void start() {
        thread.start();
    }

    private void loop() {
        try {
            while (true) {
                problem = tell();
                Thread.sleep(PERIOD);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private String tell() throws InterruptedException {
        HttpUrl url = address.get().orElse(null);
        if (url == null || !isWell.getAsBoolean()) return "";
        var request = new Request.Builder().url(url).build();
        try (OpenWebResponse answer = client.send(request, false, WebClient.ALERT_TIMEOUT)) {
            return answer.status() / 100 == 2
                    ? ""
                    : "status " + answer.status(); // The body is not read, because it may never end.
        } catch (IOException | RuntimeException failed) { // The thread must survive for the next attempt in a minute.
            if (Thread.interrupted()) throw new InterruptedException();
            return "no answer: " + Reason.ofSecret(failed);
        }
    }

    /// Returns a short reason why the switch did not receive the last sign; empty if it did.
    String problem() {
        return problem;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
