package dev.sluice.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.spring.Selection;
import dev.sluice.spring.SluiceEvent;
import dev.sluice.spring.SluiceGap;
import dev.sluice.spring.SluiceHub;
import dev.sluice.spring.SluicePublication;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import tools.jackson.databind.json.JsonMapper;

final class ListenerContainerTest {
    /// A hub whose events the test brings.
    private static final class ManualHub implements SluiceHub {
        final List<Reader> readers = new CopyOnWriteArrayList<>();
        final CountDownLatch hasReader = new CountDownLatch(1);
        volatile boolean isClosed;

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
            hasReader.countDown();
            return () -> isClosed = true;
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

    /// It is away when it is asked first.
    private static final class AwayStore implements SluiceCursorStore {
        private boolean isBack;

        @Override
        public Optional<String> load(String listener) {
            if (isBack) return Optional.of("c-1");
            isBack = true;
            throw new IllegalStateException("away");
        }

        @Override
        public void save(String listener, String cursor) {}
    }

    /// Its listener is stopped while it stores a cursor.
    private static final class StoppedStore implements SluiceCursorStore {
        private final ManualHub hub;
        private @Nullable ListenerContainer container;
        private boolean isStoredInTime;

        StoppedStore(ManualHub hub) {
            this.hub = hub;
        }

        @Override
        public Optional<String> load(String listener) {
            return Optional.empty();
        }

        @Override
        public void save(String listener, String cursor) {
            Objects.requireNonNull(container).beginStop();
            var stopping = Thread.ofPlatform().start(this::stop);
            while (!hub.isClosed && stopping.getState() != Thread.State.TIMED_WAITING) Thread.onSpinWait();
            isStoredInTime = !hub.isClosed;
        }

        private void stop() {
            try {
                Objects.requireNonNull(container).stop(System.nanoTime() + TimeUnit.SECONDS.toNanos(60));
            } catch (InterruptedException unexpected) {
                throw new AssertionError(unexpected);
            }
        }
    }

    static final class Texts {
        final List<String> texts = new ArrayList<>();

        @SluiceListener(channels = "a")
        void text(String text) {
            texts.add(text);
        }
    }

    private static SluiceEvent event(String cursor) {
        return new SluiceEvent(
                cursor, cursor, "a", "message", Instant.EPOCH, null, null, "text/plain", new byte[] {'x'}, false);
    }

    private static ListenerContainer container(SluiceHub hub, Texts texts, SluiceCursorStore cursors)
            throws NoSuchMethodException {
        var method = new ListenerMethod(texts, Texts.class.getDeclaredMethod("text", String.class), new JsonMapper());
        return new ListenerContainer(
                "texts", Selection.of("a"), method, hub, new RetryThenSkip(), cursors, Duration.ZERO);
    }

    @Test
    void canBeStartedAgainIfItsCursorCouldNotBeLoaded() throws Exception {
        var hub = new ManualHub();
        var container = container(hub, new Texts(), new AwayStore());

        assertThatThrownBy(container::start).hasMessage("away");
        assertThat(hub.readers).isEmpty();
        container.start();

        assertThat(hub.readers).hasSize(1);
    }

    @Test
    @Timeout(60)
    void triesAgainForABeanThatExists() throws Exception {
        var hub = new ManualHub();
        container(hub, new Texts(), new AwayStore()).startOrRetry();

        hub.hasReader.await();
    }

    @Test
    void startsNoListenerOfABeanWhoseCreationFails() {
        var hub = new ManualHub();
        var beans = new DefaultListableBeanFactory();
        beans.registerSingleton("hub", hub);
        beans.registerBeanDefinition("texts", new RootBeanDefinition(Texts.class));
        var registry = new ListenerRegistry(beans);
        beans.addBeanPostProcessor(registry);
        var isRefused = new AtomicBoolean(true);
        beans.addBeanPostProcessor(new BeanPostProcessor() {
            @Override
            public Object postProcessAfterInitialization(Object bean, String name) {
                if (isRefused.get()) throw new IllegalStateException("refused");
                return bean;
            }
        });
        assertThatThrownBy(() -> beans.getBean("texts")).hasMessageContaining("refused"); // Before all beans exist.
        registry.afterSingletonsInstantiated();
        registry.start();

        assertThatThrownBy(() -> beans.getBean("texts")).hasMessageContaining("refused");
        assertThat(hub.readers).isEmpty();

        isRefused.set(false);
        beans.getBean("texts");
        assertThat(hub.readers).hasSize(1);
    }

    @Test
    @Timeout(60)
    void storesTheCursorOfAnEventBeforeAStopInterruptsIt() throws Exception {
        var hub = new ManualHub();
        var store = new StoppedStore(hub);
        var container = container(hub, new Texts(), store);
        store.container = container;
        container.start();

        hub.readers.get(0).event(event("c-1"));

        assertThat(store.isStoredInTime).isTrue();
    }

    @Test
    void keepsItsPlaceBeforeTheEventsThatComeDuringAStop() throws Exception {
        var hub = new ManualHub();
        var saved = new Saved();
        var texts = new Texts();
        var container = container(hub, texts, saved);
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
