package dev.sluice.app.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.client.Event;
import dev.sluice.client.Message;
import dev.sluice.client.Publication;
import dev.sluice.client.RefusedException;
import dev.sluice.client.SluiceClient;
import dev.sluice.client.SubscribeRequest;
import dev.sluice.client.Transport;
import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Principal;
import dev.sluice.core.log.Log;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.Server;
import dev.sluice.server.ServerExtensions;
import dev.sluice.server.TestServer;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.stats.ServerClock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The Java client at a hub whose tokens end during a stream: the hub accepts only the newest token, and a
/// new one ends the streams of the former one.
final class TokenRenewalTest {
    private static final int EVENTS = 40;

    private final AtomicInteger newest = new AtomicInteger(1);
    private final AtomicInteger requested = new AtomicInteger();
    private final Log log = MemoryLog.builder(InstantSource.system()).open();
    private final Server server = Server.start(
            TestServer.settings(2),
            log,
            ServerClock.system(),
            ServerExtensions.none().withAccess((exchange, route) -> {
                String shown = exchange.request().header("Authorization").orElse("");
                if (shown.equals("Bearer token" + newest.get())) {
                    exchange.setGrant(Grant.of(new Principal(shown.substring(7), ""), Permissions.ALL));
                    route.handle(exchange);
                } else {
                    route.refuse(exchange, Problems.BAD_TOKEN.of("Not the newest token."));
                }
            }));

    @AfterEach
    void close() {
        server.close();
        log.close();
    }

    private SluiceClient client() {
        return SluiceClient.builder(server.uri())
                .backoff(Duration.ofMillis(5), Duration.ofMillis(50))
                .token(() -> {
                    requested.incrementAndGet();
                    return "token" + newest.get();
                })
                .build();
    }

    private void endToken() {
        String old = "token" + newest.getAndIncrement();
        server.hub()
                .revoke(grant -> grant.principal().name().equals(old))
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    /// Raw text has no cursors, so it can't resume after any loss.
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "TEXT")
    void deliversEachEventOnceWhenItsTokenExpiresMidStream(Transport transport) throws Exception {
        List<String> received = new ArrayList<>();
        List<String> sent = new ArrayList<>();
        var request = SubscribeRequest.to("news").fromEarliest().over(transport);
        if (transport == Transport.POLL) request = request.pollEvery(Duration.ofMillis(5));
        try (var client = client();
                var events = client.subscribe(request)) {
            var messages = events.iterator();
            for (int i = 0; i < EVENTS; i++) {
                sent.add("n" + i);
                client.publish(Publication.text("news", "n" + i));
                // At different distances from the next read, so also while events wait in the connection.
                if (i % 8 == 5) endToken();
                if (i % 3 == 0) receive(messages, received, sent.size());
            }
            receive(messages, received, sent.size());
        }
        assertThat(received).isEqualTo(sent);
        assertThat(requested.get()).isGreaterThan(EVENTS / 8);
    }

    private static void receive(Iterator<Message> messages, List<String> into, int count) {
        while (into.size() < count && messages.next() instanceof Event event) into.add(event.text());
    }

    @Test
    void givesUpAfterSeveralRefusedTokens() {
        AtomicInteger tries = new AtomicInteger();
        try (var client = SluiceClient.builder(server.uri())
                .backoff(Duration.ofMillis(1), Duration.ofMillis(2))
                .token(() -> "wrong" + tries.incrementAndGet())
                .build()) {
            assertThatThrownBy(() -> client.publish(Publication.text("news", "x")))
                    .isInstanceOf(RefusedException.class);
            assertThat(tries.get()).isEqualTo(2);
        }
    }

    @Test
    void renewsItsTokenForAQuery() throws Exception {
        try (var client = client()) {
            client.publish(Publication.text("news", "x"));
            newest.incrementAndGet();
            assertThat(client.channels()).contains("news");
        }
    }
}
