package dev.sluice.bench.flood;

import dev.sluice.bench.flood.Connection.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// One client with any number of connections and a limited time.
final class Attack implements AutoCloseable {
    private static final int BATCH = 2_000;
    private static final long PAUSE_NS = 20_000_000;
    private static final Pattern SETTING = Pattern.compile("[a-z]+\\.[a-z_]+_max|limits\\.caller_share|channels_max");

    interface Opening {
        Connection open() throws IOException;
    }

    interface BatchLine {
        String of(int batch, int number);
    }

    private final int port;
    private final long endNs;
    private final List<Connection> all = new ArrayList<>();

    Attack(int port, long seconds) {
        this.port = port;
        this.endNs = System.nanoTime() + seconds * 1_000_000_000;
    }

    boolean hasTime() {
        return System.nanoTime() < endNs;
    }

    Connection connection() throws IOException {
        Connection connection = new Connection(port);
        all.add(connection);
        return connection;
    }

    /// Publishes batch after batch, also after a refusal.
    String batches(BatchLine line) throws IOException {
        long accepted = 0;
        Map<String, Integer> refusals = new TreeMap<>();
        Connection connection = connection();
        for (int batch = 0; hasTime(); batch++) {
            int number = batch;
            String body =
                    IntStream.range(0, BATCH).mapToObj(i -> line.of(number, i)).collect(Collectors.joining("\n"));
            try {
                String headers = "Content-Type: application/x-ndjson\r\nIdempotency-Key: k" + batch + "\r\n";
                Answer answer = connection.post("/channels", headers, body);
                accepted += count(answer.body());
                if (answer.status() != 200) refusals.merge(answer.status() + setting(answer.body()), 1, Integer::sum);
            } catch (IOException cut) {
                refusals.merge("cut", 1, Integer::sum);
                connection = connection();
            }
        }
        return String.format(
                Locale.ROOT, "%,d accepted%s", accepted, refusals.isEmpty() ? "" : ", refused " + refusals);
    }

    private static int count(String body) {
        Matcher count = Pattern.compile("\"count\":(\\d+)").matcher(body);
        return count.find() ? Integer.parseInt(count.group(1)) : 0;
    }

    /// Holds a number of connections open, and replaces those that the hub has answered.
    String hold(int count, Opening opening) throws IOException {
        Map<String, Integer> answers = new TreeMap<>();
        List<Connection> held = new ArrayList<>();
        while (hasTime()) {
            if (held.size() < count) {
                try {
                    held.add(opening.open());
                } catch (IOException cut) {
                    answers.merge("cut", 1, Integer::sum);
                }
                continue;
            }
            LockSupport.parkNanos(PAUSE_NS);
            for (Connection each : List.copyOf(held)) {
                if (each.hasNothing()) continue;
                held.remove(each);
                answers.merge(answer(each), 1, Integer::sum);
            }
            if (held.size() == count) held.removeFirst().close();
        }
        return held.size() + " held" + (answers.isEmpty() ? "" : ", answered " + answers);
    }

    /// Opens connections that read only the heads of answers. At `count` connections, a new one replaces the oldest
    /// every 20 ms.
    String withoutReading(int count, Opening opening) throws IOException {
        Map<Integer, Integer> answers = new TreeMap<>();
        Deque<Connection> held = new ArrayDeque<>();
        while (hasTime()) {
            Connection connection = opening.open();
            held.add(connection);
            answers.merge(connection.status(), 1, Integer::sum);
            if (held.size() < count) continue;
            held.remove().close();
            LockSupport.parkNanos(PAUSE_NS);
        }
        return held.size() + " held, answered " + answers;
    }

    /// Sends requests one after the other on each connection, and reads each answer to its end.
    String again(int count, IntFunction<String> request) throws IOException {
        Map<Integer, Integer> answers = new ConcurrentSkipListMap<>();
        var number = new AtomicInteger();
        try (var connections = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                connections.submit(() -> {
                    while (hasTime()) {
                        try (Connection connection = new Connection(port)) {
                            do
                                answers.merge(
                                        connection
                                                .send(request.apply(number.incrementAndGet()))
                                                .whole(),
                                        1,
                                        Integer::sum);
                            while (hasTime() && connection.isReusable());
                        } catch (IOException cut) {
                            answers.merge(0, 1, Integer::sum);
                        }
                    }
                    return null;
                });
            }
        }
        return "answered " + answers;
    }

    private static String answer(Connection connection) throws IOException {
        try (connection) {
            return "full" + setting(connection.reaction());
        } catch (IOException cut) {
            return "cut";
        }
    }

    /// Opens one session after the other with a number of subscriptions each, until the hub refuses one.
    ///
    /// @param names the channels of a subscription, by its number
    String sessions(int subscriptions, IntFunction<String> names) throws IOException {
        int accepted = 0;
        while (hasTime()) {
            Connection session = connection().upgrade("/session", "Sec-WebSocket-Protocol: sluice.v1.json\r\n");
            request(session, "{\"op\":\"hello\"}");
            for (int i = 0; i < subscriptions && hasTime(); i++) {
                String answer = request(
                        session,
                        "{\"op\":\"subscribe\",\"ref\":" + i + ",\"channels\":[\"" + names.apply(accepted) + "\"]}");
                if (answer.contains("\"op\":\"error\""))
                    return String.format(Locale.ROOT, "%,d accepted, then", accepted) + setting(answer);
                accepted++;
            }
        }
        return String.format(Locale.ROOT, "all %,d accepted", accepted);
    }

    private static String request(Connection session, String message) throws IOException {
        return session.frame(0x81, message.getBytes(StandardCharsets.UTF_8)).frame();
    }

    private static String setting(String answer) {
        Matcher setting = SETTING.matcher(answer);
        return setting.find() ? " " + setting.group() : "";
    }

    @Override
    public void close() throws IOException {
        for (Connection each : all) each.close();
    }
}
