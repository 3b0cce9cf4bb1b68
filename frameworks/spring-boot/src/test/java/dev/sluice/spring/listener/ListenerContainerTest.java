package dev.sluice.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.spring.Selection;
import dev.sluice.spring.SluiceEvent;
import dev.sluice.spring.SluiceGap;
import dev.sluice.spring.SluiceHub;
import dev.sluice.spring.SluicePublication;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

final class ListenerContainerTest {
    /// A hub whose events the test brings.
    private static final class ManualHub implements SluiceHub {
        final List<Reader> readers = new ArrayList<>();

        @Override
        public String publish(SluicePublication publication) {
            throw new AssertionError(publication);
        }

        @Override
        public CompletableFuture<String> publishLater(SluicePublication publication) {
            throw new AssertionError(publication);
        }

        @Override
        public Subscription subscribe(Selection selection, Reader reader) {
            readers.add(reader);
            return () -> {};
        }
    }

    private static final class Saved implements SluiceCursorStore {
        final List<String> cursors = new ArrayList<>();

        @Override
        public Optional<String> load(String listener) {
            return Optional.empty();
        }

        @Override
        public void save(String listener, String cursor) {
            cursors.add(cursor);
        }
    }

    static final class Texts {
        final List<String> texts = new ArrayList<>();

        void text(String text) {
            texts.add(text);
        }
    }

    private static SluiceEvent event(String cursor) {
        return new SluiceEvent(
                cursor, cursor, "a", "message", Instant.EPOCH, null, null, "text/plain", new byte[] {'x'}, false);
    }

    @Test
    void keepsItsPlaceBeforeTheEventsThatComeDuringAStop() throws Exception {
        var hub = new ManualHub();
        var saved = new Saved();
        var texts = new Texts();
        var method = new ListenerMethod(texts, Texts.class.getDeclaredMethod("text", String.class), new JsonMapper());
        var container = new ListenerContainer("texts", Selection.of("a"), method, hub, new RetryThenSkip(), saved);
        container.start();
        var reader = hub.readers.get(0);
        reader.event(event("c-1"));
        reader.gap(new SluiceGap("c-1", "c-2", "trimmed"));

        container.beginStop();
        reader.event(event("c-3"));
        reader.gap(new SluiceGap("c-3", "c-4", "trimmed"));
        reader.position("c-5");

        assertThat(texts.texts).hasSize(1);
        assertThat(saved.cursors).containsExactly("c-1", "c-2");
    }
}
