package dev.sluice.library;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.Handler;
import dev.sluice.Message;
import dev.sluice.Sluice;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.Retention;
import dev.sluice.core.memory.MemoryLog;
import dev.sluice.server.Await;
import dev.sluice.server.RawClient;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The hub from inside the program.
final class InsideTest {
    @Test
    void publishesToClientsAndHearsWhatTheyPublish() throws Exception {
        var heard = new LinkedBlockingQueue<String>();
        try (var app = Sluice.inMemory().port(0).start();
                var client = new RawClient(app.port())) {
            client.get("/channels/news?as=text").until("\r\n\r\n");
            var subscription = app.channels("news", "other/**")
                    .subscribe(event -> heard.add(
                            event.channel() + " " + new String(event.content().bytes(), StandardCharsets.UTF_8)));
            assertThat(app.channel("news").publish("hello")).isInstanceOf(Appended.Placed.class);
            client.until("hello");
            try (var publisher = new RawClient(app.port())) {
                publisher
                        .send("POST /channels/other/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nhi")
                        .until(" 201 ");
            }
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("news hello");
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("other/x hi");
            subscription.close();
            Await.that(() -> app.running() == 0);
        }
    }

    @Test
    void keepsConditions() {
        try (var app = Sluice.inMemory().port(0).start()) {
            var channel = app.channel("match");
            var first = channel.publish(Message.json(Map.of("score", 0)).ifEmpty());
            assertThat(first).isInstanceOf(Appended.Placed.class);
            assertThat(channel.publish(Message.text("x").ifEmpty())).isInstanceOf(Appended.NewestDiffers.class);
            var latest = channel.latest().orElseThrow();
            assertThat(channel.publish(Message.text("y").ifLatest(latest).once("k")))
                    .isInstanceOf(Appended.Placed.class);
            assertThat(channel.publish(Message.text("y").ifLatest(latest).once("k")))
                    .isInstanceOf(Appended.Same.class);
            channel.close();
            assertThat(channel.publish("late")).isInstanceOf(Appended.Ended.class);
            assertThat(channel.delete()).isTrue();
            assertThat(channel.publish("anew")).isInstanceOf(Appended.Placed.class);
        }
    }

    @Test
    void takesARepetitionOverHttpForWhatTheProgramPublished() throws Exception {
        try (var app = Sluice.inMemory().port(0).start();
                var client = new RawClient(app.port())) {
            var placed = (Appended.Placed)
                    app.channel("news").publish(Message.text("hello").once("k1"));

            var answer = client.send("POST /channels/news HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n"
                            + "Content-Type: text/plain\r\nIdempotency-Key: k1\r\n\r\nhello")
                    .until("}");

            assertThat(answer).contains("Idempotent-Replay", placed.id().text());
        }
    }

    @Test
    void tellsOfTheEndBehindTheLastEvent() throws Exception {
        var heard = new LinkedBlockingQueue<String>();
        try (var app = Sluice.inMemory().port(0).start()) {
            var channel = app.channel("count");
            for (int i = 0; i < 1000; i++) channel.publish("" + i);
            app.channels("count")
                    .last(300)
                    .onEnd(() -> heard.add("end"))
                    .subscribe(event -> heard.add(new String(event.content().bytes(), StandardCharsets.UTF_8)));
            channel.publish("1000");
            channel.close();
            for (int i = 700; i <= 1000; i++)
                assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("" + i);
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("end");
        }
    }

    @Test
    void tellsAHandlerThatFellBehindOfTheGapAndGoesOn() throws Exception {
        var heard = new LinkedBlockingQueue<String>();
        var goOn = new CountDownLatch(1);
        var log = MemoryLog.builder(InstantSource.system())
                .retention(_ -> Retention.events(10))
                .open();
        try (var app = Sluice.on(log).port(0).start()) {
            var channel = app.channel("news");
            app.channels("news").onGap(gap -> heard.add("gap " + gap.reason())).subscribe(event -> {
                goOn.await();
                heard.add(new String(event.content().bytes(), StandardCharsets.UTF_8));
            });
            channel.publish("first");
            Await.that(() -> app.running() == 1);
            // More than one reading takes and the log keeps.
            for (int i = 0; i < 1000; i++) channel.publish("" + i);
            goOn.countDown();
            channel.publish("last");
            String next = heard.poll(20, TimeUnit.SECONDS);
            int gaps = 0;
            while (next != null && !next.equals("last")) {
                if (next.equals("gap TRIMMED")) gaps++;
                next = heard.poll(20, TimeUnit.SECONDS);
            }
            assertThat(next).isEqualTo("last");
            assertThat(gaps).isPositive();
        }
    }

    @Test
    void goesOnWhereAnotherSubscriptionStopped() throws Exception {
        var heard = new LinkedBlockingQueue<String>();
        try (var app = Sluice.inMemory().port(0).start()) {
            var channel = app.channel("news");
            Handler<Event> hear = event -> heard.add(new String(event.content().bytes(), StandardCharsets.UTF_8));
            var first = channel.subscribe(hear);
            channel.publish("one");
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("one");
            first.close();
            Await.that(() -> app.running() == 0);
            channel.publish("two");
            var second = app.channels("news").after(first.cursor()).subscribe(hear);
            assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("two");
            assertThat(second.isOpen()).isTrue();
            assertThat(heard).isEmpty();
        }
    }
}
