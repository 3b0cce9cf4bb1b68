package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.BatchItem;
import dev.sluice.BatchResult;
import dev.sluice.Event;
import dev.sluice.EventPage;
import dev.sluice.Message;
import dev.sluice.PublishResult;
import dev.sluice.Sluice;
import dev.sluice.config.Configuration;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.ForwardingLog;
import dev.sluice.core.log.Read;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.embed.EmbeddedSluice;
import dev.sluice.server.Await;
import dev.sluice.server.http.AccessFilter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Atomic batches and pages of a program, and the channels that are its own.
final class BatchesAndPagesTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private static Sluice app() {
        return Sluice.inMemory().port(0).withoutShutdownHook().start();
    }

    private static BatchItem to(String channel, Message message) {
        return new BatchItem.Publish(channel, message);
    }

    @Test
    void storesAllOfABatchOrNothing() throws Exception {
        try (var app = app()) {
            var stored = (BatchResult.Stored) app.publishAll(List.of(
                    to("orders", Message.text("1").from("till")),
                    to("$program/orders", Message.text("seen 1").ifEmpty()),
                    new BatchItem.End("closed")));
            assertThat(stored.ids()).hasSize(3);
            assertThat(app.channel("orders").latest()).contains(stored.ids().getFirst());

            var refused = app.publishAll(List.of(
                    to("orders", Message.text("2")),
                    to("$program/orders", Message.text("seen 2").ifEmpty())));
            assertThat(refused)
                    .isEqualTo(new BatchResult.Refused(
                            1, new PublishResult.LatestDiffers(stored.ids().get(1))));
            var ended = app.publishAll(List.of(to("orders", Message.text("2")), to("closed", Message.text("x"))));
            assertThat(ended)
                    .isEqualTo(new BatchResult.Refused(
                            1, new PublishResult.Ended(stored.ids().get(2))));

            List<Event> events =
                    app.channels("**").earliest().read(10, Duration.ZERO).events();
            assertThat(events).extracting(Event::text).containsExactly("1");
            assertThat(events.getFirst().from()).contains("till");
            assertThat(app.channels("$program/**")
                            .earliest()
                            .read(10, Duration.ZERO)
                            .events())
                    .extracting(Event::text)
                    .containsExactly("seen 1");
            assertThatThrownBy(() -> app.channel("$audit")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void refusesALeaseInABatch() throws Exception {
        try (var app = app()) {
            assertThatThrownBy(() -> app.publishAll(List.of(
                            to("orders", Message.text("1")),
                            to("answers/7", Message.text("start").lease(Duration.ofSeconds(15))))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("answers/7");
            assertThat(app.channel("orders").latest()).isEmpty();
        }
    }

    @Test
    void readsPagesUpToTheEnd() throws Exception {
        try (var app = app()) {
            var channel = app.channel("news");
            for (String each : List.of("a", "b", "c")) channel.publish(each);

            EventPage first = app.channels("news").earliest().read(2, LONG);
            assertThat(first.events()).extracting(Event::text).containsExactly("a", "b");
            assertThat(first.hasMore()).isTrue();
            EventPage second = app.channels("news").after(first.cursor()).read(2, LONG);
            assertThat(second.events()).extracting(Event::text).containsExactly("c");
            assertThat(second.hasMore()).isFalse();
            assertThat(app.channels("news")
                            .after(second.cursor())
                            .read(2, Duration.ZERO)
                            .events())
                    .isEmpty();

            channel.close();
            EventPage last = app.channels("news").after(second.cursor()).read(2, LONG);
            assertThat(last.events()).isEmpty();
            assertThat(last.hasEnded()).isTrue();
            channel.delete();
            channel.publish("anew");
            EventPage after = app.channels("news").after(first.cursor()).read(2, LONG);
            assertThat(after.gap()).isPresent();
            assertThat(after.events()).extracting(Event::text).containsExactly("anew");
        }
    }

    @Test
    void reportsALossToAReaderOfPagesUnlessItKnowsOfIt() throws Exception {
        try (var app = app()) {
            for (String each : List.of("a", "b", "c")) app.channel("news").publish(each);
            app.channel("other").publish("gone");
            app.channel("other").delete();
            EventPage first = app.channels("news", "other").earliest().read(2, Duration.ZERO);
            EventPage second = first.next().read(2, Duration.ZERO);
            assertThat(second.gap()).isEmpty();
            assertThat(second.events()).extracting(Event::text).containsExactly("c");

            app.channel("other").publish("gone, too");
            app.channel("other").delete();
            EventPage third = second.next().read(2, Duration.ZERO);
            assertThat(third.gap()).isPresent();
            assertThat(third.next().read(2, Duration.ZERO).gap()).isEmpty();
        }
    }

    @Test
    void readsASnapshotInPages() throws Exception {
        try (var app = app()) {
            for (String key : List.of("a", "b")) {
                app.channel("prices").publish(Message.text("old " + key).key(key));
                app.channel("prices").publish(Message.text("new " + key).key(key));
            }
            EventPage first = app.channels("prices").snapshot().read(1, Duration.ZERO);
            assertThat(first.events()).extracting(Event::text).containsExactly("new a");
            assertThat(first.next().read(10, Duration.ZERO).events())
                    .extracting(Event::text)
                    .containsExactly("new b");
        }
    }

    @Test
    void missesNothingWhenAnOperatorEndsItsWait() throws Exception {
        var isHeld = new AtomicBoolean();
        var held = new CompletableFuture<Boolean>();
        var log = new ForwardingLog(MemoryLog.builder(InstantSource.system()).open()) {
            @Override
            public Read read(ReadCursor place, Selection selection, Filter filter, int entriesMax, long bytesMax) {
                if (entriesMax == 1 || !isHeld.getAndSet(false)) // The first read finds the start.
                return super.read(place, selection, filter, entriesMax, bytesMax);
                held.complete(true);
                return new Read.Pending(new CompletableFuture<>());
            }
        };
        var app = EmbeddedSluice.on(log, Configuration.DEFAULT, AccessFilter.OPEN)
                .port(0)
                .withoutShutdownHook();
        try (app;
                var threads = Executors.newVirtualThreadPerTaskExecutor();
                var client = new HubClient(app.start().uri())) {
            String first = ((PublishResult.Stored) app.channel("news").publish("1")).id();
            app.channel("news").publish("2");
            isHeld.set(true);
            Future<EventPage> page =
                    threads.submit(() -> app.channels("news").after(first).read(10, LONG));
            held.get(30, TimeUnit.SECONDS);
            Await.that(() -> client.send("DELETE", "/connections?channel=news", "text/plain", "")
                    .body()
                    .contains("1"));
            assertThat(page.get(30, TimeUnit.SECONDS).events())
                    .extracting(Event::text)
                    .containsExactly("2");
        }
    }

    @Test
    void waitsForAnEvent() throws Exception {
        try (var app = app()) {
            String cursor = ((PublishResult.Stored) app.channel("news").publish("before")).id();
            var waiting = CompletableFuture.supplyAsync(() -> {
                try {
                    return app.channels("news").after(cursor).read(1, LONG);
                } catch (InterruptedException interrupted) {
                    throw new IllegalStateException(interrupted);
                }
            });
            app.channel("other").publish("not this one");
            app.channel("news").publish("now");
            assertThat(waiting.get().events()).extracting(Event::text).containsExactly("now");
        }
    }
}
