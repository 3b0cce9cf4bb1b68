package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.http.policy.OriginSettings;
import dev.sluice.server.net.Listener;
import dev.sluice.server.reload.ReloadReport;
import dev.sluice.server.reload.RunningConfiguration;
import dev.sluice.server.stats.ServerClock;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What stops or reconfigures a hub without keys, behind a proxy on its own machine.
final class KeylessRouteTest {
    private static final OriginSettings BEHIND_PROXY = new OriginSettings(false, true, Set.of("hub.example"), Set.of());

    /// The request of anybody as a proxy passes it on that leaves a trace, or none.
    private static final List<String> FORWARDED =
            List.of("Host: hub.example\r\nX-Forwarded-For: 192.0.2.1", "Host: hub.example\r\nVia: 1.1 proxy");

    private static final String BARE = "Host: 127.0.0.1";

    private final AtomicInteger reloads = new AtomicInteger();

    private final class Counted implements RunningConfiguration {
        @Override
        public byte[] settings() {
            return new byte[0];
        }

        @Override
        public boolean isReloadable() {
            return true;
        }

        @Override
        public ReloadReport reload(boolean confirmed) {
            reloads.incrementAndGet();
            return ReloadReport.refused(Instant.EPOCH, List.of("a mistake"));
        }

        @Override
        public @Nullable ReloadReport last() {
            return null;
        }
    }

    private Server start(Listener.Role... more) {
        List<Listener> listeners = new ArrayList<>(TestServer.settings(1).listeners());
        for (Listener.Role role : more) listeners.add(new Listener("127.0.0.1", 0, role));
        return Server.start(
                TestServer.settings(1).toBuilder()
                        .listeners(listeners)
                        .security(BEHIND_PROXY)
                        .build(),
                MemoryLog.builder(InstantSource.system()).open(),
                new ServerClock(InstantSource.system(), () -> 0),
                ServerExtensions.none().withConfiguration(new Counted()));
    }

    private static String answer(URI uri, String request, String headers) {
        try (RawClient client = new RawClient(uri.getPort())) {
            client.send(request + " HTTP/1.1\r\n" + headers + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            return client.rest();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/drain?over=3600", "/reload"})
    void isRefusedOnAPublicListenerWhateverTheAddressOfTheCaller(String path) {
        try (Server server = start()) {
            List<String> all = new ArrayList<>(FORWARDED);
            all.add(BARE);
            for (String headers : all) {
                assertThat(answer(server.uri(), "POST " + path, headers))
                        .startsWith("HTTP/1.1 403 ")
                        .contains("admin_port", "SIG");
            }
            assertThat(answer(server.uri(), "GET /readyz", BARE)).startsWith("HTTP/1.1 200 ");
            assertThat(reloads).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/reload", "/drain?over=3600"})
    void isAnsweredOnAnAdminListenerUnlessAProxyPassedItOn(String path) {
        try (Server server = start(Listener.Role.ADMIN)) {
            URI admin = server.uris(Listener.Role.ADMIN).getFirst();
            for (String headers : FORWARDED) {
                assertThat(answer(admin, "POST " + path, headers)).startsWith("HTTP/1.1 403 ");
            }
            assertThat(answer(admin, "POST " + path, BARE)).doesNotStartWith("HTTP/1.1 403 ");
            boolean isDraining = answer(admin, "GET /readyz", BARE).startsWith("HTTP/1.1 503 ");
            assertThat(isDraining || reloads.get() == 1).isTrue();
        }
    }
}
