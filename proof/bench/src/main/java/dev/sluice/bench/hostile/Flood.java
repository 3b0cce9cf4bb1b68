package dev.sluice.bench.hostile;

import dev.sluice.bench.hostile.HostileClient.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The actions of the attacking client until its time is over, whatever the hub answers.
enum Flood {
    CHANNELS("S1", "a new channel with each event", false) {
        @Override
        String flood(Attack attack) throws IOException {
            return attack.batches(
                    (batch, i) -> "{\"channel\":\"" + batch + "-" + i + "-" + "n".repeat(212) + "\",\"data\":1}");
        }
    },
    KEYS("D2", "a new idempotency key with each event", false) {
        @Override
        String flood(Attack attack) throws IOException {
            return attack.batches((_, _) -> "{\"channel\":\"keys\",\"data\":1}");
        }
    },
    UPLOADS("S2", "uploads of 1 MiB without their last byte", false) {
        @Override
        String flood(Attack attack) throws IOException {
            byte[] body = "a".repeat((1 << 20) - 1).getBytes(StandardCharsets.US_ASCII);
            return attack.hold(
                    64,
                    () -> attack.connection()
                            .request("POST", "/channels/m", "Content-Length: 1048576\r\n")
                            .send(body));
        }
    },
    MESSAGES("S3", "WebSocket messages of 2 MB without their end", false) {
        @Override
        String flood(Attack attack) throws IOException {
            byte[] part = new byte[60_000];
            return attack.hold(600, () -> {
                HostileClient connection = attack.connection().upgrade("/channels/x", "");
                connection.message(); // The start of the stream.
                connection.frame(0x01, "{\"data\":\"".getBytes(StandardCharsets.US_ASCII));
                for (int i = 0; i < 34; i++) connection.frame(0x00, part);
                return connection;
            });
        }
    },
    SUBSCRIPTIONS("S4", "sessions with as many subscriptions as they may have", false) {
        @Override
        String flood(Attack attack) throws IOException {
            return attack.sessions(256, i -> "s/" + i);
        }
    },
    PATTERNS("C1", "sessions with as many patterns of 127 segments as they may name", false) {
        @Override
        String flood(Attack attack) throws IOException {
            return attack.sessions(
                    256,
                    i -> IntStream.range(0, 4)
                            .mapToObj(j -> String.format(Locale.ROOT, "%07d", 4 * i + j) + "/*/a".repeat(61))
                            .collect(Collectors.joining("\",\"")));
        }
    },
    EVENTS("S5", "events of 1 MB, in memory", true) {
        @Override
        String flood(Attack attack) throws IOException {
            String data = "x".repeat(1_000_000);
            HostileClient connection = attack.connection();
            int accepted = 0;
            while (attack.goesOn()) {
                Answer answer = connection.post("/channels/big", "", data);
                if (answer.status() != 201) return accepted + " accepted, then " + answer;
                accepted++;
            }
            return String.format(Locale.ROOT, "all %,d accepted", accepted);
        }
    },
    POLLS("C5", "pollers that do not read their answers of 8 MiB", false) {
        @Override
        String flood(Attack attack) throws IOException {
            String data = "x".repeat(1_000_000);
            HostileClient publisher = attack.connection();
            for (int i = 0; i < 8; i++) publisher.post("/channels/fat", "", data);
            return attack.withoutReading(
                    64, () -> attack.connection().request("GET", "/channels/fat?as=json&after=earliest", ""));
        }
    },
    SEARCHES("F7", "searches of a whole channel, one after the other, on 16 connections", false) {
        @Override
        String flood(Attack attack) throws IOException {
            HostileClient publisher = attack.connection();
            for (int i = 0; i < 20; i++) {
                publisher.post("/channels", NDJSON, "{\"channel\":\"searched\",\"data\":1}\n".repeat(2_000));
            }
            return attack.again(
                    16, (client, _) -> client.request("GET", "/search/searched?q=nothing", "Connection: close\r\n"));
        }
    },
    DELETES("F9", "channels that are created and deleted again", false) {
        @Override
        String flood(Attack attack) throws IOException {
            HostileClient connection = attack.connection();
            int deleted = 0;
            while (attack.goesOn()) {
                String channel = "/channels/deleted-" + deleted % 100;
                connection.post(channel, NDJSON, "{\"data\":1}\n".repeat(1_000));
                Answer answer = connection.request("DELETE", channel, "").answer();
                if (answer.status() != 204) return deleted + " deleted, then " + answer;
                deleted++;
            }
            return String.format(Locale.ROOT, "all %,d deleted", deleted);
        }
    },
    TOKENS("F6", "requests with a new token each, on 16 connections", false) {
        @Override
        String flood(Attack attack) throws IOException {
            return attack.again(16, (client, number) -> {
                String token = Tokens.sign("\"sub\":\"" + number + "\"");
                client.request("GET", "/channels/tokens?last=1&as=json", "Authorization: Bearer " + token + "\r\n");
            });
        }
    };

    private static final String NDJSON = "Content-Type: application/x-ndjson\r\n";

    /// @return a summary of the hub's answers
    abstract String flood(Attack attack) throws IOException;

    final String finding;
    final String description;
    final boolean isInMemory;

    Flood(String finding, String description, boolean isInMemory) {
        this.finding = finding;
        this.description = description;
        this.isInMemory = isInMemory;
    }

    static List<Flood> named(String... names) {
        List<Flood> all = new ArrayList<>();
        for (String name : names) all.add(valueOf(name.toUpperCase(Locale.ROOT)));
        return all.isEmpty() ? List.of(values()) : all;
    }
}
