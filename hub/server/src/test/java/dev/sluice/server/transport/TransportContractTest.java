package dev.sluice.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.delivery.stream.Overflow;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Retention;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.ServerSettings;
import dev.sluice.server.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The contract of every transport, run against each of them.
class TransportContractTest {
    private static final String NEWS = "/channels/news";

    /// Starts the server of a test; another one has other connections.
    TestServer start(Log log, ServerSettings settings) {
        return TestServer.start(log, settings);
    }

    private TestServer start() {
        return start(MemoryLog.builder(InstantSource.system()).open());
    }

    private TestServer start(Log log) {
        return start(log, TestServer.settings(2));
    }

    private TestServer start(HubSettings hub) {
        return start(MemoryLog.builder(InstantSource.system()).open(), TestServer.settings(hub));
    }

    private static Draft draft(String channel, String type, String key, String data) {
        return Draft.event(new ChannelName(channel), type, EventFields.ofKey(key), TestServer.text(data));
    }

    private TestServer retaining(int events) {
        return start(MemoryLog.builder(InstantSource.system())
                .retention(_ -> Retention.events(events))
                .open());
    }

    private static void publish(TestServer server, String... data) {
        for (String each : data) server.publish("news", each);
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.transport.ListenerKinds#all")
    void deliversEventsPublishedAfterTheHead(ListenerKind kind) {
        try (TestServer server = start()) {
            publish(server, "before");
            try (Listener listener = kind.listen(server, NEWS)) {
                publish(server, "a", "b");
                listener.expect("a", "b");
                publish(server, "c");
                listener.expect("c");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.transport.ListenerKinds#pairs")
    void resumesOnAnyOtherTransport(ListenerKind from, ListenerKind to) {
        try (TestServer server = start()) {
            try (Listener first = from.listen(server, NEWS)) {
                publish(server, "a", "b", "c");
                first.expect("a", "b");
                String cursor = first.cursor();
                publish(server, "d");
                // A poll may return several events at once: its cursor is after all of them.
                try (Listener byParameter = to.listen(server, NEWS + "?after=" + cursor)) {
                    byParameter.expect("c", "d");
                }
                // The header takes precedence over the URL, as EventSource repeats the URL.
                try (Listener byHeader = to.listen(server, NEWS + "?after=earliest", "Last-Event-ID: " + cursor)) {
                    byHeader.expect("c", "d");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.transport.ListenerKinds#withCursors")
    void resumesFromAStartingCursorWithoutAnEvent(ListenerKind kind) {
        try (TestServer server = start()) {
            publish(server, "before");
            try (Listener first = kind.listen(server, NEWS)) {
                String cursor = first.next(Received.Begin.class).cursor();
                assertThat(first.header("Sluice-Cursor")).isEqualTo(cursor);
                publish(server, "missed");
                try (Listener second = kind.listen(server, NEWS + "?after=" + cursor)) {
                    second.expect("missed");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.transport.ListenerKinds#withCursors")
    void reportsAGapBeforeAnythingElse(ListenerKind kind) {
        try (TestServer server = retaining(3)) {
            Cursor first = server.publish("news", "lost");
            publish(server, "a", "b", "c", "d", "e", "f");
            try (Listener listener = kind.listen(server, NEWS + "?after=" + first)) {
                assertThat(listener.next()).isInstanceOfSatisfying(Received.AGap.class, gap -> {
                    assertThat(gap.after()).isEqualTo(first.text());
                    assertThat(gap.reason()).isEqualTo("trimmed");
                    assertThat(listener.header("Sluice-Cursor")).isEqualTo(gap.resume());
                });
                listener.expect("d", "e", "f");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.transport.ListenerKinds#all")
    void refusesAGapWithGapFail(ListenerKind kind) {
        try (TestServer server = retaining(3)) {
            Cursor first = server.publish("news", "lost");
            publish(server, "a", "b", "c", "d", "e", "f");
            try (Listener listener = kind.listen(server, NEWS + "?gap=fail&after=" + first)) {
                assertThat(listener.status()).isEqualTo(410);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.transport.ListenerKinds#withoutCursors")
    void neverSkipsAGapItCannotReport(ListenerKind kind) {
        try (TestServer server = retaining(3)) {
            Cursor first = server.publish("news", "lost");
            publish(server, "a", "b", "c", "d", "e", "f");
            try (Listener listener = kind.listen(server, NEWS + "?after=" + first)) {
                assertThat(listener.status()).isEqualTo(410);
            }
            try (Listener listener = kind.listen(server, NEWS)) {
                publish(server, "live");
                listener.expect("live");
                server.log().delete(new ChannelName("news"));
                listener.expectEnd(kind.isWebSocket() ? "4410" : "cut");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.transport.ListenerKinds#withCursors")
    void staysOpenWhenTheChannelIsDeletedAndReportsAGap(ListenerKind kind) {
        try (TestServer server = start()) {
            try (Listener listener = kind.listen(server, NEWS)) {
                publish(server, "a");
                listener.expect("a");
                server.log().delete(new ChannelName("news"));
                publish(server, "a new life");
                listener.expectGap("deleted");
                listener.expect("a new life");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.transport.ListenerKinds#all")
    void deliversEverythingBeforeTheEndThenEnds(ListenerKind kind) {
        try (TestServer server = start()) {
            try (Listener listener = kind.listen(server, NEWS)) {
                publish(server, "a", "b");
                Cursor end = server.publish(Draft.end(new ChannelName("news")));
                listener.expect("a", "b");
                switch (kind) {
                    case SSE, SSE_JSON, NDJSON -> {
                        assertThat(listener.next(Received.AClose.class))
                                .isEqualTo(new Received.AClose("news", end.text()));
                        listener.expectEnd("whole");
                    }
                    case TEXT -> listener.expectEnd("whole");
                    case WEBSOCKET -> {
                        assertThat(listener.next(Received.AClose.class))
                                .isEqualTo(new Received.AClose("news", end.text()));
                        listener.expectEnd("1000");
                    }
                    case WEBSOCKET_RAW -> listener.expectEnd("1000");
                    case LONG_POLL, POLL -> {
                        listener.next(Received.AClose.class);
                        listener.expectEnd("closed");
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.transport.ListenerKinds#all")
    void endsAtOnceForAReaderPastTheEnd(ListenerKind kind) {
        try (TestServer server = start()) {
            publish(server, "a");
            Cursor end = server.publish(Draft.end(new ChannelName("news")));
            server.publish("elsewhere", "x");
            for (String after : List.of("?after=" + end, "?after=latest", "?")) {
                try (Listener listener = kind.listen(server, NEWS + after)) {
                    assertThat(listener.header("Sluice-Cursor")).isNotNull();
                    switch (kind) {
                        case SSE, SSE_JSON, NDJSON, TEXT ->
                            assertThat(listener.status()).isEqualTo(204);
                        case WEBSOCKET, WEBSOCKET_RAW -> listener.expectEnd("1000");
                        case LONG_POLL, POLL -> listener.next(Received.AClose.class);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.transport.ListenerKinds#ofSeveralChannels")
    void deliversSeveralChannelsInOneOrder(ListenerKind kind) {
        try (TestServer server = start()) {
            for (String target : List.of(
                    "/channels?name=a&name=b/*",
                    "/channels?name=**",
                    "/channels?name=*&name=b/**&name=a",
                    "/channels?name=a&name=b%2Fx&name=b/y")) {
                try (Listener listener = kind.listen(server, target)) {
                    server.publish("a", "1");
                    server.publish("b/x", "2");
                    server.publish("$own/a", "never");
                    server.publish("b/y", "3");
                    server.publish("a", "4");
                    listener.expect("1", "2", "3", "4");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.transport.ListenerKinds#withEnvelopes")
    void namesTheChannelAndTypeOfAnEvent(ListenerKind kind) {
        try (TestServer server = start()) {
            try (Listener listener = kind.listen(server, "/channels/chat/*")) {
                Cursor id = server.publish(draft("chat/7", "tick", null, "x"));
                assertThat(listener.next(Received.AnEvent.class))
                        .isEqualTo(new Received.AnEvent(id.text(), "chat/7", "tick", "x"));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.transport.ListenerKinds#all")
    void startsWhereTheUrlSays(ListenerKind kind) {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.now().minus(Duration.ofHours(2)));
        try (TestServer server = start(MemoryLog.builder(now::get).open())) {
            publish(server, "old");
            now.set(Instant.now());
            publish(server, "b", "c");
            beginsWith(kind, server, "?after=earliest", "old", "b", "c", "live");
            beginsWith(kind, server, "?since=10m", "b", "c", "live", "live");
            beginsWith(
                    kind,
                    server,
                    "?since=" + Instant.now().minus(Duration.ofHours(1)),
                    "b",
                    "c",
                    "live",
                    "live",
                    "live");
            beginsWith(kind, server, "?last=2", "live", "live", "live");
            beginsWith(kind, server, "?last=0", "live");
        }
    }

    private static void beginsWith(ListenerKind kind, TestServer server, String query, String... data) {
        try (Listener listener = kind.listen(server, NEWS + query)) {
            publish(server, "live");
            listener.expect(data);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.transport.ListenerKinds#all")
    void filtersByType(ListenerKind kind) {
        try (TestServer server = start()) {
            try (Listener listener = kind.listen(server, NEWS + "?type=tick,tock")) {
                for (String type : List.of("message", "tick", "other", "tock", "tick ", "tick")) {
                    server.publish(draft("news", type, null, "a " + type));
                }
                listener.expect("a tick", "a tock", "a tick");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.transport.ListenerKinds#all")
    void startsWithASnapshotOfEachKey(ListenerKind kind) {
        try (TestServer server = start()) {
            publish(server, "no key");
            for (int i = 0; i < 9; i++) server.publish(draft("news", "message", "k" + i % 3, "value " + i));
            server.publish(new Draft(
                    new ChannelName("news"), "message", EventFields.ofKey("k1"), TestServer.text("gone"), true, false));
            try (Listener listener = kind.listen(server, NEWS + "?snapshot=true")) {
                publish(server, "live");
                listener.expect("value 6", "value 8", "live");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.transport.ListenerKinds#all")
    void conflatesTheBacklog(ListenerKind kind) {
        try (TestServer server = start()) {
            publish(server, "no key");
            for (int i = 0; i < 9; i++) server.publish(draft("news", "message", "k" + i % 3, "value " + i));
            try (Listener listener = kind.listen(server, NEWS + "?after=earliest&conflate=true")) {
                listener.expect("no key", "value 6", "value 7", "value 8");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.transport.ListenerKinds#all")
    void coalescesTheBacklog(ListenerKind kind) {
        try (TestServer server = start()) {
            for (int i = 0; i < 9; i++) publish(server, i + " ");
            try (Listener listener = kind.listen(server, NEWS + "?after=earliest&coalesce=true")) {
                listener.expect("0 1 2 3 4 5 6 7 8 ");
                if (kind.hasCursors()) {
                    publish(server, "next");
                    try (Listener second = kind.listen(server, NEWS + "?coalesce=true&after=" + listener.cursor())) {
                        second.expect("next");
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.transport.ListenerKinds#streams")
    void sendsHeartbeats(ListenerKind kind) {
        try (TestServer server = start()) {
            try (Listener listener = kind.listen(server, NEWS + "?heartbeat=5")) {
                publish(server, "first");
                listener.expect("first"); // The idle timer starts here.
                Cursor elsewhere = server.publish("elsewhere", "x");
                server.pass(Duration.ofSeconds(6));
                if (kind == ListenerKind.TEXT) {
                    publish(server, "a"); // Raw text has no heartbeats, and nothing is sent instead.
                    listener.expect("a");
                } else {
                    Received.AHeartbeat beat = listener.next(Received.AHeartbeat.class);
                    if (kind.hasCursors()) assertThat(beat.cursor()).isEqualTo(elsewhere.text());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.transport.ListenerKinds#all")
    void carriesAMebibyte(ListenerKind kind) {
        try (TestServer server = start()) {
            String huge = "0123456789abcde ".repeat(65_536);
            try (Listener listener = kind.listen(server, NEWS)) {
                publish(server, "before", huge, "after");
                listener.expect("before", huge, "after");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.transport.ListenerKinds#streams")
    void endsAsDocumentedWhenTheServerStops(ListenerKind kind) {
        TestServer server = start();
        Thread stopping;
        try (Listener listener = kind.listen(server, NEWS)) {
            publish(server, "last");
            listener.expect("last");
            stopping = Thread.startVirtualThread(server::close);
            listener.expectEnd(
                    switch (kind) {
                        case SSE, SSE_JSON, NDJSON -> "whole";
                        case TEXT -> "cut"; // The last chunk would mean that the channel has ended.
                        case WEBSOCKET, WEBSOCKET_RAW -> "1012";
                        case LONG_POLL, POLL -> throw new AssertionError();
                    });
        }
        assertThat(joined(stopping)).isTrue();
    }

    private static boolean joined(Thread thread) {
        try {
            return thread.join(TestServer.PATIENCE);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /// A server with an overflow policy for readers more than five events behind.
    private TestServer limiting(Overflow.Then then) {
        HubSettings defaults = HubSettings.DEFAULT;
        Overflow rule = new Overflow(5, Long.MAX_VALUE, then);
        return start(new HubSettings(
                defaults.encodedBytes(), defaults.answersBytes(), defaults.stall(), defaults.resolve(), _ -> rule));
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.transport.ListenerKinds#streams")
    void reportsARefusalInMidStream(ListenerKind kind) {
        try (TestServer server = limiting(Overflow.Then.END);
                Listener listener = kind.listen(server, NEWS)) {
            publish(server, "a");
            listener.expect("a");
            server.publishAtOnce("news", 20);
            switch (kind) {
                case SSE, SSE_JSON, NDJSON -> {
                    assertThat(listener.next(Received.AnError.class)).isEqualTo(new Received.AnError(503, true));
                    listener.expectEnd("whole");
                }
                case WEBSOCKET -> {
                    assertThat(listener.next(Received.AnError.class)).isEqualTo(new Received.AnError(503, true));
                    listener.expectEnd("4503");
                }
                case WEBSOCKET_RAW -> listener.expectEnd("4503");
                case TEXT -> listener.expectEnd("cut");
                case LONG_POLL, POLL -> throw new AssertionError();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.transport.ListenerKinds#streams")
    void reportsSkippedEvents(ListenerKind kind) {
        try (TestServer server = limiting(Overflow.Then.NOW);
                Listener listener = kind.listen(server, NEWS)) {
            publish(server, "a");
            listener.expect("a");
            Cursor last = server.publishAtOnce("news", 20);
            if (kind.hasCursors()) {
                assertThat(listener.expectGap("skipped").resume()).isEqualTo(last.text());
                publish(server, "b");
                listener.expect("b");
            } else {
                listener.expectEnd(kind == ListenerKind.TEXT ? "cut" : "4410");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.sluice.server.transport.ListenerKinds#streams")
    void leavesNothingBehindWhenTheClientDisconnects(ListenerKind kind) {
        try (TestServer server = start()) {
            for (int i = 0; i < 5; i++) {
                try (Listener listener = kind.listen(server, NEWS)) {
                    publish(server, "a");
                    listener.expect("a");
                }
            }
            server.awaitConnections(0);
        }
    }
}
