package dev.sluice.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.Message;
import dev.sluice.Sluice;
import dev.sluice.spring.SluiceEvent;
import dev.sluice.spring.boot.EmbeddedHubAutoConfiguration;
import dev.sluice.spring.boot.RemoteHubAutoConfiguration;
import dev.sluice.spring.boot.SluiceAutoConfiguration;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

@Timeout(600)
final class ListenerTest {
    record Order(int number) {}

    private static final AutoConfigurations CONFIGURATIONS = AutoConfigurations.of(
            JacksonAutoConfiguration.class,
            EmbeddedHubAutoConfiguration.class,
            RemoteHubAutoConfiguration.class,
            SluiceAutoConfiguration.class);

    @AutoClose
    private final Sluice hub = Sluice.inMemory().port(0).withoutShutdownHook();

    @BeforeEach
    void start() {
        hub.start();
    }

    private ApplicationContextRunner application(Class<?>... beans) {
        var runner = new ApplicationContextRunner()
                .withConfiguration(CONFIGURATIONS)
                .withPropertyValues("sluice.url=" + hub.uri(), "history=earliest");
        for (var bean : beans) runner = runner.withBean(bean);
        return runner;
    }

    static final class Orders {
        final BlockingQueue<Order> orders = new LinkedBlockingQueue<>();
        final BlockingQueue<String> keys = new LinkedBlockingQueue<>();

        @SluiceListener(
                channels = {"orders", "more/**"},
                from = "${history}")
        void order(Order order) {
            orders.add(order);
        }

        @SluiceListener(channels = "lists", from = "last 2", types = "created")
        void created(@Nullable List<Integer> unused, SluiceEvent event) {
            keys.add(event.key() + (unused == null ? " removed" : ""));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void bringsEventsInOrderAsTheTypeOfTheParameter(boolean isRemote) {
        var runner = isRemote
                ? application(Orders.class)
                : application(Orders.class)
                        .withPropertyValues("sluice.embedded.enabled=true", "sluice.embedded.port=0");
        runner.run(context -> {
            var used = isRemote ? hub : context.getBean(Sluice.class);
            for (int i = 0; i < 20; i++) {
                used.channel(i % 2 == 0 ? "orders" : "more/orders").publish(Message.json(new Order(i)));
            }
            var orders = context.getBean(Orders.class).orders;
            for (int i = 0; i < 20; i++)
                assertThat(orders.poll(60, TimeUnit.SECONDS)).isEqualTo(new Order(i));

            used.channel("lists").publish(Message.json(List.of("b")).key("b"));
            used.channel("lists")
                    .publish(Message.json(List.of(1)).type("created").key("a"));
            used.channel("lists")
                    .publish(Message.text("").type("created").key("a").removingKey());
            var keys = context.getBean(Orders.class).keys;
            assertThat(keys.poll(60, TimeUnit.SECONDS)).isEqualTo("a");
            assertThat(keys.poll(60, TimeUnit.SECONDS)).isEqualTo("a removed");
        });
    }

    static final class Failing {
        final BlockingQueue<String> calls = new LinkedBlockingQueue<>();

        @SluiceListener(channels = "orders", from = "earliest")
        void order(Order order) {
            calls.add("order " + order.number);
            if (order.number == 1) throw new IllegalStateException("no");
        }
    }

    @Test
    void passesAFailedEventAgainBeforeTheNextAndSkipsWhatCannotBeRead() {
        hub.channel("orders").publish(Message.json(new Order(1)));
        hub.channel("orders").publish("no JSON");
        hub.channel("orders").publish(Message.json(new Order(2)));
        SluiceErrorHandler quick =
                (event, failure, attempts) -> failure instanceof UnreadableDataException || attempts == 3
                        ? Optional.empty()
                        : Optional.of(Duration.ZERO);
        application(Failing.class)
                .withBean(SluiceErrorHandler.class, () -> quick)
                .run(context -> {
                    var calls = context.getBean(Failing.class).calls;
                    for (var expected : List.of("order 1", "order 1", "order 1", "order 2")) {
                        assertThat(calls.poll(60, TimeUnit.SECONDS)).isEqualTo(expected);
                    }
                });
    }

    static final class Asserting {
        final BlockingQueue<String> texts = new LinkedBlockingQueue<>();

        @SluiceListener(channels = "texts", from = "earliest")
        void text(String text) {
            if (text.equals("bad")) throw new AssertionError("no");
            texts.add(text);
        }
    }

    @Test
    void passesTheNextEventAfterAnErrorOfTheMethod() {
        hub.channel("texts").publish("bad");
        hub.channel("texts").publish("good");
        var failures = new LinkedBlockingQueue<Exception>();
        SluiceErrorHandler skipping = (event, failure, attempts) -> {
            failures.add(failure);
            return Optional.empty();
        };
        application(Asserting.class)
                .withBean(SluiceErrorHandler.class, () -> skipping)
                .run(context -> {
                    assertThat(context.getBean(Asserting.class).texts.poll(60, TimeUnit.SECONDS))
                            .isEqualTo("good");
                    assertThat(failures.poll()).hasCauseInstanceOf(AssertionError.class);
                });
    }

    @Test
    void retriesTwiceByDefault() {
        var handler = new RetryThenSkip();
        var event = new SluiceEvent(
                "1", "1", "a", "message", java.time.Instant.EPOCH, null, null, "text/plain", new byte[0], false);
        var failure = new IllegalStateException("no");
        assertThat(handler.handle(event, failure, 1)).contains(Duration.ofSeconds(1));
        assertThat(handler.handle(event, failure, 2)).contains(Duration.ofSeconds(2));
        assertThat(handler.handle(event, failure, 3)).isEmpty();
        assertThat(handler.handle(event, new UnreadableDataException("no", failure), 1))
                .isEmpty();
    }

    static final class Cursors implements SluiceCursorStore {
        final Map<String, String> cursors = new ConcurrentHashMap<>();
        final CountDownLatch isBegun = new CountDownLatch(1);

        @Override
        public Optional<String> load(String listener) {
            return Optional.ofNullable(cursors.get(listener));
        }

        @Override
        public void save(String listener, String cursor) {
            cursors.put(listener, cursor);
            isBegun.countDown();
        }
    }

    static final class Texts {
        final BlockingQueue<String> texts = new LinkedBlockingQueue<>();

        @SluiceListener(id = "texts", channels = "texts")
        void text(String text) {
            texts.add(text);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void resumesAfterARestartWhereItStopped(boolean isAnythingReceived) {
        var cursors = new Cursors();
        var runner = application(Texts.class).withBean(SluiceCursorStore.class, () -> cursors);
        runner.run(context -> {
            assertThat(cursors.isBegun.await(60, TimeUnit.SECONDS)).isTrue();
            if (!isAnythingReceived) return;
            hub.channel("texts").publish("before");
            assertThat(context.getBean(Texts.class).texts.poll(60, TimeUnit.SECONDS))
                    .isEqualTo("before");
        });
        hub.channel("texts").publish("meanwhile");
        runner.run(context -> {
            hub.channel("texts").publish("after");
            var texts = context.getBean(Texts.class).texts;
            assertThat(texts.poll(60, TimeUnit.SECONDS)).isEqualTo("meanwhile");
            assertThat(texts.poll(60, TimeUnit.SECONDS)).isEqualTo("after");
        });
    }

    @Test
    void beginsAlthoughAllBeansAreInitializedLazily() {
        var cursors = new Cursors();
        application(Texts.class)
                .withBean(SluiceCursorStore.class, () -> cursors)
                .withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .run(context ->
                        assertThat(cursors.isBegun.await(60, TimeUnit.SECONDS)).isTrue());
    }

    @Test
    void beginsWithABeanThatIsInitializedLater() {
        hub.channel("orders").publish(Message.json(new Order(1)));
        application()
                .withBean(Orders.class, Orders::new, definition -> definition.setLazyInit(true))
                .run(context -> assertThat(context.getBean(Orders.class).orders.poll(60, TimeUnit.SECONDS))
                        .isEqualTo(new Order(1)));
    }

    @Test
    void refusesAListenerInABeanOfWhichThereAreMany() {
        application()
                .withBean(Texts.class, Texts::new, definition -> definition.setScope("prototype"))
                .run(context -> assertThatThrownBy(() -> context.getBean(Texts.class))
                        .hasMessageContaining("must be on a method of a singleton"));
    }

    static final class Slow {
        final CountDownLatch began = new CountDownLatch(1);
        final CountDownLatch interrupted = new CountDownLatch(1);

        @SluiceListener(channels = "slow", from = "earliest")
        void slow(String text) {
            began.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException stopped) {
                interrupted.countDown();
            }
        }
    }

    @Test
    void interruptsAMethodThatDoesNotReturnWithinThreeSeconds() {
        hub.channel("slow").publish("one");
        var slow = new Slow[1];
        var beganNs = new long[1];
        application(Slow.class).run(context -> {
            slow[0] = context.getBean(Slow.class);
            assertThat(slow[0].began.await(60, TimeUnit.SECONDS)).isTrue();
            beganNs[0] = System.nanoTime();
            context.close();
            assertThat(Duration.ofNanos(System.nanoTime() - beganNs[0])).isLessThan(Duration.ofSeconds(4));
            assertThat(slow[0].interrupted.await(60, TimeUnit.SECONDS)).isTrue();
        });
    }

    static final class TooMany {
        @SluiceListener(channels = "a")
        void wrong(String one, String two) {
            throw new AssertionError(one + two);
        }
    }

    static final class NoStart {
        @SluiceListener(channels = "a", from = "${start}")
        void wrong(String one) {
            throw new AssertionError(one);
        }
    }

    static final class Overloaded {
        @SluiceListener(channels = "a")
        void wrong(String one) {
            throw new AssertionError(one);
        }

        @SluiceListener(channels = "b")
        void wrong(Order one) {
            throw new AssertionError(one);
        }
    }

    @Test
    void failsTheStartIfTwoListenersHaveOneId() {
        application(Overloaded.class)
                .withBean(SluiceCursorStore.class, Cursors::new)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContaining("Overloaded.wrong(java.lang.String)")
                        .hasMessageContaining("Overloaded.wrong(" + Order.class.getName() + ")"));
        application()
                .withBean("one", Texts.class)
                .withBean("two", Texts.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasMessageContaining("the id 'texts'")
                        .hasMessageContaining("(one, ")
                        .hasMessageContaining("(two, "));
    }

    @Test
    void failsTheStartForAMistakeInAListener() {
        application(TooMany.class)
                .run(context -> assertThat(context).getFailure().hasMessageContaining("one or two parameters"));
        for (var start : List.of("yesterday", "last ten", "since ever")) {
            application(NoStart.class)
                    .withPropertyValues("start=" + start)
                    .run(context -> assertThat(context)
                            .getFailure()
                            .hasMessageContaining("NoStart.wrong(")
                            .hasMessageContaining("'" + start + "' is no start of a subscription: write latest, ")
                            .hasMessageContaining("last 10"));
        }
    }
}
