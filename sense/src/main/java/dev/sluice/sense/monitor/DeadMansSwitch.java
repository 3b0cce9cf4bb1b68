package dev.sluice.sense.monitor;

import dev.sluice.sense.check.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Tells a dead man's switch once a minute that Sense is well. The switch alerts when it is told no more. This has a
/// thread of its own: a service that takes its time must delay nothing else.
final class DeadMansSwitch implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(60);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final Supplier<Optional<URI>> address;
    private final BooleanSupplier isWell;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1) // Some servers refuse an upgrade to HTTP/2.
            .build();
    private final Thread thread = Thread.ofVirtual().name("sense switch").unstarted(this::loop);
    private volatile String problem = "";

    /// @param address empty: there is no switch
    /// @param isWell  whether checks run and alerts can be sent
    DeadMansSwitch(Supplier<Optional<URI>> address, BooleanSupplier isWell) {
        this.address = address;
        this.isWell = isWell;
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
        URI uri = address.get().orElse(null);
        if (uri == null || !isWell.getAsBoolean()) return "";
        try {
            var request = HttpRequest.newBuilder(uri).timeout(TIMEOUT).build();
            HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
            response.body().close(); // It is not read, and may never end.
            return response.statusCode() / 100 == 2 ? "" : "status " + response.statusCode();
        } catch (IOException | RuntimeException failed) { // The next minute may be better, and must come.
            if (Thread.interrupted()) throw new InterruptedException();
            return "no answer: " + Reason.ofSecret(failed);
        }
    }

    /// Returns why the switch could not be told, in a few words; empty if it could.
    String problem() {
        return problem;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
