package dev.sluice.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.access.AccessDeniedException;
import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Permissions;
import dev.sluice.core.access.Principal;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.delivery.operator.DeliveryStatus;
import dev.sluice.core.delivery.operator.Trace;
import dev.sluice.core.delivery.operator.TraceStep;
import dev.sluice.core.delivery.operator.TraceSubject;
import dev.sluice.core.delivery.operator.TracedEvent;
import dev.sluice.core.delivery.stream.EndCode;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Traces say what happened to the events of a channel, or to the streams of a client, and nothing else.
class TracerTest {
    private static final Grant OPERATOR = Grant.EVERYTHING;
    private static final ChannelName NEWS = new ChannelName("news");
    private static final SubscriptionSpec LATEST = SubscriptionSpec.latest(Selection.of("news"));

    private static Trace begin(Rig rig, TraceSubject subject) {
        return rig.hub.tracer().begin(OPERATOR, subject, 60_000).orElseThrow();
    }

    private static Grant grant(String name) {
        return Grant.of(new Principal(name, "10.0.0.1"), Permissions.ALL);
    }

    private static Cursor publish(Rig rig, String channel, String data) {
        Draft draft = Draft.event(new ChannelName(channel), "message", Rig.text(data));
        CompletionStage<AppendResult> outcome = rig.hub.publish(OPERATOR, new Publication(draft, Conditions.NONE));
        return ((AppendResult.Placed) Rig.get(outcome)).id();
    }

    private static DeliveryStatus status(Rig rig, Cursor place) {
        CompletionStage<DeliveryStatus> status = rig.hub.tracer().delivery(OPERATOR, NEWS, place);
        rig.settle();
        return Rig.get(status);
    }

    /// Clients of all kinds, some of them slow, disconnecting at random: the trace must count what they have got.
    @Test
    void countsTheDeliveriesThatTheClientsCount() {
        for (int seed = 0; seed < 20; seed++) {
            try (Rig rig = Rig.with(_ -> {}, HubSettings.DEFAULT, 2)) {
                var random = new Random(seed);
                List<Client> clients = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    var selection = random.nextBoolean() ? Selection.of("news") : Selection.of("*", "news", "other");
                    FakeSink sink =
                            random.nextBoolean() ? new FakeSink() : new FakeSink().accepting(random.nextInt(40));
                    clients.add(rig.open(i % 2, SubscriptionSpec.latest(selection), rig.wire, sink));
                }
                rig.settle();
                publish(rig, "news", "before the trace");
                rig.settle();
                Trace trace = begin(rig, new TraceSubject.OfChannel(NEWS));
                Map<String, Cursor> published = new HashMap<>();
                for (int i = 0; i < 30; i++) {
                    published.put("n" + i, publish(rig, "news", "n" + i));
                    publish(rig, "other", "o" + i);
                    if (random.nextInt(3) == 0) rig.settle();
                    if (random.nextInt(4) == 0) clients.get(random.nextInt(20)).drain(1 + random.nextInt(60));
                    if (random.nextInt(15) == 0) clients.get(random.nextInt(20)).disconnect();
                }
                rig.settle();
                Map<Cursor, Long> counted = new HashMap<>();
                for (Client client : clients) {
                    for (WireOutput each : WireOutput.parse(client.sink.bytes()).complete()) {
                        if (each instanceof WireOutput.AnEvent event && published.containsKey(event.data()))
                            counted.merge(published.get(event.data()), 1L, Long::sum);
                    }
                }
                Map<Cursor, Long> traced = new HashMap<>();
                for (TracedEvent each : trace.events())
                    if (published.containsValue(each.id()) && each.deliveries() > 0)
                        traced.put(each.id(), each.deliveries());
                assertThat(traced).as("seed " + seed).isEqualTo(counted);
                assertThat(trace.events()).extracting(TracedEvent::id).containsAll(published.values());
            }
        }
    }

    @Test
    void saysWhenAnEventWasStoredAndSyncedAndWhichReaderWasTheSlowest() {
        try (Rig rig = Rig.start()) {
            Client slow = rig.open(grant("slow"), LATEST, rig.wire, new FakeSink().accepting(0));
            rig.open(grant("quick"), LATEST);
            rig.settle();
            Trace trace = begin(rig, new TraceSubject.OfChannel(NEWS));
            Cursor id = publish(rig, "news", "hello");
            rig.settle();
            TracedEvent event = trace.events().getFirst();
            assertThat(event.id()).isEqualTo(id);
            assertThat(event.deliveries()).isEqualTo(1);
            assertThat(event.publishedMs()).isEqualTo(Rig.START_MS);
            assertThat(event.storedMs()).isEqualTo(Rig.START_MS);
            assertThat(event.syncedMs()).isZero();
            assertThat(status(rig, id)).satisfies(status -> {
                assertThat(status.passed()).isEqualTo(1);
                assertThat(status.before()).isEqualTo(1);
                assertThat(status.last())
                        .extracting(each -> each.client().name())
                        .containsExactly("slow");
            });
            rig.pass(Duration.ofSeconds(3));
            rig.hub.maintain();
            assertThat(event.syncedMs()).as("a log in memory has no disk").isZero();
            trace.synced(id, Rig.START_MS + 3_000);
            assertThat(event.syncedMs()).isEqualTo(Rig.START_MS + 3_000);
            slow.drain();
            assertThat(event.deliveries()).isEqualTo(2);
            assertThat(event.slowest()).satisfies(slowest -> {
                assertThat(slowest.afterMs()).isEqualTo(3_000);
                assertThat(slowest.stream().client().name()).isEqualTo("slow");
            });
            assertThat(status(rig, id)).isEqualTo(new DeliveryStatus(2, 0, List.of()));
        }
    }

    @Test
    void knowsWhoHasPassedAnEventFromBeforeTheTrace() {
        try (Rig rig = Rig.start()) {
            Cursor old = publish(rig, "news", "old");
            rig.open(Rig.earliest(Selection.of("news")));
            rig.open(Rig.earliest(Selection.of("news", "a")), rig.wire, new FakeSink().accepting(0));
            rig.follow("a");
            rig.settle();
            publish(rig, "a", "moves nobody of news");
            rig.settle();
            DeliveryStatus status = status(rig, old);
            assertThat(status.passed()).isEqualTo(1);
            assertThat(status.before()).isEqualTo(1);
        }
    }

    @Test
    void followsAClientOverItsStreamsPollsAndGaps() {
        try (Rig rig = Rig.retainingEvents(3)) {
            Trace trace = begin(rig, new TraceSubject.OfIdentity("alice"));
            Client first = rig.open(grant("alice"), LATEST);
            rig.open(grant("bob"), LATEST).disconnect();
            rig.settle();
            Cursor at = publish(rig, "news", "1");
            rig.settle();
            first.disconnect();
            for (int i = 0; i < 6; i++) publish(rig, "news", "x" + i);
            Client second = rig.open(grant("alice"), LATEST.from(new SubscriptionSpec.From.Resume(at.text())));
            rig.settle();
            second.subscriber().end(new EndReason.Stopping());
            rig.settle();
            Poll.start(rig.dispatcher(), grant("alice"), LATEST, 1, 1, 10_000, null, _ -> true, _ -> {});
            publish(rig, "news", "answers the poll");
            rig.settle();
            assertThat(trace.steps())
                    .extracting(each -> each.kind().getClass().getSimpleName())
                    .containsExactly("Opened", "Closed", "Opened", "Missed", "Closed", "Opened", "Closed");
            assertThat(trace.steps().get(2).kind()).isEqualTo(new TraceStep.Kind.Opened(at.text()));
            assertThat(trace.steps().get(1).kind()).isEqualTo(new TraceStep.Kind.Closed(EndCode.DISCONNECTED));
            assertThat(trace.steps().get(5).stream().transport()).isEqualTo("poll");
            assertThat(trace.steps())
                    .allMatch(each -> each.stream().client().name().equals("alice"));
        }
    }

    @Test
    void endsByItselfAndKeepsTheNewest() {
        try (Rig rig = Rig.start()) {
            Trace trace = begin(rig, new TraceSubject.OfChannel(NEWS));
            for (int i = 0; i < Trace.EVENTS_MAX + 10; i++) publish(rig, "news", "x");
            Cursor last = publish(rig, "news", "last");
            assertThat(trace.events()).hasSize(Trace.EVENTS_MAX);
            assertThat(trace.events().getLast().id()).isEqualTo(last);
            assertThat(trace.dropped()).isEqualTo(11);
            rig.pass(Duration.ofSeconds(60));
            rig.hub.maintain();
            assertThat(rig.hub.tracer().running()).as("nothing is traced").isNull();
            publish(rig, "news", "after it");
            assertThat(trace.events().getLast().id()).isEqualTo(last);
            assertThat(rig.hub.tracer().all(OPERATOR)).containsExactly(trace);
            rig.pass(Duration.ofMillis(Tracer.KEPT_MS));
            rig.hub.maintain();
            assertThat(rig.hub.tracer().all(OPERATOR)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-60, 60})
    void endsAfterItsTimeAlsoIfTheClockIsSet(int minutes) {
        try (Rig rig = Rig.start()) {
            Trace trace = begin(rig, new TraceSubject.OfChannel(NEWS));
            rig.setWall(Duration.ofMinutes(minutes));
            rig.pass(Duration.ofSeconds(59));
            rig.hub.maintain();
            assertThat(rig.hub.tracer().running()).isNotNull();
            assertThat(trace.leftMs()).isEqualTo(1_000);
            rig.pass(Duration.ofSeconds(1));
            rig.hub.maintain();
            assertThat(rig.hub.tracer().running()).isNull();
            assertThat(rig.hub.tracer().all(OPERATOR)).containsExactly(trace);
        }
    }

    @Test
    void areAFewAtATimeAndForOperatorsOnly() {
        try (Rig rig = Rig.start()) {
            Tracer tracer = rig.hub.tracer();
            TraceSubject subject = new TraceSubject.OfAddress("10.0.0.1");
            for (int i = 0; i < Tracer.RUNNING_MAX; i++) begin(rig, subject);
            assertThat(tracer.begin(OPERATOR, subject, 1_000)).isEmpty();
            assertThat(tracer.end(OPERATOR, 1)).isTrue();
            assertThat(tracer.end(OPERATOR, 1)).isFalse();
            assertThat(tracer.begin(OPERATOR, subject, 1_000)).isPresent();
            Grant nobody = Grant.of(new Principal("", "10.0.0.1"), Permissions.NONE);
            assertThatThrownBy(() -> tracer.begin(nobody, subject, 1)).isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> tracer.all(nobody)).isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> tracer.end(nobody, 2)).isInstanceOf(AccessDeniedException.class);
            assertThatThrownBy(() -> tracer.delivery(nobody, NEWS, rig.log.head()))
                    .isInstanceOf(AccessDeniedException.class);
        }
    }
}
