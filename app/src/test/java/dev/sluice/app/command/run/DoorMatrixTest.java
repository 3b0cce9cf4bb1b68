package dev.sluice.app.command.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.command.Running;
import dev.sluice.app.command.Terminal;
import dev.sluice.server.auth.identity.StaticKeys;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Scanner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The same grants permit the same through each door: the hub's own paths, Durable Streams, Mercure and Pusher. All
/// of them read and publish one channel, which is Mercure's topic and Pusher's channel `private-a`.
final class DoorMatrixTest {
    private static final String EVERYTHING = "'publish':['*'],'subscribe':['*']";

    /// Who asks, and what a grant of the hub and a token of Mercure permit.
    enum Caller {
        NOBODY(false, false, "", ""),
        OF_ANOTHER_CHANNEL(
                false,
                false,
                "subscribe = [\"mercure/private-b\"]\npublish = [\"mercure/private-b\"]",
                "'subscribe':['private-b'],'publish':['private-b']"),
        READER(true, false, "subscribe = [\"mercure/private-a\"]", "'subscribe':['private-a']"),
        PUBLISHER(false, true, "publish = [\"mercure/*\"]", "'publish':['{any}']"),
        BOTH(true, true, "subscribe = [\"mercure/**\"]\npublish = [\"mercure/**\"]", EVERYTHING);

        final boolean reads;
        final boolean publishes;
        final String grant;
        final String claim;

        Caller(boolean reads, boolean publishes, String grant, String claim) {
            this.reads = reads;
            this.publishes = publishes;
            this.grant = grant;
            this.claim = claim;
        }
    }

    interface Door {
        /// The credential of a caller; empty for none.
        String credential(Caller caller);

        /// Tells a credential of this kind from those of other doors.
        boolean isOwn(String credential);

        boolean reads(String credential) throws Exception;

        boolean publishes(String credential) throws Exception;
    }

    @TempDir
    private Path folder;

    private final Map<Caller, String> keys = new EnumMap<>(Caller.class);
    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void permitsTheSameThroughEachDoor() throws Exception {
        try (var hub = start();
                client) {
            for (Door door : doors(hub)) {
                for (Caller each : Caller.values()) {
                    String credential = door.credential(each);
                    assertThat(door.reads(credential))
                            .as(door + " reads for " + each)
                            .isEqualTo(each.reads);
                    assertThat(door.publishes(credential))
                            .as(door + " publishes for " + each)
                            .isEqualTo(each.publishes);
                }
            }
            client.shutdownNow();
        }
    }

    @Test
    void takesNoCredentialOfAnotherDoor() throws Exception {
        try (var hub = start();
                client) {
            for (Door door : doors(hub)) {
                for (String other : List.of(keys.get(Caller.BOTH), MercureTokens.of(EVERYTHING), PusherDoor.SECRET)) {
                    if (door.isOwn(other)) continue;
                    assertThat(door.reads(other)).as(door + " reads").isFalse();
                    assertThat(door.publishes(other)).as(door + " publishes").isFalse();
                }
            }
            client.shutdownNow();
        }
    }

    @Test
    void keepsPrivateUpdatesFromGrantsOfPublicOnes() throws Exception {
        try (var hub = start();
                client) {
            String key = keys.get(Caller.BOTH);
            publish(hub, "topic=private-a&data=x&private=on");
            for (String path : List.of(
                    "/channels/$program/mercure/private/private-a",
                    "/channels/$program/mercure/private/*",
                    "/streams/$program/mercure/private/private-a?offset=-1"))
                assertThat(status(request(hub, path, key))).as(path).isIn(400, 403);
            client.shutdownNow();
        }
    }

    @Test
    void refusesWithProblemsOfTheSameMembers() throws Exception {
        try (var hub = start();
                client) {
            String key = keys.get(Caller.BOTH);
            List<HttpRequest> refused = List.of(
                    request(hub, "/channels/mercure/private-a?after=x", key).build(),
                    request(hub, "/streams/mercure/private-a?offset=x", key).build(),
                    request(hub, "/.well-known/mercure?topic=", MercureTokens.of(EVERYTHING))
                            .build());
            for (HttpRequest each : refused) {
                HttpResponse<String> response = client.send(each, BodyHandlers.ofString());
                assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
                JsonNode problem = new JsonMapper().readTree(response.body());
                assertThat(problem.propertyNames()).as(response.body()).contains("type", "title", "status", "detail");
                assertThat(problem.get("title").stringValue()).isNotBlank();
                assertThat(problem.get("status").intValue())
                        .isEqualTo(response.statusCode())
                        .isEqualTo(400);
            }
            client.shutdownNow();
        }
    }

    private List<Door> doors(Running hub) {
        return List.of(
                new OwnPaths(hub, "/channels/mercure/private-a", "?after=earliest"),
                new OwnPaths(hub, "/streams/mercure/private-a", "?offset=-1"),
                new Mercure(hub),
                new PusherDoor(hub.url(), client, () -> publish(hub, "topic=private-a&data=x")));
    }

    private Running start() throws Exception {
        Files.writeString(folder.resolve("mercure.key"), MercureTokens.SECRET);
        Files.writeString(folder.resolve("pusher.properties"), PusherDoor.APP);
        var settings = new StringBuilder("""
                [durable_streams]
                path = "/streams"
                [mercure]
                path = "/.well-known/mercure"
                publisher_key_file = "mercure.key"
                [pusher]
                apps_file = "pusher.properties"
                """);
        for (Caller each : Caller.values()) {
            if (each.grant.isEmpty()) continue;
            String kid = each.name().toLowerCase(Locale.ROOT);
            String key = StaticKeys.generate(kid, new SecureRandom());
            keys.put(each, key);
            settings.append(
                    "[[key]]\nkid = \"%s\"\nhash = \"%s\"\n%s\n".formatted(kid, StaticKeys.hash(key), each.grant));
        }
        Files.writeString(folder.resolve("sluice.toml"), settings);
        Running hub = new Terminal(folder, Map.of()).start("serve", "--port", "0");
        var create = request(hub, "/streams/mercure/private-a", keys.get(Caller.BOTH))
                .header("Content-Type", "text/plain");
        assertThat(status(create.PUT(BodyPublishers.noBody()))).isEqualTo(201);
        return hub;
    }

    private static HttpRequest.Builder request(Running hub, String path, String credential) {
        var request = HttpRequest.newBuilder(URI.create(hub.url() + path));
        return credential.isEmpty() ? request : request.header("Authorization", "Bearer " + credential);
    }

    private int status(HttpRequest.Builder request) throws Exception {
        HttpResponse<InputStream> response = client.send(request.build(), BodyHandlers.ofInputStream());
        response.body().close(); // It may be a stream.
        return response.statusCode();
    }

    private boolean isPermitted(HttpRequest.Builder request) throws Exception {
        return isPermitted(status(request));
    }

    static boolean isPermitted(int status) {
        assertThat(status).isIn(200, 201, 204, 401, 403);
        return status < 300;
    }

    private int publish(Running hub, String form) throws Exception {
        return status(mercure(hub, MercureTokens.of(EVERYTHING)).POST(BodyPublishers.ofString(form)));
    }

    private static HttpRequest.Builder mercure(Running hub, String token) {
        return request(hub, "/.well-known/mercure", token).header("Content-Type", "application/x-www-form-urlencoded");
    }

    /// Channels by the hub's own protocol, or streams.
    private final class OwnPaths implements Door {
        private final Running hub;
        private final String path;
        private final String beginning;

        OwnPaths(Running hub, String path, String beginning) {
            this.hub = hub;
            this.path = path;
            this.beginning = beginning;
        }

        @Override
        public String credential(Caller caller) {
            return keys.getOrDefault(caller, "");
        }

        @Override
        public boolean isOwn(String credential) {
            return keys.containsValue(credential);
        }

        @Override
        public boolean reads(String credential) throws Exception {
            return isPermitted(request(hub, path + beginning, credential));
        }

        @Override
        public boolean publishes(String credential) throws Exception {
            return isPermitted(request(hub, path, credential)
                    .header("Content-Type", "text/plain")
                    .POST(BodyPublishers.ofString("x")));
        }

        @Override
        public String toString() {
            return path;
        }
    }

    /// Updates of the topic. Public ones are for all subscribers, so a private one tells who may read.
    private final class Mercure implements Door {
        private final Running hub;

        Mercure(Running hub) {
            this.hub = hub;
        }

        @Override
        public String credential(Caller caller) {
            return caller.claim.isEmpty() ? "" : MercureTokens.of(caller.claim);
        }

        @Override
        public boolean isOwn(String credential) {
            return credential.startsWith("ey");
        }

        @Override
        public boolean reads(String credential) throws Exception {
            var request = request(hub, "/.well-known/mercure?topic=private-a", credential);
            HttpResponse<InputStream> response = client.send(request.build(), BodyHandlers.ofInputStream());
            try (var body = response.body();
                    var lines = new Scanner(body)) {
                if (response.statusCode() == 401) return false;
                assertThat(response.statusCode()).isEqualTo(200);
                assertThat(publish(hub, "topic=private-a&data=private&private=on"))
                        .isEqualTo(200);
                assertThat(publish(hub, "topic=private-a&data=public")).isEqualTo(200);
                String line = lines.nextLine();
                while (!line.startsWith("data:")) line = lines.nextLine();
                return line.equals("data: private");
            }
        }

        @Override
        public boolean publishes(String credential) throws Exception {
            return isPermitted(mercure(hub, credential).POST(BodyPublishers.ofString("topic=private-a&data=x")));
        }

        @Override
        public String toString() {
            return "Mercure";
        }
    }
}
