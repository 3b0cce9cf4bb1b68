package dev.sluice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.access.Credential;
import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permission;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Principal;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Retention;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.http.AccessFilter;
import dev.sluice.storage.RocksLog;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Callers create all the channels that they can, and a bystander still creates some. Over real sockets; callers are
/// names.
final class ChannelShareTest {
    private static final int CHANNELS = 40;
    private static final Duration AGE_MAX = Duration.ofMinutes(1);

    /// May publish to all channels, and create three at a time in its own room.
    private static final Permissions BOUNDED = Permissions.of(Map.of(
            Verb.PUBLISH,
            List.of(
                    Permission.on(Pattern.of("open/**")),
                    new Permission(Pattern.of("rooms/**"), null, null, 3),
                    new Permission(Pattern.of("rooms/*/notes"), "note", null, 5))));

    private static final AccessFilter BY_NAME = (exchange, route) -> {
        String address = exchange.remoteAddress().getAddress().getHostAddress();
        String name = exchange.request().header("x-user").orElse("");
        Principal caller = new Principal(name, address);
        exchange.setGrant(
                switch (name) {
                    case "bounded" -> Grant.of(caller, BOUNDED);
                    case "backend" ->
                        Grant.of(caller, Permissions.ALL)
                                .by(new Credential("backend", "", null, null), InstantSource.system());
                    default -> Grant.of(caller, Permissions.ALL);
                });
        route.handle(exchange);
    };

    enum Storage {
        MEMORY,
        DISK
    }

    @TempDir
    private Path folder;

    private final AtomicLong nowMs = new AtomicLong(1_000_000);
    private final InstantSource clock = () -> Instant.ofEpochMilli(nowMs.get());

    @AutoClose
    private TestServer server;

    private void start(Storage storage) {
        Retention rule = new Retention(AGE_MAX, Long.MAX_VALUE, Long.MAX_VALUE);
        Log log = switch (storage) {
            case MEMORY ->
                MemoryLog.builder(clock)
                        .retention(_ -> rule)
                        .limits(limits -> limits.channelsMax(CHANNELS))
                        .open();
            case DISK ->
                RocksLog.builder(folder)
                        .clock(clock)
                        .retention(_ -> rule)
                        .limits(limits -> limits.channelsMax(CHANNELS))
                        .reserveBytes(0)
                        .open();
        };
        server = TestServer.start(log, TestServer.settings(2), BY_NAME);
    }

    private HttpResponse<String> publish(String user, String channel, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "x-user";
        all[1] = user;
        System.arraycopy(headers, 0, all, 2, headers.length);
        return server.post("/channels/" + channel, "x", all);
    }

    private HttpResponse<String> batch(String user, String query, int from, int to) {
        String lines = IntStream.range(from, to)
                .mapToObj(i -> "{\"channel\":\"rooms/" + user + "/" + i + "\",\"data\":1}\n")
                .collect(Collectors.joining());
        return server.post("/channels" + query, lines, "x-user", user, "content-type", "application/x-ndjson");
    }

    /// Creates as many channels as the caller may, and returns their number.
    private int exhaust(String user) {
        HttpResponse<String> answer = batch(user, "", 0, CHANNELS);
        assertThat(answer.statusCode()).isEqualTo(429);
        String count = answer.body().replaceAll("(?s).*\"count\": ?(\\d+).*", "$1");
        return Integer.parseInt(count);
    }

    @ParameterizedTest
    @EnumSource
    void leavesChannelsForOtherCallers(Storage storage) {
        start(storage);
        HttpResponse<String> whole = batch("mallory", "?atomic=true", 0, CHANNELS / 4 + 1);
        assertThat(whole.statusCode()).isEqualTo(429);
        assertThat(whole.body()).contains("\"count\":0").contains("\"line\":11");
        assertThat(server.log().channelsKept()).isZero();

        HttpResponse<String> refused = batch("mallory", "", 0, CHANNELS);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).contains("60");
        assertThat(refused.body())
                .contains("/problems/too-many", "10 channels that it created", "40 channels", "limits.caller_share")
                .contains("\"count\":10")
                .contains("\"line\":11");
        assertThat(publish("mallory", "one-more").statusCode()).isEqualTo(429);
        assertThat(publish("mallory", "rooms/mallory/1").statusCode()).isEqualTo(201);
        for (int i = 0; i < 5; i++)
            assertThat(publish("alice", "rooms/alice/" + i).statusCode()).isEqualTo(201);
        assertThat(publish("mallory", "rooms/alice/0").statusCode()).isEqualTo(201);
        assertThat(server.get("/metrics").body())
                .containsPattern("sluice_publishes_not_placed_total\\{outcome=\"refused-channel-share\"} [1-9]");
    }

    @ParameterizedTest
    @EnumSource
    void servesOtherCallersWhileManyCallersUseTheirWholeShare(Storage storage) {
        start(storage);
        for (int i = 0; i < 8; i++) exhaust("mallory" + i);
        assertThat(publish("alice", "rooms/alice").statusCode()).isEqualTo(201);
    }

    @ParameterizedTest
    @EnumSource
    void freesTheShareOfACallerWhenChannelsAreDeletedOrEmptied(Storage storage) {
        start(storage);
        assertThat(exhaust("mallory")).isEqualTo(CHANNELS / 4);
        HttpResponse<String> deleted =
                server.send("DELETE", "/channels?match=rooms/mallory/*&expect=10", "", "x-user", "root");
        assertThat(deleted.statusCode()).isEqualTo(200);
        assertThat(exhaust("mallory")).isEqualTo(CHANNELS / 4);

        nowMs.addAndGet(2 * AGE_MAX.toMillis());
        server.log().maintain();
        Await.that(() -> server.log().channelsKept() == 0);
        assertThat(exhaust("mallory")).isEqualTo(CHANNELS / 4);
    }

    @ParameterizedTest
    @EnumSource
    void doesNotCountPublishesThatCreateNothing(Storage storage) {
        start(storage);
        for (int i = 0; i < CHANNELS; i++) {
            assertThat(publish("mallory", "never/" + i, "If-Match", "\"e.1\"").statusCode())
                    .isEqualTo(412);
        }
        assertThat(exhaust("mallory")).isEqualTo(CHANNELS / 4);
    }

    @ParameterizedTest
    @EnumSource
    void limitsTheChannelsOfACallerByItsGrant(Storage storage) {
        start(storage);
        HttpResponse<String> refused = batch("bounded", "", 0, 4);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body())
                .contains("/problems/too-many", "3 channels that it created", "permits 3 (channels_max)")
                .contains("\"count\":3");
        // The most generous permission counts.
        assertThat(publish("bounded", "rooms/a/notes").statusCode()).isEqualTo(429);
        assertThat(publish("bounded", "rooms/a/notes?type=note").statusCode()).isEqualTo(201);
        assertThat(publish("bounded", "open/a").statusCode()).isEqualTo(201);
    }

    @ParameterizedTest
    @EnumSource
    void doesNotLimitTheBackendOfAnOperator(Storage storage) {
        start(storage);
        assertThat(batch("backend", "", 0, CHANNELS).statusCode()).isEqualTo(200);
        HttpResponse<String> full = publish("alice", "one-more");
        assertThat(full.statusCode()).isEqualTo(503);
        assertThat(full.body()).contains("storage.channels_max");
    }
}
