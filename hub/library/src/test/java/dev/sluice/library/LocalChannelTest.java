package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Event;
import dev.sluice.Handler;
import dev.sluice.Measurement;
import dev.sluice.Message;
import dev.sluice.PublishResult;
import dev.sluice.Sluice;
import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The hub used from inside the program.
final class LocalChannelTest {
    record Goal(String team, int minute) {}

    @Test
    void exchangesEventsWithClients() throws Exception {
        var received = new LinkedBlockingQueue<String>();
        try (var app = Sluice.inMemory().port(0).start();
                var client = new RawClient(app.port())) {
            client.get("/channels/news?as=text").until("\r\n\r\n");
            var subscription = app.channels("news", "other/**")
                    .subscribe(event -> received.add(event.channel() + " " + event.text()));
            assertThat(app.channel("news").publish("hello")).isInstanceOf(PublishResult.Stored.class);
            client.until("hello");
            try (var publisher = new RawClient(app.port())) {
                publisher
                        .send("POST /channels/other/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nhi")
                        .until(" 201 ");
            }
            assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo("news hello");
            assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo("other/x hi");
            subscription.close();
            Await.that(() -> app.running() == 0);
        }
    }

    @Test
    void makesMembersUntilTheLastOfTheirMembershipsIsClosed() throws Exception {
        var changes = new LinkedBlockingQueue<String>();
        try (var app = Sluice.inMemory()
                .port(0)
                .set("subscribe.presence_linger", "100ms")
                .start()) {
            app.channels("$presence/room")
                    .subscribe(event -> changes.add(event.key().orElseThrow() + " " + event.isRemoved()));
            var room = app.channel("room");
            var first = room.join("alice");
            var second = room.join("alice");
            assertThat(changes.poll(60, TimeUnit.SECONDS)).isEqualTo("alice false");
            first.close();
            first.close();
            room.join("bob");
            assertThat(changes.poll(60, TimeUnit.SECONDS)).isEqualTo("bob false");
            second.close();
            assertThat(changes.poll(60, TimeUnit.SECONDS)).isEqualTo("alice true");
            assertThatThrownBy(() -> room.join("")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void leavesNoPollBehindWhenItsSubscriptionIsClosed() throws Exception {
        try (var app = Sluice.inMemory().port(0).start()) {
            var subscription = app.channels("news").subscribe(event -> {});
            Await.that(() -> sum(app, "sluice_streams", Map.of()) == 1);
            subscription.close();
            Await.that(() -> sum(app, "sluice_streams", Map.of()) == 0);
            assertThat(sum(app, "sluice_streams_ended_total", Map.of("reason", "disconnected")))
                    .isEqualTo(1);
        }
    }

    private static double sum(Sluice app, String name, Map<String, String> labels) {
        return app.measurements().stream()
                .filter(each ->
                        each.name().equals(name) && each.labels().entrySet().containsAll(labels.entrySet()))
                .mapToDouble(Measurement::value)
                .sum();
    }

    @Test
    void takesFurtherConnectionsOfMembersBeyondWhichItTakesNone() throws Exception {
        var joined = new LinkedBlockingQueue<String>();
        try (var app = Sluice.inMemory()
                .port(0)
                .set("subscribe.presence_members_max", "1")
                .start()) {
            app.channels("$presence/room")
                    .subscribe(event -> joined.add(event.key().orElseThrow()));
            var room = app.channel("room");
            room.join("alice");
            assertThat(joined.poll(60, TimeUnit.SECONDS)).isEqualTo("alice");
            assertThatThrownBy(() -> room.join("bob")).hasMessageContaining("presence_members_max");
            room.join("alice").close();
        }
    }

    @Test
    void checksPublishConditions() {
        try (var app = Sluice.inMemory().port(0).start()) {
            var channel = app.channel("match");
            var first = channel.publish(Message.json(Map.of("score", 0)).ifEmpty());
            assertThat(first).isInstanceOf(PublishResult.Stored.class);
            assertThat(channel.publish(Message.text("x").ifEmpty())).isInstanceOf(PublishResult.LatestDiffers.class);
            var latest = channel.latest().orElseThrow();
            assertThat(channel.publish(Message.text("y").ifLatest(latest).once("k")))
                    .isInstanceOf(PublishResult.Stored.class);
            assertThat(channel.publish(Message.text("y").ifLatest(latest).once("k")))
                    .isInstanceOf(PublishResult.Repeated.class);
            channel.close();
            assertThat(channel.publish("late")).isInstanceOf(PublishResult.Ended.class);
            assertThat(channel.delete()).isTrue();
            assertThat(channel.publish("anew")).isInstanceOf(PublishResult.Stored.class);
        }
    }

    @Test
    void recognizesARepetitionOverHttpOfAnEventThatTheProgramPublished() throws Exception {
        try (var app = Sluice.inMemory().port(0).start();
                var client = new RawClient(app.port())) {
            var placed = (PublishResult.Stored)
                    app.channel("news").publish(Message.text("hello").once("k1"));

            var answer = client.send("POST /channels/news HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
                            + "Content-Type: text/plain\r\nIdempotency-Key: k1\r\n\r\nhello")
                    .until("}");

            assertThat(answer).contains("Idempotent-Replay", placed.id());
        }
    }

    @Test
    void reportsTheEndOfAChannelAfterItsLastEvent() throws Exception {
        var received = new LinkedBlockingQueue<String>();
        try (var app = Sluice.inMemory().port(0).start()) {
            var channel = app.channel("count");
            for (int i = 0; i < 1000; i++) channel.publish("" + i);
            app.channels("count")
                    .last(300)
                    .onEnd(() -> received.add("end"))
                    .subscribe(event -> received.add(event.text()));
            channel.publish("1000");
            channel.close();
            for (int i = 700; i <= 1000; i++)
                assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo("" + i);
            assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo("end");
        }
    }

    @Test
    void reportsAGapToALaggingHandlerAndContinues() throws Exception {
        var received = new LinkedBlockingQueue<String>();
        var release = new CountDownLatch(1);
        try (var app = Sluice.inMemory()
                .port(0)
                .rule("news", Map.of("retention.max_events", "10"))
                .start()) {
            var channel = app.channel("news");
            app.channels("news")
                    .onGap(gap -> received.add("gap " + gap.reason()))
                    .subscribe(event -> {
                        release.await();
                        received.add(event.text());
                    });
            channel.publish("first");
            Await.that(() -> app.running() == 1);
            // More events than one poll reads and the log retains.
            for (int i = 0; i < 1000; i++) channel.publish("" + i);
            release.countDown();
            channel.publish("last");
            String next = received.poll(60, TimeUnit.SECONDS);
            int gaps = 0;
            while (next != null && !next.equals("last")) {
                if (next.equals("gap TRIMMED")) gaps++;
                next = received.poll(60, TimeUnit.SECONDS);
            }
            assertThat(next).isEqualTo("last");
            assertThat(gaps).isPositive();
        }
    }

    @Test
    void reportsNoGapOfALossBeforeTheSubscription() throws Exception {
        var received = new LinkedBlockingQueue<String>();
        try (var app = Sluice.inMemory().port(0).start()) {
            int events = 300; // More than one poll reads.
            for (int i = 0; i < events; i++) app.channel("news").publish("" + i);
            app.channel("other").publish("gone");
            app.channel("other").delete();
            app.channels("news", "other")
                    .earliest()
                    .onGap(gap -> received.add("gap " + gap.reason()))
                    .subscribe(event -> received.add(event.text()));
            for (int i = 0; i < events; i++)
                assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo("" + i);
        }
    }

    @Test
    void startsASnapshotWithOnlyTheNewestEventOfEachKey() throws Exception {
        var received = new LinkedBlockingQueue<String>();
        try (var app = Sluice.inMemory().port(0).start()) {
            var prices = app.channel("prices");
            int keys = 300; // More than one poll reads.
            for (int i = 0; i < keys; i++) {
                prices.publish(Message.text("old " + i).key("" + i));
                prices.publish(Message.text("new " + i).key("" + i));
            }
            app.channels("prices").snapshot().subscribe(event -> received.add(event.text()));
            prices.publish("live");
            for (int i = 0; i < keys; i++)
                assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo("new " + i);
            assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo("live");
        }
    }

    @Test
    void resumesWhereAnotherSubscriptionStopped() throws Exception {
        var received = new LinkedBlockingQueue<String>();
        try (var app = Sluice.inMemory().port(0).start()) {
            var channel = app.channel("news");
            Handler<Event> handler = event -> received.add(event.text());
            var first = channel.subscribe(handler);
            channel.publish("one");
            assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo("one");
            first.close();
            Await.that(() -> app.running() == 0);
            channel.publish("two");
            var second = app.channels("news").after(first.cursor()).subscribe(handler);
            assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo("two");
            assertThat(second.isOpen()).isTrue();
            assertThat(received).isEmpty();
        }
    }

    @Test
    void resumesBeforeTheFirstEventIfItsHandlerFailedAtIt() throws Exception {
        var received = new LinkedBlockingQueue<String>();
        try (var app = Sluice.inMemory().port(0).start()) {
            var channel = app.channel("news");
            for (String each : List.of("a", "b", "c")) channel.publish(each);
            Handler<Event> failing = event -> {
                throw new IllegalStateException("not yet");
            };
            var first = app.channels("news").last(2).subscribe(failing);
            Await.that(() -> !first.isOpen());
            var second = app.channels("news").after(first.cursor()).subscribe(failing);
            Await.that(() -> !second.isOpen());
            app.channels("news").after(second.cursor()).subscribe(event -> received.add(event.text()));
            assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo("b");
            assertThat(received.poll(60, TimeUnit.SECONDS)).isEqualTo("c");
        }
    }

    @Test
    void givesSubscribersAllThatTheEventHas() throws Exception {
        var received = new LinkedBlockingQueue<Event>();
        try (var app = Sluice.inMemory().port(0).start()) {
            var goals = app.channel("goals");
            goals.subscribe(received::add);
            var published =
                    goals.publish(Message.json(new Goal("A", 90)).type("goal").key("7"));
            goals.publish(
                    Message.binary("image/png", new byte[] {1, 2}).key("7").removingKey());

            assertThat(received.poll(60, TimeUnit.SECONDS))
                    .satisfies(event -> assertThat(published).isEqualTo(new PublishResult.Stored(event.id())))
                    .satisfies(event -> assertThat(event.channel()).isEqualTo("goals"))
                    .satisfies(event -> assertThat(event.type()).isEqualTo("goal"))
                    .satisfies(event -> assertThat(event.key()).contains("7"))
                    .satisfies(event -> assertThat(event.contentType()).isEqualTo("application/json"))
                    .satisfies(event -> assertThat(event.json(Goal.class)).isEqualTo(new Goal("A", 90)));
            assertThat(received.poll(60, TimeUnit.SECONDS))
                    .matches(Event::isRemoved)
                    .satisfies(event -> assertThat(event.bytes()).containsExactly(1, 2))
                    .satisfies(event -> assertThatThrownBy(() -> event.json(Goal.class))
                            .isInstanceOf(IllegalArgumentException.class));
        }
    }
}
