package dev.sluice.spring.sse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.spring.Selection;
import dev.sluice.spring.SluiceHub;
import dev.sluice.spring.SluicePublication;
import dev.sluice.spring.access.SubscribeCheck;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import org.springframework.http.codec.ServerSentEvent;
import reactor.core.publisher.BaseSubscriber;

final class ReactiveSluiceSseTest {
    /// A hub whose subscription the test feeds.
    private static final class FedHub implements SluiceHub {
        private @Nullable Reader reader;

        @Override
        public String publish(SluicePublication publication) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<String> publishLater(SluicePublication publication) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Subscription subscribe(Selection selection, Reader given) {
            reader = given;
            return () -> {};
        }
    }

    @Test
    void collectsNoPositionsForAClientThatDoesNotRead() {
        var hub = new FedHub();
        List<ServerSentEvent<String>> received = new CopyOnWriteArrayList<>();
        var client = new BaseSubscriber<ServerSentEvent<String>>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(1);
            }

            @Override
            protected void hookOnNext(ServerSentEvent<String> event) {
                received.add(event);
            }
        };
        var sse = new ReactiveSluiceSse(hub, new SubscribeCheck(null));
        sse.start();
        sse.events(Selection.of("orders")).subscribe(client);
        for (int i = 1; i <= 1_000; i++) Objects.requireNonNull(hub.reader).position("e-" + i);
        client.request(Long.MAX_VALUE);
        assertThat(received).extracting(ServerSentEvent::id).contains("e-1").hasSizeLessThan(10);
        client.cancel();
    }
}
