package dev.sluice.server.clients;

import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.sse.InboundSseEvent;
import jakarta.ws.rs.sse.SseEventSource;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Jersey's `SseEventSource`, on `HttpURLConnection`, which reconnects on its own. It delivers blocks without data
/// as empty events (against WHATWG HTML §9.2.6), so an event whose data is empty looks like a heartbeat.
enum JerseyClient implements ForeignClient {
    INSTANCE;

    @Override
    public Run follow(URI channel, @Nullable String lastId, ReceivedEvents received) {
        Client client = ClientBuilder.newClient();
        SseEventSource source = SseEventSource.target(client.target(channel))
                .reconnectingEvery(100, TimeUnit.MILLISECONDS)
                .build();
        source.register(
                event -> handle(event, received),
                failure -> received.note("failed: " + failure),
                () -> received.ended("complete"));
        source.open();
        return () -> {
            source.close();
            client.close();
        };
    }

    private static void handle(InboundSseEvent event, ReceivedEvents received) {
        if (event.isEmpty()) received.cursor(event.getId());
        else if (event.getName() == null) received.event(event.getId(), event.readData());
        else received.note(event.getName() + " " + event.readData());
    }

    @Override
    public boolean deliversEmptyData() {
        return false;
    }

    @Override
    public boolean reconnects() {
        return true;
    }
}
