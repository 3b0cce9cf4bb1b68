package dev.sluice.bench.flood;

import dev.sluice.bench.flood.Connection.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// One client with any number of connections, and so much time.
final class Attack implements AutoCloseable {
    private static final int BATCH = 2_000;
    private static final long PAUSE_NS = 20_000_000;
    private static final Pattern SETTING = Pattern.compile("[a-z]+\\.[a-z_]+_max|channels_max");

    interface Opening {
        Connection open() throws IOException;
    }

    interface Line {
        String of(int batch, int number);
    }

    private final int port;
    private final long endNs;
    private final List<Connection> all = new ArrayList<>();

    Attack(int port, long seconds) {
        this.port = port;
        this.endNs = System.nanoTime() + seconds * 1_000_000_000;
    }

    boolean goesOn() {
        return System.nanoTime() < endNs;
    }

    Connection connection() throws IOException {
        Connection connection = new Connection(port);
        all.add(connection);
        return connection;
    }

    /// Publishes a batch after the other; where one is refused, the next is sent all the same.
    String batches(Line line) throws IOException {
        long taken = 0;
        Map<String, Integer> refusals = new TreeMap<>();
        Connection connection = connection();
        for (int batch = 0; goesOn(); batch++) {
            int number = batch;
            String body =
                    IntStream.range(0, BATCH).mapToObj(i -> line.of(number, i)).collect(Collectors.joining("\n"));
            try {
                String headers = "Content-Type: application/x-ndjson\r\nIdempotency-Key: k" + batch + "\r\n";
                Answer answer = connection.post("/channels", headers, body);
                taken += count(answer.body());
                if (answer.status() != 200) refusals.merge(answer.status() + setting(answer.body()), 1, Integer::sum);
            } catch (IOException cut) {
                refusals.merge("cut", 1, Integer::sum);
                connection = connection();
            }
        }
        return "%,d taken%s".formatted(taken, refusals.isEmpty() ? "" : ", refused " + refusals);
    }

    private static int count(String body) {
        Matcher count = Pattern.compile("\"count\":(\\d+)").matcher(body);
        return count.find() ? Integer.parseInt(count.group(1)) : 0;
    }

    /// Opens so many, and anew what the hub has answered.
    String hold(int count, Opening opening) throws IOException {
        Map<String, Integer> answers = new TreeMap<>();
        List<Connection> held = new ArrayList<>();
        while (goesOn()) {
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

    /// Reads the heads of answers and nothing behind them, with so many connections at a time. When there are so many,
    /// another one comes every 20 ms.
    String deaf(int count, Opening opening) throws IOException {
        Map<Integer, Integer> answers = new TreeMap<>();
        Deque<Connection> held = new ArrayDeque<>();
        while (goesOn()) {
            Connection connection = opening.open();
            held.add(connection);
            answers.merge(connection.status(), 1, Integer::sum);
            if (held.size() < count) continue;
            held.remove().close();
            LockSupport.parkNanos(PAUSE_NS);
        }
        return held.size() + " held, answered " + answers;
    }

    private static String answer(Connection connection) throws IOException {
        try (connection) {
            return "full" + setting(connection.verdict());
        } catch (IOException cut) {
            return "cut";
        }
    }

    /// One session after the other with so many subscriptions each, until the hub refuses.
    ///
    /// @param names of a subscription, by its number
    String sessions(int subscriptions, IntFunction<String> names) throws IOException {
        int taken = 0;
        while (goesOn()) {
            Connection session = connection().upgrade("/session", "Sec-WebSocket-Protocol: sluice.v1.json\r\n");
            ask(session, "{\"op\":\"hello\"}");
            for (int i = 0; i < subscriptions && goesOn(); i++) {
                String answer = ask(
                        session,
                        "{\"op\":\"subscribe\",\"ref\":" + i + ",\"channels\":[\"" + names.apply(taken) + "\"]}");
                if (answer.contains("\"op\":\"error\"")) return "%,d taken, then".formatted(taken) + setting(answer);
                taken++;
            }
        }
        return "all %,d taken".formatted(taken);
    }

    private static String ask(Connection session, String message) throws IOException {
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
