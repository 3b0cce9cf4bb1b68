package dev.sluice.demos;

import static dev.sluice.demos.RunningDemo.NEVER;
import static dev.sluice.demos.RunningDemo.SOON;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ClockTest {
    private static final String TIME = "\\d{4}/\\d{1,2}/\\d{1,2} \\d{2}:\\d{2}:\\d{2}";
    private static final Pattern EVENT = Pattern.compile(
            "data: \\{\"data\":\"current time is " + TIME + ", index is (\\d+)\",\"success\":true}\n\n");

    @Test
    void sendsOnlyTheHeadersImmediately() throws Exception {
        var served = RunningDemo.start(new Clock(NEVER, new AtomicLong()));
        try (var events = served.events("/api/v1/sse")) {
            assertThat(events.headers().firstValue("content-type")).hasValue("text/event-stream");
            served.close();
            events.expectEnd();
        } finally {
            served.close();
        }
    }

    @Test
    void countsOneIndexForAllClients() throws Exception {
        try (var served = RunningDemo.start(new Clock(SOON, new AtomicLong()));
                var one = served.events("/api/v1/sse");
                var other = served.events("/api/v1/sse")) {
            var ones = indexes(one);
            var others = indexes(other);

            assertThat(ones).isSorted().doesNotHaveDuplicates();
            assertThat(others).isSorted().doesNotHaveDuplicates().doesNotContainAnyElementsOf(ones);
            // Up to the position that both have read, each number was sent to one of the two.
            var all = new HashSet<>(ones);
            all.addAll(others);
            assertThat(all)
                    .containsAll(LongStream.rangeClosed(0, Math.min(ones.getLast(), others.getLast()))
                            .boxed()
                            .toList());
        }
    }

    private static List<Long> indexes(Events events) throws InterruptedException {
        var indexes = new ArrayList<Long>();
        for (int i = 0; i < 10; i++) {
            var event = EVENT.matcher(events.next());
            assertThat(event.matches()).isTrue();
            indexes.add(Long.parseLong(event.group(1)));
        }
        return indexes;
    }

    @Test
    void echoesMessagesOnAnyPathAndSendsTheTimeAfterTheFirst() throws Exception {
        try (var served = RunningDemo.start(new Clock(SOON, new AtomicLong()));
                var root = served.webSocket("/");
                var elsewhere = served.webSocket("/any/where?x=1")) {
            for (var talk : List.of(root, elsewhere)) {
                talk.send("这是客户端发送的消息");
                assertThat(talk.next()).isEqualTo("收到客户端的消息：这是客户端发送的消息");
                for (int i = 0; i < 3; i++) assertThat(talk.next()).matches("服务器发送的消息: " + TIME);
            }
        }
    }

    @Test
    void sendsNothingBeforeTheFirstMessage() throws Exception {
        var served = RunningDemo.start(new Clock(SOON, new AtomicLong()));
        try (var silent = served.webSocket("/");
                var talk = served.webSocket("/").send("hello")) {
            for (int i = 0; i < 10; i++) talk.next();
            served.close();
            assertThat(silent.next()).startsWith("closed ");
        } finally {
            served.close();
        }
    }

    @Test
    void startsOneTimerPerConnection() throws Exception {
        try (var served = RunningDemo.start(new Clock(SOON, new AtomicLong()));
                var one = served.webSocket("/").send("once");
                var other = served.webSocket("/")) {
            for (int i = 0; i < 50; i++) other.send("again");
            for (int i = 0; i < 20; i++) one.next();
            other.send("marker");
            int ticks = 0;
            for (String next = other.next(); !next.endsWith("marker"); next = other.next()) {
                if (next.startsWith("服务器发送的消息")) ticks++;
            }
            assertThat(ticks)
                    .as("fifty timers would have ticked a thousand times")
                    .isLessThan(200);
        }
    }

    @Test
    void cancelsTimersWhenConnectionsEnd() throws Exception {
        try (var served = RunningDemo.start(new Clock(SOON, new AtomicLong()))) {
            try (var events = served.events("/api/v1/sse");
                    var talk = served.webSocket("/").send("hello")) {
                events.next();
                talk.next();
                talk.next();
            }
            served.awaitNobody();
        }
    }
}
