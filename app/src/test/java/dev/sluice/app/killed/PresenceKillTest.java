package dev.sluice.app.killed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Kills a hub with members (SIGKILL): after the restart all are still members, and those that do not reconnect leave.
final class PresenceKillTest {
    private static final String SHADOW = "/channels/$presence/room?as=ndjson&after=";

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    @Timeout(value = 600, threadMode = SEPARATE_THREAD) // A faulty hub would be silent forever.
    void restoresPresenceWithinTheLingerTime() throws Exception {
        try (HubProcess hub = new HubProcess(List.of(), folder.resolve("log"))) {
            join(hub, "alice");
            join(hub, "bob");
            JsonNode before = listOnce(hub, "alice", "bob");

            hub.killAndStart(lingering("1h")); // Long enough even on a slow machine: alice reconnects in time.

            assertThat(list(hub).path("members")).isEqualTo(before.path("members"));
            join(hub, "alice");
            join(hub, "carol");
            Scanner changes = open(hub, SHADOW + before.path("cursor").asString());
            assertThat(next(changes, "carol", false)).doesNotContain("alice");

            hub.killAndStart(lingering("100ms"));

            join(hub, "alice"); // In time or not.
            changes = open(hub, SHADOW + before.path("cursor").asString());
            next(changes, "bob", true);
            next(changes, "carol", true);
            listOnce(hub, "alice");
        } finally {
            client.shutdownNow(); // close() would wait for unread streams.
        }
    }

    private static String lingering(String time) {
        return "--set=subscribe.presence_linger=" + time;
    }

    private void join(HubProcess hub, String name) throws Exception {
        open(hub, "/channels/room?as=ndjson&join=true&client=" + name);
    }

    private Scanner open(HubProcess hub, String path) throws Exception {
        HttpResponse<InputStream> answer = client.send(request(hub, path), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        return new Scanner(answer.body(), StandardCharsets.UTF_8);
    }

    private static HttpRequest request(HubProcess hub, String path) {
        return HttpRequest.newBuilder(URI.create(hub.url() + path))
                .timeout(Duration.ofSeconds(60))
                .build();
    }

    private JsonNode list(HubProcess hub) throws Exception {
        String body = client.send(request(hub, "/presence/room"), HttpResponse.BodyHandlers.ofString())
                .body();
        return new JsonMapper().readTree(body);
    }

    /// The list once it has exactly these members.
    private JsonNode listOnce(HubProcess hub, String... names) throws Exception {
        JsonNode list = list(hub);
        while (!list.path("members").findValuesAsString("client").equals(List.of(names))) {
            LockSupport.parkNanos(20_000_000); // Until a member is taken for gone, which the hub's clock decides.
            list = list(hub);
        }
        return list;
    }

    /// Reads up to a member's join or leave.
    private static String next(Scanner lines, String name, boolean isLeave) {
        StringBuilder read = new StringBuilder();
        while (lines.hasNextLine()) {
            String line = lines.nextLine();
            read.append(line).append('\n');
            if (line.contains("\"key\":\"" + name + "\"") && line.contains("\"removed\":true") == isLeave) {
                return read.toString();
            }
        }
        throw new AssertionError(name + " never came or went:\n" + read);
    }
}
