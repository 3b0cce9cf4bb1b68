package dev.sluice.server.clients;

import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.sse.InboundSseEvent;
import jakarta.ws.rs.sse.SseEventSource;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Jersey's `SseEventSource`, on `HttpURLConnection`: comes back by itself. It hands on blocks without data as events
/// that are empty (against WHATWG HTML §9.2.6), so that an event whose data is empty looks like a heartbeat.
enum JerseyClient implements ForeignClient {
    INSTANCE;

    @Override
    public Run follow(URI channel, @Nullable String lastId, Seen seen) {
        Client client = ClientBuilder.newClient();
        SseEventSource source = SseEventSource.target(client.target(channel))
                .reconnectingEvery(100, TimeUnit.MILLISECONDS)
                .build();
        source.register(
                event -> take(event, seen), failure -> seen.note("failed: " + failure), () -> seen.ended("complete"));
        source.open();
        return () -> {
            source.close();
            client.close();
        };
    }

    private static void take(InboundSseEvent event, Seen seen) {
        if (event.isEmpty()) seen.place(event.getId());
        else if (event.getName() == null) seen.event(event.getId(), event.readData());
        else seen.note(event.getName() + " " + event.readData());
    }

    @Override
    public boolean seesEmptyData() {
        return false;
    }

    @Override
    public boolean returnsByItself() {
        return true;
    }
}
